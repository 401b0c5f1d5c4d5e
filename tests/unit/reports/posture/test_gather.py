from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from reports.posture.coverage import NOTHING, Coverage
from reports.posture.gather import gather, incident_at
from reports.posture.inputs import GroupInput, Half, Missed, Rate, UnitInputs
from reports.posture.method import Reporting, method
from soc.access import SYSTEM
from soc.alert import Action, Actor, Level, Status, Verdict
from soc.incident import Channel, ReportForm, SentReport, Severity, State, Waiver
from soc.register import Scan, Weakness
from soc.state import store
from soc.state.moves import Question, act
from tests.builders import NOON, a_card, an_alert, an_incident
from tests.unit.reports.posture.a_province import COMMUNE, DAY, FINANCE, HEALTH, HOUR, UNITS, a_province

METHOD = method()
AN = Actor("an")
TODAY = NOON.date()


def inputs(state: store.State, at: datetime = NOON, coverage: Coverage = NOTHING) -> dict[str, UnitInputs]:
    with state.read() as tx:
        return {one.unit: one for one in gather(tx, SYSTEM, UNITS, at, METHOD, state.limits, coverage=coverage)}


def raised(state: store.State, name: str, age: timedelta, level: Level, unit: str = FINANCE) -> None:
    made = an_alert(name, rule=a_card(level=level), level=level, unit=unit, raised_at=NOON - age)
    with state.write() as tx:
        tx.alerts.insert([made], at=NOON - age)


def test_every_unit_at_the_end_of_the_tree_takes_part(state: store.State) -> None:
    a_province(state)
    found = inputs(state)
    assert list(found) == [FINANCE, HEALTH, COMMUNE]
    assert [one.unit_class for one in found.values()] == ["department", "department", "commune"]
    assert [len(one.sources) for one in found.values()] == [1, 1, 1]
    assert found[FINANCE].rate == Rate(0.9, 0.9)


def test_an_open_group_ages_beyond_its_limit_without_a_pause(state: store.State) -> None:
    a_province(state)
    raised(state, "old", 20 * HOUR, Level.CRITICAL)
    raised(state, "new", HOUR, Level.CRITICAL)
    groups = inputs(state)[FINANCE].groups
    assert groups == (GroupInput("new", 2, Level.CRITICAL, 3, 0.0), GroupInput("old", 1, Level.CRITICAL, 3, 1.5))


def test_what_was_due_is_counted_by_weight_and_what_was_missed_is_named(state: store.State) -> None:
    a_province(state)
    raised(state, "late", 20 * HOUR, Level.CRITICAL)
    raised(state, "kept", 20 * HOUR, Level.HIGH)
    _move(state, "kept", Action.TAKE, NOON - 20 * HOUR + timedelta(minutes=5))
    found = inputs(state)[FINANCE]
    assert found.acknowledge == Half(3.0, 1.0, (Missed("late", 1, 2.0),))
    assert found.resolve == Half(2.0, 0.0, (Missed("late", 1, 2.0),))
    assert found.rate.acknowledge == (1.0 + 4.5) / (3.0 + 5)


def test_a_past_moment_is_read_as_it_was_then(state: store.State) -> None:
    a_province(state)
    raised(state, "a", 20 * HOUR, Level.CRITICAL)
    _move(state, "a", Action.TAKE, NOON - 2 * HOUR)
    said = {"verdict": Verdict.TRUE_POSITIVE, "reason": "attack_blocked", "note": "đã xem xét kỹ"}
    _move(state, "a", Action.CLOSE, NOON - HOUR, **said)
    assert inputs(state)[FINANCE].groups == ()
    assert [one.id for one in inputs(state, NOON - 3 * HOUR)[FINANCE].groups] == ["a"]
    assert inputs(state, NOON - 3 * HOUR)[FINANCE].acknowledge.missed != ()


def test_systems_have_their_last_scan_and_what_is_overdue(state: store.State) -> None:
    a_province(state)
    day = TODAY
    with state.write() as tx:
        tx.weaknesses.scanned(Scan(0, "ht-tc", FINANCE, day - 20 * DAY, "x", NOON))
        for code, level, due, fixed in (
            ("CVE-1", Level.CRITICAL, -1, None),
            ("CVE-2", Level.HIGH, 9, None),
            ("CVE-3", Level.HIGH, -30, -3),
            ("CVE-4", Level.HIGH, -600, -500),
        ):
            fixed_on = None if fixed is None else day + fixed * DAY
            found_on = day - 700 * DAY
            one = Weakness(0, "ht-tc", FINANCE, code, code, level, found_on, day + due * DAY, NOON, fixed_on=fixed_on)
            tx.weaknesses.add(one)
    (system,) = inputs(state)[FINANCE].systems
    assert (system.level, system.scan_days, system.known, system.overdue) == (3, 20, 4.0, 2.0)
    (never,) = inputs(state)[HEALTH].systems
    assert (never.scan_days, never.known) == (None, 0.0)


def test_an_incident_counts_once_confirmed_in_every_unit_that_it_touches(state: store.State) -> None:
    a_province(state)
    made = an_incident(unit=FINANCE, severity=Severity.SERIOUS, systems=("ht-yt",))
    with state.write() as tx:
        suspected = tx.incidents.open(made, SYSTEM, by=AN, at=NOON)
    assert inputs(state)[FINANCE].incidents == ()
    with state.write() as tx:
        confirmed = replace(suspected, state=State.CONFIRMED, confirmed_at=NOON)
        tx.incidents.record(suspected, confirmed, SYSTEM, "confirm", "", by=AN, at=NOON)
    found = inputs(state, NOON + HOUR)
    assert [len(found[unit].incidents) for unit in (FINANCE, HEALTH, COMMUNE)] == [1, 1, 0]
    (one,) = found[HEALTH].incidents
    assert (one.contained, one.days, one.reporting) == (False, 0.0, Reporting.RUNNING)


@pytest.mark.parametrize(
    "fields, reporting",
    [
        ({}, Reporting.LATE),
        ({"sent": timedelta(hours=3)}, Reporting.IN_TIME),
        ({"sent": timedelta(days=20)}, Reporting.LATE),
        ({"waiver": Waiver("no duty", "Nguyễn Văn A", NOON)}, Reporting.IN_TIME),
        ({"hidden": True, "sent": timedelta(hours=3)}, Reporting.LATE),
    ],
)
def test_reports_are_judged_by_when_they_were_sent(fields: dict[str, object], reporting: Reporting) -> None:
    sent = fields.pop("sent", None)
    told = [
        SentReport(form.value, form, NOON + sent, Channel.PORTAL, "A05")  # type: ignore[operator]
        for form in ReportForm
        if sent is not None
    ]
    one = an_incident(
        t0=NOON, severity=Severity.SERIOUS, state=State.CONTAINED, confirmed_at=NOON, reports=tuple(told), **fields
    )
    assert incident_at(replace(one, contained_at=NOON + DAY), NOON + 11 * DAY).days == 10
    assert incident_at(one, NOON + 30 * DAY).reporting is reporting
    if sent is not None and not fields:
        assert incident_at(one, NOON + HOUR).reporting is Reporting.RUNNING


def test_waiting_for_the_unit_is_open_but_not_overdue(state: store.State) -> None:
    a_province(state)
    raised(state, "a", 20 * HOUR, Level.CRITICAL)
    _move(state, "a", Action.TAKE, NOON - 19 * HOUR)
    asked = Question("Đơn vị kiểm tra máy này giúp", "an", NOON + DAY)
    _move(state, "a", Action.ASK_UNIT, NOON - 18 * HOUR, question=asked)
    with state.read() as tx:
        assert tx.alerts.get("a", SYSTEM).status is Status.WAITING_UNIT
    found = inputs(state)[FINANCE]
    assert [one.overdue for one in found.groups] == [True]
    assert found.resolve == Half()


def test_a_technique_is_covered_where_a_tested_rule_can_match(state: store.State) -> None:
    a_province(state)
    names = frozenset({"T1110.003", "T1190"})
    coverage = Coverage(names, {FINANCE: frozenset({"T1110.003"})}, names)
    found = inputs(state, coverage=coverage)
    assert [one.id for one in found[FINANCE].techniques if one.covered] == ["T1110"]
    assert [one.id for one in found[HEALTH].techniques if one.covered] == []
    assert found[COMMUNE].techniques == ()


def _move(state: store.State, name: str, action: Action, at: datetime, **said: Any) -> None:
    with state.write() as tx:
        revision = tx.alerts.get(name, SYSTEM).revision
        act(tx, name, action, by=AN, scope=SYSTEM, revision=revision, at=at, request_id="r", **said)
