from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import clocks
from reports.clocks import (
    Clock,
    Punctuality,
    Standing,
    clocks_of,
    law_of,
    next_due,
    punctuality,
    rule_sets,
    told,
    warnings_of,
)
from soc.calendar import ZONE
from soc.incident import Channel, Incident, ReportForm, SentReport, Severity, State, Waiver
from tests.builders import an_incident

BORDER = datetime(2026, 7, 1, tzinfo=ZONE)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EXAMPLES = 10_000 if os.environ.get("SOC_PROOF") else 1_000

moments = st.integers(-60 * 24 * 40, 60 * 24 * 40).map(lambda minutes: BORDER + minutes * MINUTE)


def serious(**fields: Any) -> Incident:
    values: dict[str, Any] = {"severity": Severity.SERIOUS, "t0": BORDER, "state": State.CONFIRMED} | fields
    return an_incident(**values)


def sent(at: datetime, form: ReportForm = ReportForm.INITIAL, **fields: Any) -> SentReport:
    return SentReport("1", form, at, Channel.OFFICIAL_LETTER, "A05", **fields)


def the(name: str, incident: Incident, now: datetime) -> Clock:
    return next(one for one in clocks_of(incident, now) if one.rule.id == name)


@given(moments)
@settings(max_examples=EXAMPLES)
def test_the_minute_of_detection_chooses_the_law(t0: datetime) -> None:
    """Over the border of 01/07/2026, to the minute, whatever the zone in which T0 is written."""
    expected = "vn-2026" if t0 >= BORDER else "vn-2017"
    assert law_of(t0).id == law_of(t0.astimezone(UTC)).id == expected
    assert {one.law for one in clocks_of(serious(t0=t0), t0)} == {expected}


@given(moments, st.integers(-60, 60 * 24 * 6), st.one_of(st.none(), st.integers(0, 60 * 24 * 6)))
@settings(max_examples=EXAMPLES)
def test_on_time_is_what_went_out_before_the_limit(t0: datetime, now_after: int, sent_after: int | None) -> None:
    """Against a plain count of minutes: what counts is the sent record, never when somebody looks."""
    reports = [] if sent_after is None else [sent(t0 + sent_after * MINUTE)]
    now = t0 + now_after * MINUTE
    name, minutes = ("first_notice", 24 * 60) if t0 >= BORDER else ("any_incident", 5 * 24 * 60)
    clock = the(name, serious(t0=t0, reports=tuple(reports)), now)
    assert clock.due - clock.started == minutes * MINUTE
    if sent_after is not None:
        assert clock.standing is (Standing.IN_TIME if sent_after <= minutes else Standing.LATE)
        assert clock.proof is reports[0]
    else:
        assert clock.open
        assert (clock.standing is Standing.OVERDUE) == (now_after > minutes)
        assert clock.left == (minutes - now_after) * MINUTE


@given(st.integers(1, 60 * 24 * 10))
@settings(max_examples=EXAMPLES)
def test_warnings_lie_inside_the_limit_in_order(limit: int) -> None:
    found = warnings_of(BORDER, limit * MINUTE)
    assert list(found) == sorted(set(found))
    assert all(BORDER < one < BORDER + limit * MINUTE for one in found)
    assert len(found) >= 2
    assert (BORDER + limit * MINUTE - 6 * HOUR in found) == (limit > 360)


def test_the_laws_leave_no_day_and_no_doubt() -> None:
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(0, 4000, 7)]
    days += [date(2026, 6, 30), date(2026, 7, 1)]
    assert all(sum(law.holds_on(day) for law in rule_sets()) == 1 for day in days)


def test_every_duty_says_what_it_rests_on_and_how_sure_that_is() -> None:
    for law in rule_sets():
        for rule in law.clocks:
            assert all((rule.title.vi, rule.title.en, rule.basis.vi, rule.basis.en, rule.to.vi, rule.to.en))
            assert rule.advice or rule.met_by
            assert (rule.confidence is clocks.Confidence.CONFIRMED) == bool(rule.confirmed_by and rule.confirmed_on)


def test_a_serious_incident_owes_two_reports_and_a_grave_one_three() -> None:
    owed = [one.rule.id for one in clocks_of(serious(), BORDER)]
    assert owed == ["first_notice", "cause_and_remedy", "classification"]
    assert "at_once" in [one.rule.id for one in clocks_of(serious(grave=True), BORDER)]
    assert [one.rule.id for one in clocks_of(serious(severity=Severity.HIGH), BORDER)] == ["classification"]


@pytest.mark.parametrize(
    ("found", "owed"), [(BORDER + 9 * HOUR, True), (datetime(2025, 12, 31, 16, 59, tzinfo=UTC), False)]
)
def test_a_breach_of_personal_data_has_a_clock_of_its_own(found: datetime, *, owed: bool) -> None:
    breach = serious(personal_data_at=found)
    own = [one for one in clocks_of(breach, BORDER) if one.rule.id == "personal_data"]
    assert [one.due for one in own] == ([found + 72 * HOUR] if owed else [])


def test_what_was_dismissed_owes_nothing() -> None:
    assert clocks_of(serious(state=State.DISMISSED), BORDER) == ()


@pytest.mark.parametrize(
    ("fields", "after", "word"),
    [
        ({}, HOUR, Punctuality.RUNNING),
        ({}, 25 * HOUR, Punctuality.LATE),
        ({"severity": Severity.LOW}, HOUR, Punctuality.NONE),
        ({"waiver": Waiver("internal test", "An", BORDER)}, 99 * HOUR, Punctuality.WAIVED),
        ({"severity": Severity.LOW, "waiver": Waiver("internal", "An", BORDER)}, HOUR, Punctuality.WAIVED),
        ({"reports": (sent(BORDER + HOUR),)}, 30 * HOUR, Punctuality.RUNNING),
        (
            {"reports": (sent(BORDER + HOUR), sent(BORDER + 60 * HOUR, ReportForm.FINAL))},
            999 * HOUR,
            Punctuality.IN_TIME,
        ),
        (
            {"reports": (sent(BORDER + 25 * HOUR), sent(BORDER + 60 * HOUR, ReportForm.CAUSE))},
            999 * HOUR,
            Punctuality.LATE,
        ),
        ({"reports": (sent(BORDER + HOUR, withdrawn="not ours"),)}, 30 * HOUR, Punctuality.LATE),
    ],
)
def test_all_duties_in_one_word(fields: dict[str, Any], after: timedelta, word: Punctuality) -> None:
    assert punctuality(serious(**fields), BORDER + after) is word


def test_a_clock_is_near_at_four_fifths() -> None:
    limit = 24 * HOUR
    for share, standing in (
        (0.5, Standing.RUNNING),
        (0.79, Standing.NEAR),
        (0.7, Standing.RUNNING),
        (1.0, Standing.NEAR),
    ):
        assert the("first_notice", serious(), BORDER + share * limit).standing is standing
    found = next_due(serious(), BORDER)
    assert found is not None
    assert found.rule.id == "first_notice"


@pytest.mark.parametrize(
    ("left", "vi", "en"),
    [
        (timedelta(hours=5, minutes=20, seconds=40), "Còn 05 giờ 20 phút", "5 h 20 min left"),
        (timedelta(days=2, hours=3), "Còn 2 ngày 03 giờ", "2 d 3 h left"),
        (-timedelta(hours=1, minutes=2), "Quá hạn 01 giờ 02 phút", "1 h 02 min overdue"),
    ],
)
def test_what_is_left_is_said_to_the_minute(left: timedelta, vi: str, en: str) -> None:
    assert (told(left).vi, told(left).en) == (vi, en)


def test_the_annual_report_has_its_days() -> None:
    duty = law_of(BORDER).annual(2026)
    assert duty is not None
    assert (duty.first, duty.last) == (date(2025, 12, 15), date(2026, 12, 14))
    assert (duty.input_due, duty.report_due) == (date(2026, 12, 20), date(2026, 12, 25))
    assert law_of(BORDER - MINUTE).annual(2026) is None
