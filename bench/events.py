"""A seeded event store of any size: one province's hosts, firewalls, logons and processes, in time order.

The first bench that asks for it builds it (5 M events: about six minutes on one core); the same seed gives the same
events, so a figure of today can be compared with one of last month.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from soc.clock import ManualClock
from soc.event import timestamp
from soc.paths import DataDir
from soc.store import Cursor
from soc.store.embedded import EmbeddedStore

END = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAYS = 14
HOSTS = 320
LANE = "bench"
UNITS = ("so_tai_chinh", "so_y_te", "so_noi_vu", "so_giao_duc", "so_cong_thuong", "huyen_nam_dan")
PROGRAMS = ("chrome.exe", "svchost.exe", "winword.exe", "powershell.exe", "cmd.exe", "teams.exe", "conhost.exe")
SITES = ("mail.example.vn", "update.example.com", "cdn.example.net", "dichvucong.example.vn", "news.example.org")
TARGET, ACCOUNT, STRANGER = "ws-017", "user0017", "203.0.113.45"
"""A machine, its person and an address that one in some thousand events names: what the benches ask for."""


def store(folder: Path, *, events: int, seed: int = 4, end: datetime = END) -> EmbeddedStore:
    """The store in `folder` with the two weeks up to `end`, built when it is not there yet."""
    data = DataDir(folder).make()
    if not (folder / "built").exists():
        _build(data, events, seed, end)
        (folder / "built").write_text(f"{events} events, seed {seed}\n")
    return EmbeddedStore(data, read_only=True)


def _build(data: DataDir, events: int, seed: int, end: datetime) -> None:
    hours = DAYS * 24
    clock = ManualClock(end - timedelta(hours=hours))
    made = EmbeddedStore(data, clock=clock)
    world = _World(random.Random(seed))
    for hour in range(hours):
        lines = list(world.hour(end - timedelta(hours=hours - hour), events // hours))
        clock.advance(timedelta(hours=1))
        made.append(lines, Cursor(LANE, made.cursor(LANE), hour))
    made.close()


class _World:
    """What goes on: each machine has its person, its address and the processes that it started."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._number = 0
        self._alive: list[list[tuple[int, str]]] = [[(4, f"{{0-{host}}}")] for host in range(HOSTS)]

    def hour(self, start: datetime, count: int) -> Iterator[bytes]:
        step = timedelta(hours=1) / max(count, 1)
        makers = (self._process,) * 3 + (self._traffic,) * 5 + (self._logon,) * 2 + (self._name,) * 3 + (self._vpn,)
        for place in range(count):
            at = start + place * step
            host = self._chance.randrange(HOSTS)
            self._number += 1
            yield orjson.dumps(self._common(at, host) | makers[self._number % len(makers)](host))

    def _common(self, at: datetime, host: int) -> dict[str, object]:
        number = self._number
        return {
            "@timestamp": timestamp(at),
            "event.id": f"{int(at.timestamp() * 1000):012x}{number * 2654435761 % 2**80:020x}",
            "event.kind": "event",
            "unit.id": UNITS[host % len(UNITS)],
            "message": f"event {number} of the bench, as long as a line of a log is on an ordinary day",
        }

    def _process(self, host: int) -> dict[str, object]:
        alive = self._alive[host]
        parent = self._chance.choice(alive)
        pid, name = self._chance.randrange(4, 20_000, 4), self._chance.choice(PROGRAMS)
        guid = f"{{{self._number:x}-{host}}}"
        alive.append((pid, guid))
        if len(alive) > 12:
            alive.pop(self._chance.randrange(1, len(alive)))
        return {
            "soc.route": "windows.sysmon.process_creation",
            "soc.source.id": f"wec{host % 4}",
            "event.dataset": "windows.sysmon",
            "event.module": "windows",
            "event.code": "1",
            "event.category": ["process"],
            "event.type": ["start"],
            "host.name": f"ws-{host:03}",
            "user.name": f"user{host:04}",
            "process.name": name,
            "process.executable": f"C:\\Windows\\System32\\{name}",
            "process.command_line": f'"C:\\Windows\\System32\\{name}" -k {self._number % 977}',
            "process.pid": pid,
            "process.entity_id": guid,
            "process.parent.pid": parent[0],
            "process.parent.entity_id": parent[1],
            "related.hosts": [f"ws-{host:03}"],
            "related.user": [f"user{host:04}"],
        }

    def _traffic(self, host: int) -> dict[str, object]:
        far = f"198.51.{self._number % 90}.{self._number % 251}" if self._number % 4_001 else STRANGER
        return {
            "soc.route": "network.firewall",
            "soc.source.id": f"fw{host % 6}",
            "event.dataset": "fortigate.traffic",
            "event.category": ["network"],
            "event.type": ["connection"],
            "event.action": "accept" if self._number % 3 else "deny",
            "observer.name": f"fw{host % 6}",
            "source.ip": f"10.{host % 6}.{host // 250}.{host % 250}",
            "source.port": 40_000 + self._number % 20_000,
            "destination.ip": far,
            "destination.port": 443,
            "network.transport": "tcp",
            "related.ip": [f"10.{host % 6}.{host // 250}.{host % 250}", far],
        }

    def _logon(self, host: int) -> dict[str, object]:
        return {
            "soc.route": "windows.security",
            "soc.source.id": "dc01",
            "event.dataset": "windows.security",
            "event.code": "4624" if self._number % 9 else "4625",
            "event.category": ["authentication"],
            "event.type": ["start"],
            "event.outcome": "success" if self._number % 9 else "failure",
            "host.name": "dc01",
            "user.name": f"user{host:04}",
            "source.ip": f"10.{host % 6}.{host // 250}.{host % 250}",
            "related.user": [f"user{host:04}"],
            "related.hosts": ["dc01"],
        }

    def _name(self, host: int) -> dict[str, object]:
        return {
            "soc.route": "network.dns",
            "soc.source.id": f"dns{host % 2}",
            "event.dataset": "dns.query",
            "event.category": ["network"],
            "event.type": ["protocol"],
            "host.name": f"ns{host % 2}",
            "source.ip": f"10.{host % 6}.{host // 250}.{host % 250}",
            "dns.question.name": SITES[self._number % len(SITES)],
        }

    def _vpn(self, host: int) -> dict[str, object]:
        return {
            "soc.route": "network.vpn",
            "soc.source.id": "vpn01",
            "event.dataset": "fortigate.event",
            "event.category": ["authentication"],
            "event.type": ["start"],
            "event.outcome": "success" if self._number % 5 else "failure",
            "observer.name": "vpn01",
            "user.name": f"user{host:04}",
            "source.ip": STRANGER if self._number % 211 == 0 else f"192.0.2.{host % 250}",
            "related.user": [f"user{host:04}"],
        }
