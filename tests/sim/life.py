"""One simulated life of the chain: real SQLite and DuckDB files, a virtual clock, a seed, kills anywhere.

A plain model is the oracle: the set of records that were acknowledged, and the alerts that follow from it. It is
asked after a fault-free drain at the end: nothing lost, nothing doubled, the books balance, the alerts are exact.
"""

from __future__ import annotations

import gc
import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collectors.books import Books
from collectors.inbox import Inbox
from collectors.normalise import Normalise
from collectors.normaliser import Normaliser
from collectors.receive import Receive
from collectors.registry import parser
from collectors.senders import Senders
from correlator.detect import Detect
from correlator.pack import Pack
from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.errors import JournalError, JournalFull
from soc.event import encode, timestamp
from soc.journal import Lane
from soc.journal.body import LINES, RECORDS
from soc.journal.sqlite_log import LogLimits, SqliteLog
from soc.logsource import load_table
from soc.paths import DataDir
from soc.query import Query
from soc.raw import RawRecord, Transport
from soc.role import Role, RoleName
from soc.state.queue import AlertFilter
from soc.state.store import State
from soc.store.keep import Keep
from soc.unit import UnitTree
from tests.sim.faults import Fuse, Killed, MortalLog, MortalStore, after_kill, mortal_state

START = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
STEPS = 100
SMALL = LogLimits(segment_bytes=200_000)

RULES = """
title: One bad word
id: 5d3a7a52-6c5f-4d5c-8f5e-000000000001
status: test
level: high
logsource: {product: linux, service: sshd}
detection: {s: {user.name: bad}, condition: s}
---
title: Failed logon
id: 5d3a7a52-6c5f-4d5c-8f5e-000000000002
name: failed
status: test
level: informational
logsource: {product: linux, service: sshd}
detection: {s: ['Failed password'], condition: s}
---
title: Many failures
id: 5d3a7a52-6c5f-4d5c-8f5e-000000000003
status: test
level: high
correlation: {type: event_count, rules: [failed], group-by: [source.ip], timespan: 1h, condition: {gte: 3}}
"""
BAD, MANY = (f"5d3a7a52-6c5f-4d5c-8f5e-00000000000{number}" for number in (1, 3))


@dataclass(slots=True)
class Model:
    """What must be true at the end. `sent`: every line handed to the inbox, by place; `known`: acknowledged ones."""

    sent: dict[str, str] = field(default_factory=dict)
    known: Counter[str] = field(default_factory=Counter)
    durable: int = 0


class Life:
    """`run()` answers the violations; the same seed gives the same life."""

    def __init__(self, seed: int, folder: Path, *, defect: Callable[[Life], None] | None = None) -> None:
        self.chance = random.Random(seed)
        self.folder = folder
        self.clock = ManualClock(START)
        self.model = Model()
        self.fuse = Fuse()
        self.kills = 0
        self.defect = defect
        self.roles: list[Role] = []
        self.logs: list[MortalLog] = []
        self._generation = 0
        self._serial = 0
        self.rules = folder / "rules.yml"
        self.rules.write_text(RULES, "utf-8")
        self.data = DataDir(folder / "data-0").make()
        self._born()

    def run(self) -> list[str]:
        for _ in range(STEPS):
            self._survive(self._act)
        self.fuse = Fuse()
        self._reborn()
        return self.settle()

    def settle(self) -> list[str]:
        """Works everything off without faults and answers the violations."""
        self._drain()
        return self._violations()

    # --- one act -------------------------------------------------------------------------------------------------

    def _act(self) -> None:
        act = self.chance.choice(
            (
                *(self._send, self._send, self._send_file),
                *(self._step, self._step, self._step, self._step),
                *(self._pass_time, self._doom, self._trouble),
            )
        )
        act()

    def _send(self) -> None:
        """Datagrams: each one that is acknowledged is one event, equal or not."""
        for _ in range(self.chance.randint(1, 20)):
            self._put(Transport.UDP, "")

    def _send_file(self) -> None:
        """Lines of a file; some are handed over a second time, as after a kill of the sender."""
        for _ in range(self.chance.randint(1, 10)):
            self._serial += 1
            place = f"file:{self._serial}"
            for _ in range(self.chance.choice((1, 1, 2))):
                self._put(Transport.FILE, place)

    def _put(self, transport: Transport, place: str) -> None:
        if not place:
            self._serial += 1
        name = place or f"udp:{self._serial}"
        line = self.model.sent.setdefault(name, self._line(name))
        record = RawRecord(
            "sim",
            "host-1",
            int(self.clock.now().timestamp() * 1e9),
            "10.0.0.1",
            transport,
            line.encode(),
            place,
            product="linux",
        )
        self.inbox.put(record, done=lambda: self._acknowledged(name))

    def _acknowledged(self, name: str) -> None:
        self.model.known[name] += 1
        self.model.durable += 1

    def _line(self, name: str) -> str:
        at = START + timedelta(seconds=len(self.model.sent))
        user = self.chance.choice(("bad", "an", "binh"))
        address = f"203.0.113.{self.chance.randint(1, 3)}"
        return f"<38>1 {at.isoformat()} gw sshd 31 {name} - Failed password for {user} from {address} port 4022 ssh2"

    def _step(self) -> None:
        role = self.chance.choice(self.roles)
        role.step(self.clock.now())

    def _pass_time(self) -> None:
        if self.chance.random() < 0.1:
            # Not a day back: events more than 24 h ahead of their receipt rightly lose their time.
            self.clock.jump(timedelta(seconds=self.chance.choice((-3600, 3600, 86_400))))
        self.clock.advance(timedelta(milliseconds=self.chance.choice((50, 250, 2_500, 40_000))))

    def _doom(self) -> None:
        self.fuse.light(self.chance.randint(0, 8))

    def _trouble(self) -> None:
        """A log that refuses once: full, or with a disk that gives an error."""
        refusal = self.chance.choice((JournalFull("full", code="SOC-1503"), JournalError("disk", code="SOC-1502")))
        self.chance.choice(self.logs).refusal = refusal

    # --- death and birth -----------------------------------------------------------------------------------------

    def _survive(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Killed:
            self.kills += 1
            while True:
                self.fuse = Fuse()
                if self.chance.random() < 0.2:
                    self.fuse.light(self.chance.randint(0, 6))
                try:
                    self._reborn()
                    return
                except Killed:
                    continue

    def _reborn(self) -> None:
        """The disk as a kill leaves it; a new process on it."""
        self._generation += 1
        target = self.folder / f"data-{self._generation}"
        after_kill(self.data.root, target, self.chance)
        self._let_go()
        shutil.rmtree(self.data.root)
        self.data = DataDir(target)
        self._born()

    def end(self) -> None:
        """Lets go of files and folder; a life is asked nothing after it."""
        self._let_go()
        shutil.rmtree(self.folder)

    def _let_go(self) -> None:
        """Frees the dead process's files; whatever closing writes goes to the folder that is thrown away."""
        self._wired.put_out()
        for role in self.roles:
            role.close()
        self.store.close()
        self.state.close()
        self.roles = []
        gc.collect()

    def _born(self) -> None:
        self._wired = self.fuse
        self.state = mortal_state(State.open(self.data, self.clock), self.fuse)
        raw = {lane: MortalLog(self._log(self.data.raw_log(lane)), self.fuse) for lane in Lane}
        events = MortalLog(self._log(self.data.event_log, lines=True), self.fuse)
        self.logs = [*raw.values(), events]
        self.inbox = Inbox()
        books = Books(RoleName.RECEIVE, self.state, self.clock, tuple(Lane))
        books.catch_up(raw)
        self.receive = Receive(raw, self.inbox, books)
        self.store = MortalStore(self.data)
        self.store.fuse = self.fuse
        self.roles = [self.receive]
        self.roles.append(self._normalise(raw, events))
        self.roles.append(Keep(events, self.store, self.clock))
        self.roles.append(Detect(events, self.state, Pack([self.rules]), load_table(), self.clock))
        if self.defect is not None:
            self.defect(self)

    def _normalise(self, raw: dict[Lane, MortalLog], events: MortalLog) -> Normalise:
        normaliser = Normaliser(
            book=Senders(self.state, self.clock),
            units=UnitTree([]),
            table=load_table(),
            detector=NoDetector(),
            parser_named=parser,
        )
        books = Books(RoleName.NORMALISE, self.state, self.clock, tuple(Lane))
        return Normalise(raw, events, normaliser, books, self.clock)

    def _log(self, folder: Path, *, lines: bool = False) -> SqliteLog:
        return SqliteLog(folder, quarantine=self.data.quarantine, form=LINES if lines else RECORDS, limits=SMALL)

    # --- the end -------------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        for _ in range(200):
            for role in self.roles:
                role.step(self.clock.now())
            self.clock.advance(timedelta(seconds=3))

    def _violations(self) -> list[str]:
        query = Query(None, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), SYSTEM)
        stored = Counter(event["log.syslog.msgid"] for event in self.store.export(query))
        return [*self._lost_or_doubled(stored), *self._books(), *self._alerts(stored)]

    def _lost_or_doubled(self, stored: Counter[str]) -> list[str]:
        """A datagram whose acknowledgement fell to a kill may be there; twice it may not."""
        lost = [name for name in self.model.known if not stored[name]]
        doubled = [name for name, n in stored.items() if n > 1]
        return [f"lost: {name}" for name in lost] + [f"doubled: {name}" for name in doubled]

    def _books(self) -> list[str]:
        with self.state.read() as tx:
            rows = tx.accounting.ledger(SYSTEM)
        records = sum(self.receive.position().values()) + len(Lane)
        received, left = sum(row.received for row in rows), sum(row.in_flight for row in rows)
        found = [f"{left} in flight after the drain"] if left else []
        return found + ([f"{received} received in the books, {records} in the logs"] if received != records else [])

    def _alerts(self, stored: Counter[str]) -> list[str]:
        """Counts of the single rule's and the correlation's alerts, from the set of stored events alone."""
        lines = [self.model.sent[name] for name in stored]
        bad = sum(" for bad " in line for line in lines)
        by_address = Counter(line.split(" from ")[1].split(" ")[0] for line in lines)
        many = sum(n for n in by_address.values() if n >= 3)
        with self.state.read() as tx:
            alerts = tx.queue.page(AlertFilter(), SYSTEM, limit=500).alerts
            wrong = list(tx.alerts.differences(SYSTEM))
        counts = Counter({BAD: 0, MANY: 0})
        for alert in alerts:
            counts[alert.rule.id] += alert.count
        expected = {BAD: bad, MANY: many}
        return wrong + [
            f"rule {rule}: {counts[rule]} hits, not {n}" for rule, n in expected.items() if counts[rule] != n
        ]


class NoDetector:
    """Every record says its product."""

    def product_of(self, record: RawRecord) -> str:
        return record.product

    def judge(self, record: RawRecord, product: str, *, failed: bool) -> None:
        pass


def fingerprint(life: Life) -> str:
    """What a life came to, for the comparison of two runs with one seed."""
    query = Query(None, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), SYSTEM)
    return "\n".join(sorted(encode(event).decode() for event in life.store.export(query))) + timestamp(life.clock.now())
