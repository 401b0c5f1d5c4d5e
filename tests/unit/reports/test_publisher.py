"""The SOC's own figures at the hub: right, once, and without one word of what the alerts hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from reports import hub_figures, publisher
from reports.kpi import hub
from reports.kpi.writing import known_item
from reports.simulate.past import write_past
from reports.simulate.plan import PAST
from reports.simulate.scenario import Scenario
from soc.access import SYSTEM
from soc.alert import Actor, ActorKind, Level
from soc.clock import ManualClock
from soc.incident import Severity
from soc.incident import State as Stage
from soc.paths import DataDir
from soc.period import realtime
from soc.state.observation_rows import Wanted
from soc.state.store import State
from tests.builders import a_card, an_alert, an_incident
from tests.unit.reports.simulate.worlds import NOW, a_plan, a_province

WORLD = a_province()
HOUR = timedelta(hours=1)
UNIT = "so_y_te"
AN = Actor("an", ActorKind.PERSON)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(DataDir(tmp_path).make(), ManualClock(NOW))
    with opened.write() as tx:
        tx.units.replace(WORLD.units)
    yield opened
    opened.close()


def raised(state: State, name: str, level: Level = Level.CRITICAL, **more: object) -> None:
    made = an_alert(name, rule=a_card(level=level), level=level, unit=UNIT, raised_at=NOW - HOUR, **more)
    with state.write() as tx:
        tx.alerts.insert([made], at=NOW - HOUR)


def sent(state: State) -> str:
    """Every answer of the hub that anybody could read."""
    with state.read() as tx:
        items = [known_item(one) for one in tx.observations.page(SYSTEM, Wanted(), after=0, limit=100_000)]
        receipts = [receipt.items for receipt in tx.receipts.page(SYSTEM, limit=1_000)]
    return orjson.dumps([items, [list(some) for some in receipts]]).decode()


def test_open_alerts_are_counted_by_severity_and_add_up(state: State) -> None:
    raised(state, "a")
    raised(state, "b", Level.HIGH)
    raised(state, "c", Level.HIGH)
    found = publisher.publish(state, WORLD, NOW, NOW)
    assert found.stopped == []
    assert all(receipt.summary["rejected"] == receipt.summary["quarantined"] == 0 for receipt in found.receipts)
    with state.read() as tx:
        page = tx.observations.page(SYSTEM, Wanted(kpis=("alerts_open_by_severity",)), after=0, limit=1_000)
    mine = {dict(one.observation.key.dimensions).get("severity", ""): one.observation.value for one in page
            if one.observation.key.unit == UNIT}  # fmt: skip
    assert mine == {"": 3, "critical": 1, "high": 2, "medium": 0, "low": 0, "informational": 0}


def test_a_unit_that_nobody_hears_has_no_zero(state: State) -> None:
    publisher.publish(state, WORLD, NOW, NOW)
    with state.read() as tx:
        page = tx.observations.page(SYSTEM, Wanted(kpis=("alerts_open_by_severity",)), after=0, limit=1_000)
    assert {one.observation.value for one in page} == {None}
    assert {one.observation.reason for one in page} == {publisher.NO_SOURCE}


def test_a_day_is_handed_in_once_and_a_run_again_changes_nothing(state: State) -> None:
    publisher.publish(state, WORLD, NOW, NOW)
    with state.read() as tx:
        before = tx.observations.position()
    again = publisher.publish(state, WORLD, NOW, NOW)
    with state.read() as tx:
        assert tx.observations.position() == before
    assert sum(receipt.summary["accepted"] for receipt in again.receipts) == 0


def test_incidents_and_their_reports_are_counted(state: State) -> None:
    made = an_incident(unit=UNIT, severity=Severity.SERIOUS, t0=NOW - HOUR)
    with state.write() as tx:
        opened = tx.incidents.open(made, SYSTEM, by=AN, at=NOW - HOUR)
        confirmed = replace(opened, state=Stage.CONFIRMED, confirmed_at=NOW)
        tx.incidents.record(opened, confirmed, SYSTEM, "confirm", "", by=AN, at=NOW)
    publisher.publish(state, WORLD, NOW, NOW)
    with state.read() as tx:
        wanted = Wanted(kpis=("incidents_open", "incident_reports_due"))
        page = tx.observations.page(SYSTEM, wanted, after=0, limit=1_000)
    mine = {(one.observation.key.kpi, one.observation.key.dimensions): one.observation.value for one in page
            if one.observation.key.unit == UNIT}  # fmt: skip
    assert mine["incidents_open", ()] == 1
    assert mine["incidents_open", (("severity", "serious"),)] == 1
    due = mine["incident_reports_due", ()]
    assert due is not None
    assert due >= 1


def canaries() -> list[str]:
    kinds = ("chim-hoang-yen-{}", "203.0.113.{}", "canary.user{}", "CVE-2026-770{}", "canary{}@bimat.example")
    return [kind.format(number) for number in range(10) for kind in kinds]


def test_fifty_canaries_in_alerts_never_reach_the_hub(state: State) -> None:
    planted = canaries()
    assert len(planted) == 50
    for number in range(0, 50, 5):
        host, address, user, weakness, mail = planted[number : number + 5]
        raised(
            state,
            f"alert-{number}",
            entities=(("host.name", host), ("source.ip", address), ("user.name", user)),
            matched={"message": f"{weakness} {mail}", "host.name": host},
        )
    made = an_incident(unit=UNIT, t0=NOW - HOUR, title=f"{planted[0]} {planted[1]}", summary=" ".join(planted))
    with state.write() as tx:
        opened = tx.incidents.open(made, SYSTEM, by=AN, at=NOW - HOUR)
        tx.incidents.record(opened, replace(opened, state=Stage.CONFIRMED), SYSTEM, "confirm", "", by=AN, at=NOW)
    publisher.publish(state, WORLD, NOW, NOW)
    answers = sent(state).lower()
    assert "alerts_open_by_severity" in answers
    assert [one for one in planted if one.lower() in answers] == []
    with state.read() as tx:
        assert planted[0] in tx.entities.known_names(SYSTEM)
        assert planted[2] in tx.entities.known_names(SYSTEM)


def test_a_leak_is_stopped_by_the_sender_and_refused_by_the_receiver(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised(state, "a", entities=(("host.name", "may-ke-toan-7"),))
    monkeypatch.setattr(publisher, "NO_SOURCE", "xem may-ke-toan-7 tại 203.0.113.9")
    found = publisher.publish(state, WORLD, NOW, NOW)
    assert found.stopped
    assert {why for one in found.stopped for why in one.why} == {"ip_address", "known_name"}
    assert "may-ke-toan-7" not in sent(state)
    with state.read() as tx:
        assert [line.act for line in tx.audit.page(SYSTEM, limit=500) if line.act == "kpi.stopped"]
    kpi = WORLD.catalogue.kpis["units_attention"]
    said = publisher.Said(None, reason="xem máy 203.0.113.9")
    item = publisher.item(kpi, WORLD.organisation.province, realtime(NOW), said, NOW)
    receipt = hub.receive(state, WORLD, publisher.batch_of([item], NOW), publisher.SENDER, NOW)
    assert receipt.summary["rejected"] == 1
    assert "203.0.113.9" not in sent(state)


def test_the_hub_says_how_it_stands_itself(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    few = dict.fromkeys(PAST, timedelta(days=9))
    monkeypatch.setattr("reports.simulate.plan.PAST", few)
    write_past(state, a_plan(Scenario("few", only=frozenset({"press_social"}))), NOW)
    receipt = hub_figures.publish(state, WORLD, NOW)
    assert receipt is not None
    assert receipt.summary["accepted"] == len(WORLD.profile.subsystems) + 3
    with state.read() as tx:
        page = tx.observations.page(SYSTEM, Wanted(kpis=("subsystems_live", "kpi_fresh_rate")), after=0, limit=99)
    found = {(one.observation.key.kpi, one.observation.key.dimensions): one.observation for one in page}
    assert found["subsystems_live", ()].value == 1
    press = found["kpi_fresh_rate", (("subsystem", "press_social"),)]
    assert press.numerator == press.denominator == Decimal(31)
    again = hub_figures.publish(state, WORLD, NOW + timedelta(minutes=10))
    assert again is not None
    assert again.summary["accepted"] == len(WORLD.profile.subsystems)
