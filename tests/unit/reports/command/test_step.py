"""The hub's own work over real rows: warnings once a cause and unit, passed up, reminders once."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.command.raising import keep
from reports.command.step import Command
from reports.kpi.warnings import of_incident
from soc.access import SYSTEM, Scope
from soc.alert import SYSTEM_ACTOR
from soc.incident import Severity
from soc.incident import State as IncidentState
from soc.observation import NaturalKey, Observation, Status
from soc.period import PeriodType, Reporting, period_of
from soc.reminder import Receiver, ReminderKind
from soc.state import warning_acts
from soc.state.receipts import Beat
from soc.state.store import State as Store
from soc.state.store import Tx
from soc.warning import WarningCause, WarningLevel, WarningState, may_move
from tests.builders import an_incident
from tests.unit.reports.kpi.test_board import NOW, OVERDUE, UNITS, a_share, a_world, day, store
from tests.unit.soc.test_task import a_task

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORLD = a_world()
EXAMPLES = 500 if os.environ.get("SOC_PROOF") else 50
FIRST = UNITS[0]
CAUSES = {WarningCause.THRESHOLD, WarningCause.BAND}


def overdue(unit: str, number: int, value: int) -> Observation:
    key = NaturalKey(OVERDUE, unit, day(number))
    return Observation(f"{unit}:overdue:{number}", key, Decimal(value), Status.OFFICIAL, 0)


def bad_shares(number: int, over: int = 1) -> list[Observation]:
    return [a_share(unit, day(number), over if unit == FIRST else 100, 100) for unit in UNITS]


def causes(state: Store) -> set[tuple[WarningCause, str, str]]:
    with state.read() as tx:
        return {one.key for one in tx.warnings.all(SYSTEM)}


def test_a_limit_that_is_crossed_is_warned_of_once_and_updated(state: Store) -> None:
    store(state, bad_shares(18), NOW - DAY)
    store(state, bad_shares(19), NOW - HOUR)
    command = Command(state, WORLD)
    kept, _ = command.step(NOW)
    crossed = [one for one in kept.raised if one.cause is WarningCause.THRESHOLD and one.unit == FIRST]
    assert [one.subject for one in crossed] == ["task_done_on_time_rate"]
    assert crossed[0].level is WarningLevel.ATTENTION
    assert crossed[0].figures == tuple(one.id for one in (bad_shares(18)[0], bad_shares(19)[0]))
    again, _ = command.step(NOW + timedelta(minutes=5))
    assert again.raised == ()
    with state.read() as tx:
        assert [one.kind for one in tx.warnings.history(crossed[0].id, SYSTEM)] == ["raise"]


def test_a_cause_that_is_gone_stays_open_and_may_come_back(state: Store) -> None:
    with state.write() as tx:
        incident = an_incident(unit=FIRST, severity=Severity.SERIOUS, state=IncidentState.CONFIRMED)
        made = tx.incidents.open(incident, SYSTEM, by=SYSTEM_ACTOR, at=NOW)
    command = Command(state, WORLD)
    command.step(NOW)
    for moment, severity in ((NOW + HOUR, Severity.LOW), (NOW + 2 * HOUR, Severity.SERIOUS)):
        with state.write() as tx:
            made = tx.incidents.record(
                made, replace(made, severity=severity), SYSTEM, "reclassify", "", by=SYSTEM_ACTOR, at=moment
            )
        command.step(moment)
    with state.read() as tx:
        (one,) = [each for each in tx.warnings.all(SYSTEM) if each.cause is WarningCause.INCIDENT]
        kinds = [event.kind for event in tx.warnings.history(one.id, SYSTEM) if event.kind != "up"]
    assert kinds == ["raise", "gone", "back"]
    assert one.gone_at is None


def test_a_serious_one_that_nobody_takes_goes_up_step_by_step(state: Store) -> None:
    with state.write() as tx:
        incident = an_incident(unit=FIRST, severity=Severity.SERIOUS, state=IncidentState.CONFIRMED)
        tx.incidents.open(incident, SYSTEM, by=SYSTEM_ACTOR, at=NOW)
    command, seen = Command(state, WORLD), []
    for minutes in (0, 29, 31, 60, 62, 600):
        command.step(NOW + timedelta(minutes=minutes))
        with state.read() as tx:
            (one,) = [each for each in tx.warnings.all(SYSTEM) if each.cause is WarningCause.INCIDENT]
            seen.append(one.receiver)
    focal, head, top = Receiver.FOCAL_POINT, Receiver.UNIT_HEAD, Receiver.STEERING
    assert seen == [focal, focal, head, head, top, top]
    with state.read() as tx:
        link = f"/warnings/{one_id_in(tx)}"
        written = [(one.kind, one.receiver) for one in tx.reminders.all(SYSTEM) if one.link == link]
    up = ReminderKind.WARNING_UP
    assert written == [(up, top), (up, head), (ReminderKind.WARNING_NEW, focal)]


def test_what_somebody_has_taken_goes_no_further(state: Store) -> None:
    with state.write() as tx:
        incident = an_incident(unit=FIRST, severity=Severity.SERIOUS, state=IncidentState.CONFIRMED)
        tx.incidents.open(incident, SYSTEM, by=SYSTEM_ACTOR, at=NOW)
    command = Command(state, WORLD)
    command.step(NOW)
    with state.write() as tx:
        taken = WarningState.ACKNOWLEDGED
        warning_acts.move(tx, one_id_in(tx), taken, "", scope=SYSTEM, revision=1, by=SYSTEM_ACTOR, at=NOW)
    kept, _ = command.step(NOW + 5 * HOUR)
    assert [one for one in kept.passed_up if one.cause is WarningCause.INCIDENT] == []


def one_id_in(tx: Tx) -> str:
    return next(one.id for one in tx.warnings.all(SYSTEM) if one.cause is WarningCause.INCIDENT)


def test_late_figures_are_one_warning_and_one_reminder_a_unit_and_day(state: Store) -> None:
    store(state, [a_share(unit, day(10), 8, 10) for unit in UNITS], NOW - 9 * DAY)
    store(state, [overdue(unit, 10, 3) for unit in UNITS], NOW - 9 * DAY)
    command = Command(state, WORLD)
    kept, written = command.step(NOW)
    late = [one for one in kept.raised if one.cause is WarningCause.LATE]
    assert sorted(one.unit for one in late) == sorted(UNITS)
    with state.read() as tx:
        rows = [one for one in tx.reminders.all(SYSTEM) if one.kind is ReminderKind.FIGURES_LATE]
    assert sorted(one.unit for one in rows) == sorted(UNITS)
    assert {one.receiver for one in rows} == {Receiver.UNIT_HEAD}
    assert written >= len(rows)
    for hours in (1, 2, 3):
        command.step(NOW + hours * HOUR)
    with state.read() as tx:
        assert len([one for one in tx.reminders.all(SYSTEM) if one.kind is ReminderKind.FIGURES_LATE]) == len(rows)


def test_a_dead_link_that_units_share_is_one_warning_of_whoever_has_the_function(state: Store) -> None:
    store(state, [a_share(unit, day(19), 9, 10) for unit in UNITS], NOW - HOUR)
    with state.write() as tx:
        tx.receipts.beat(Beat("doc-system", "tinh", "doc-system", None, NOW - 2 * HOUR))
    Command(state, WORLD).step(NOW)
    found = [(unit, subject) for cause, subject, unit in causes(state) if cause is WarningCause.LOST]
    assert found == [(FIRST, "documents_tasks")]


def test_new_warnings_of_a_unit_are_one_reminder_a_day(state: Store) -> None:
    store(state, [*bad_shares(18), *(overdue(unit, 18, 90) for unit in UNITS)], NOW - DAY)
    store(state, [*bad_shares(19), *(overdue(unit, 19, 90) for unit in UNITS)], NOW - HOUR)
    kept, _ = Command(state, WORLD).step(NOW)
    assert len([one for one in kept.raised if one.unit == FIRST]) > 1
    with state.read() as tx:
        mine = tx.reminders.all(Scope(frozenset({FIRST})))
    assert len([one for one in mine if one.kind is ReminderKind.WARNING_NEW]) == 1


def test_tasks_are_reminded_of_in_the_outbox(state: Store) -> None:
    task = a_task(lead=FIRST, helpers=(), assigned_at=NOW - 4 * DAY, due=NOW - HOUR)
    with state.write() as tx:
        tx.tasks.assign(task, SYSTEM, by=SYSTEM_ACTOR, at=NOW - 4 * DAY)
    command = Command(state, WORLD)
    for _ in range(3):
        command.step(NOW)
    with state.read() as tx:
        mine = [one for one in tx.reminders.all(Scope(frozenset({FIRST}))) if one.link.startswith("/tasks/")]
    assert [one.kind for one in mine] == [ReminderKind.TASK_DUE]


def test_a_value_outside_its_forecast_is_warned_of(state: Store) -> None:
    kpi, unit = "notifiable_cases", FIRST
    world, start = WORLD, datetime(2026, 7, 1, tzinfo=UTC)
    found = []
    for number in range(142):
        on = (start + number * DAY).date()
        period = period_of(PeriodType.DAY, on, Reporting.ADMIN)
        value = 90 if on == day(19).end else 10 + (number % 7)
        if on <= day(19).end:
            found.append(Observation(f"cases:{on}", NaturalKey(kpi, unit, period), Decimal(value), Status.OFFICIAL, 0))
    store(state, found, NOW - HOUR)
    Command(state, world).step(NOW)
    assert (WarningCause.BAND, kpi, unit) in causes(state)


def test_what_is_remembered_of_forecasts_does_not_grow(state: Store) -> None:
    command = Command(state, WORLD)
    for number in (16, 17, 18, 19):
        store(state, [overdue(unit, number, 3) for unit in UNITS], NOW - HOUR)
        command.step(NOW)
        assert len(command._watcher.bands) == len(UNITS)


@given(st.lists(st.frozensets(st.sampled_from(UNITS)), min_size=1, max_size=6))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_of_a_cause_and_unit_one_is_open_whatever_comes(state: Store, looks: list[frozenset[str]]) -> None:
    """Looks at signals that come and go, while people close one now and then."""
    with state.read() as tx:
        numbers = {one.id for one in tx.warnings.all(SYSTEM, open_only=False, limit=10**6)}
    for number, units in enumerate(looks):
        now = NOW + number * HOUR
        signals = [of_incident("SC-000001", unit) for unit in sorted(units)]
        with state.write() as tx:
            keep(tx, signals, now, WORLD.calendar)
            found = tx.warnings.all(SYSTEM)
            assert len({one.key for one in found}) == len(found)
            assert {one.unit for one in found if one.gone_at is None} == set(units)
            if found and number % 2:
                for state_of in (WarningState.ACKNOWLEDGED, WarningState.HANDLED):
                    one = tx.warnings.get(found[0].id, SYSTEM)
                    if one.state is not state_of and may_move(one.state, state_of):
                        warning_acts.move(
                            tx, one.id, state_of, "", scope=SYSTEM, revision=one.revision, by=SYSTEM_ACTOR, at=now
                        )
    with state.write() as tx:
        every = tx.warnings.all(SYSTEM, open_only=False, limit=10**6)
        assert numbers <= {one.id for one in every}
        assert len({one.number for one in every}) == len(every)
        keep(tx, [], NOW + DAY, WORLD.calendar)
        for one in tx.warnings.all(SYSTEM):
            ended = replace(one, state=WarningState.HANDLED)
            tx.warnings.change(one, ended, SYSTEM, "handled", "", by=SYSTEM_ACTOR, at=NOW)
