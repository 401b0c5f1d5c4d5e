"""A small province for tests of the pages: real state in a folder, a few units, people and alerts."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from dashboards.app import create_app
from dashboards.services import Beat, Services, WebSettings
from soc.access import ROOT, SYSTEM, Grant, RoleOfPerson
from soc.alert import SYSTEM_ACTOR, Alert, CorrelationFacts, Level, RuleCard, Status
from soc.clock import ManualClock
from soc.incident import Severity, State
from soc.paths import DataDir
from soc.register import BotnetAddress, EndpointCount, Scan, Weakness
from soc.state import store
from soc.state.accounting import Count, Fate
from soc.state.passwords import Passwords
from soc.state.source_table import Match
from soc.unit import Unit, UnitTree
from tests.builders import NOON, a_system, an_event, an_incident

PASSWORD = "bốn con voi đi qua cầu"
ORIGIN = "http://testserver"
FINANCE, HEALTH = "so-tai-chinh", "so-y-te"
UNITS = UnitTree(
    [
        Unit("tinh", "Ủy ban nhân dân tỉnh", "Province", valid_from=date(2020, 1, 1)),
        Unit(FINANCE, "Sở Tài chính", parent="tinh", valid_from=date(2020, 1, 1)),
        Unit(HEALTH, "Sở Y tế", parent="tinh", valid_from=date(2020, 1, 1)),
    ]
)
RULE = RuleCard(
    id="4ae3d3a5-b329-49b4-99c2-d3cf7c76a4f7",
    title="SSL VPN Login After Many Failures",
    level=Level.CRITICAL,
    author="Lê Hải Yến",
    link="https://example.org/rules/vpn",
    tags=("attack.credential-access", "attack.t1110"),
    title_vi="Vào được VPN sau khi dò mật khẩu",
    meaning_vi="Địa chỉ {source.ip} thử sai mật khẩu nhiều lần, rồi đăng nhập thành công bằng tài khoản {user.name}.",
    meaning_en="The address {source.ip} guessed passwords many times, then logged in as {user.name}.",
)


@dataclass(slots=True)
class Life:
    """One state with its clock and services."""

    state: store.State
    clock: ManualClock
    services: Services

    def person(self, account: str, name: str, *grants: tuple[RoleOfPerson, str]) -> None:
        """Somebody with the usual password."""
        with self.state.write() as tx:
            tx.people.create(account, name, at=self.clock.now(), password=_hashed())
            for role, unit in grants:
                given = Grant(role, unit, date(2026, 1, 1))
                tx.people.give(account, given, by="setup", at=self.clock.now())

    def session(self, account: str, *, proved: bool = False) -> str:
        """The cookie's value of somebody who is signed in; `proved`: gave the second factor just now."""
        with self.state.write() as tx:
            now = self.clock.now()
            return tx.sessions.start(account, at=now, factor_at=now if proved else None)

    def raise_alerts(self, alerts: Iterable[Alert]) -> tuple[Alert, ...]:
        with self.state.write() as tx:
            return tx.alerts.insert(tuple(alerts), at=self.clock.now())


def a_life(folder: Path, *, start: datetime = NOON, **settings: Any) -> Life:
    """A fresh state in `folder`, copied from one that was migrated once: a migration costs 100 ms."""
    shutil.copytree(_migrated(), folder, dirs_exist_ok=True)
    clock = ManualClock(start)
    state = store.State.open(DataDir(folder).make(), clock)
    web = WebSettings(origin=ORIGIN, name_vi="Tỉnh Nghệ An", name_en="Nghe An province")
    services = Services(state=state, units=UNITS, clock=clock, settings=replace(web, **settings))
    return Life(state, clock, services)


@cache
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store.State.open(DataDir(folder).make(), ManualClock(NOON)).close()
    return folder


@cache
def _hashed() -> str:
    return Passwords().hash(PASSWORD)


def an_alert(name: str = "a", **changes: Any) -> Alert:
    """A critical VPN alert of the finance department; `changes` are fields of Alert."""
    at = changes.get("raised_at", NOON - timedelta(minutes=4))
    event = an_event(at, source_ip="203.0.113.45", user_name="hai.nv")
    event["event.original"] = 'date=2026-11-24 action="tunnel-up" user="hai.nv" remip=203.0.113.45'
    fields: dict[str, Any] = {
        "id": f"alert-{name}",
        "number": 0,
        "fingerprint": f"fingerprint-{name}",
        "rule": RULE,
        "unit": FINANCE,
        "level": RULE.level,
        "status": Status.NEW,
        "owner": None,
        "verdict": None,
        "reason": None,
        "raised_at": at,
        "first_event": at - timedelta(minutes=9),
        "last_event": at,
        "count": 412,
        "entities": (("source.ip", "203.0.113.45"), ("user.name", "hai.nv")),
        "matched": {"source.ip": "203.0.113.45", "user.name": "hai.nv", "action": "tunnel-up"},
        "samples": (event,),
    }
    return Alert(**(fields | changes))


def some_alerts() -> list[Alert]:
    """One of each level, in two units, one a correlation."""
    minute = timedelta(minutes=1)
    facts = CorrelationFacts(
        "event_count", (("source.ip", "198.51.100.7"),), NOON - 20 * minute, NOON - 12 * minute, 47, ">= 20"
    )
    rows = [
        ("scan", Level.HIGH, "Web Path Scan", "Dò đường dẫn trang thông tin", 34, 1906, HEALTH, facts),
        ("encoded", Level.HIGH, "Office Starts Encoded PowerShell", "Office mở PowerShell mã hóa", 18, 3, HEALTH, None),
        (
            "config",
            Level.MEDIUM,
            "Firewall Changed At Night",
            "Tường lửa đổi cấu hình ngoài giờ",
            340,
            2,
            FINANCE,
            None,
        ),
        ("browser", Level.LOW, "Outdated Browser", "", 350, 34, FINANCE, None),
    ]
    made = [an_alert("vpn")]
    for name, level, title, title_vi, age, count, unit, correlation in rows:
        rule = replace(
            RULE, id=f"rule-{name}", title=title, title_vi=title_vi, level=level, meaning_vi="", meaning_en=""
        )
        made.append(
            an_alert(
                name,
                rule=rule,
                level=level,
                raised_at=NOON - age * minute,
                count=count,
                unit=unit,
                correlation=correlation,
                matched={} if correlation else an_alert().matched,
            )
        )
    return made


def some_traffic(life: Life) -> None:
    """Counts of three sources, one of which does not add up yet, and one unknown sender."""
    now = life.clock.now()
    with life.state.write() as tx:
        rows = [
            Count("fortigate", now, Fate.RECEIVED, 184_220, unit=FINANCE),
            Count("fortigate", now, Fate.STORED, 184_214, unit=FINANCE),
            Count("fortigate", now, Fate.QUARANTINED, 6, "bad_frame", unit=FINANCE),
            Count("dc01", now, Fate.RECEIVED, 96_318, unit=HEALTH),
            Count("dc01", now, Fate.STORED, 96_318, unit=HEALTH),
            Count("netflow", now, Fate.RECEIVED, 512_660, unit=HEALTH),
            Count("netflow", now, Fate.STORED, 512_389, unit=HEALTH),
            Count("netflow", now, Fate.DROPPED, 250, "queue_full", unit=HEALTH),
        ]
        tx.accounting.note(rows)
        found = tx.sources.greet(Match(listener="syslog", peer="192.0.2.77"), at=now)
        tx.sources.saw({found.id: now})


def some_beats(life: Life) -> tuple[Beat, ...]:
    now = life.clock.now()
    return (
        Beat("receive", now, {"live": 793_197}, {"live": 793_197}),
        Beat("normalise", now, {"live": 793_176}, {"live": 793_197}),
        Beat("keep", now, {"event": 801_204}, {"event": 801_204}),
        Beat("detect", now - timedelta(seconds=3), {"event": 801_204}, {"event": 801_204}),
    )


ANALYST = ((RoleOfPerson.ANALYST, ROOT), (RoleOfPerson.SHIFT_LEAD, ROOT))


@cache
def _first() -> list[FastAPI]:
    return []


def app_of(services: Services) -> FastAPI:
    """The application on these services. Its routes are made once a process, which takes 90 ms; all else is fresh,
    so of two in one test the later one counts."""
    fresh = create_app(services)
    if not _first():
        _first().append(fresh)
    (app,) = _first()
    app.state, app.middleware_stack = fresh.state, None
    return app


def some_registers(life: Life) -> None:
    """A system of finance with a source that it owes, a scan, a weakness, an incident, and figures of others."""
    now, day = life.clock.now(), life.clock.now().date()
    system = a_system(unit=FINANCE, name="Hệ thống quản lý thuế", valid_from=now - timedelta(days=90))
    incident = an_incident(
        unit=FINANCE, title="Máy chủ bị cài mã độc", severity=Severity.SERIOUS, state=State.CONFIRMED
    )
    with life.state.write() as tx:
        tx.systems.add(system)
        tx.systems.expect(system, "fortigate", since=day - timedelta(days=60), by="setup", at=now)
        tx.weaknesses.scanned(Scan(0, system.id, FINANCE, day - timedelta(days=40), "Trung tâm CNTT", now))
        flaw = (
            "CVE-2026-1234",
            "Máy chủ web phiên bản cũ",
            Level.HIGH,
            day - timedelta(days=40),
            day - timedelta(days=3),
        )
        tx.weaknesses.add(Weakness(0, system.id, FINANCE, *flaw, now))
        tx.external.count_endpoints([EndpointCount(FINANCE, day, "Trung tâm CNTT", 120, 104, 98, 2, "setup", now)])
        tx.external.list_botnet([BotnetAddress(FINANCE, day, "192.0.2.7", "Cơ quan điều phối", "mirai", "setup", now)])
        tx.incidents.open(replace(incident, systems=(system.id,)), SYSTEM, by=SYSTEM_ACTOR, at=now)
