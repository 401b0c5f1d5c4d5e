from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from soc.alert import SYSTEM_ACTOR, Actor, Alert, Level, Status
from soc.calendar import ZONE
from soc.limits import DEFAULT, LimitKind, LimitState, limits_of, rules_of
from soc.settings import HighLimits, LimitSettings, UnitLimits
from tests.builders import a_card, an_alert

START = datetime(2026, 11, 25, 8, 0, tzinfo=ZONE)  # a Wednesday
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AN = Actor("an")


def raised(level: Level = Level.HIGH, **fields: Any) -> Alert:
    return DEFAULT.put_on(an_alert(rule=a_card(level=level), raised_at=START, **fields))


def state_of(alert: Alert, now: datetime, kind: LimitKind) -> LimitState:
    return {limit.kind: limit.state for limit in limits_of(alert, now)}[kind]


@pytest.mark.parametrize(
    ("level", "ack", "resolve"),
    [
        (Level.CRITICAL, START + 15 * MINUTE, START + 8 * HOUR),
        (Level.HIGH, START + 30 * MINUTE, START + 24 * HOUR),
        (Level.MEDIUM, datetime(2026, 11, 25, 14, 0, tzinfo=ZONE), datetime(2026, 11, 30, 8, 0, tzinfo=ZONE)),
        (Level.LOW, datetime(2026, 11, 26, 8, 0, tzinfo=ZONE), datetime(2026, 12, 9, 8, 0, tzinfo=ZONE)),
    ],
)
def test_each_level_has_its_limits_and_its_clock(level: Level, ack: datetime, resolve: datetime) -> None:
    alert = raised(level)
    assert (alert.ack_due, alert.resolve_due) == (ack, resolve)


def test_a_limit_runs_is_near_and_is_breached() -> None:
    alert = raised()
    states = [state_of(alert, START + minutes * MINUTE, LimitKind.ACK) for minutes in (0, 22, 23, 30, 31)]
    running, near, breached = LimitState.RUNNING, LimitState.NEAR, LimitState.BREACHED
    assert states == [running, running, near, near, breached]
    late = limits_of(alert, START + 45 * MINUTE)[0]
    assert (late.fraction, late.left) == (1.5, -15 * MINUTE)


def test_only_a_person_acknowledges_and_only_the_first_time_counts() -> None:
    alert = raised()
    by_system = DEFAULT.moved(alert, Status.IN_PROGRESS, by=SYSTEM_ACTOR, at=START + MINUTE, taken=True, deadline=None)
    assert by_system.taken_at is None
    first = DEFAULT.moved(alert, Status.IN_PROGRESS, by=AN, at=START + 10 * MINUTE, taken=True, deadline=None)
    second = DEFAULT.moved(first, Status.IN_PROGRESS, by=AN, at=START + HOUR, taken=True, deadline=None)
    assert second.taken_at == START + 10 * MINUTE
    assert state_of(second, START + 9 * HOUR, LimitKind.ACK) is LimitState.KEPT
    late = replace(alert, taken_at=START + HOUR)
    assert state_of(late, START + 2 * HOUR, LimitKind.ACK) is LimitState.BREACHED


def ask(alert: Alert, at: datetime, deadline: datetime) -> Alert:
    return DEFAULT.moved(alert, Status.WAITING_UNIT, by=AN, at=at, taken=False, deadline=deadline)


def test_resolving_stands_still_while_the_unit_is_asked() -> None:
    asked = ask(raised(), START + HOUR, START + 3 * HOUR)
    assert asked.unit_due == START + 3 * HOUR
    assert state_of(asked, START + 2 * HOUR, LimitKind.RESOLVE) is LimitState.WAITING
    assert state_of(asked, START + 2 * HOUR, LimitKind.UNIT) is LimitState.RUNNING
    answered = DEFAULT.moved(asked, Status.IN_PROGRESS, by=AN, at=START + 3 * HOUR, taken=False, deadline=None)
    assert (answered.unit_due, answered.asked_at) == (None, None)
    assert answered.resolve_due == START + 26 * HOUR


def test_it_stands_still_for_at_most_the_units_own_limit_a_question() -> None:
    asked = ask(raised(), START, START + 2 * HOUR)
    assert state_of(asked, START + 5 * HOUR, LimitKind.RESOLVE) is LimitState.RUNNING
    again = ask(asked, START + 10 * HOUR, START + 12 * HOUR)
    assert again.resolve_due == START + 28 * HOUR
    assert again.asked_at == START + 10 * HOUR


def test_a_note_moves_no_limit() -> None:
    asked = ask(raised(), START, START + HOUR)
    owner = DEFAULT.moved(asked, Status.WAITING_UNIT, by=AN, at=START + HOUR, taken=False, deadline=None)
    assert owner == asked


def test_a_closed_alert_kept_its_limit_or_did_not() -> None:
    alert = raised(status=Status.CLOSED, closed_at=START + HOUR)
    assert state_of(alert, START + 99 * HOUR, LimitKind.RESOLVE) is LimitState.KEPT
    late = replace(alert, closed_at=START + 25 * HOUR)
    assert state_of(late, START + 99 * HOUR, LimitKind.RESOLVE) is LimitState.BREACHED


def test_an_alert_from_before_there_were_limits_has_none() -> None:
    assert [limit.state for limit in limits_of(an_alert(), START)] == [LimitState.NONE, LimitState.NONE]


def test_a_unit_may_have_its_own_limits_for_one_level() -> None:
    own = UnitLimits(high=HighLimits(ack="2h", resolve="2d"))
    rules = rules_of(LimitSettings(units={"so_y_te": own}, analysts=2))
    assert rules.of(Level.HIGH, "so_y_te").ack == 2 * HOUR
    assert rules.of(Level.HIGH, "so_noi_vu").ack == 30 * MINUTE
    assert rules.of(Level.LOW, "so_y_te") == rules.of(Level.INFORMATIONAL, "so_noi_vu")
    assert rules.budget == 360


def test_a_limit_that_is_none_is_refused_by_the_settings() -> None:
    with pytest.raises(ValidationError, match="pattern"):
        HighLimits(ack="soon")
