"""Four scores, and the index is the lowest of them."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.kpi.definitions import FreshnessRule
from reports.kpi.freshness import Terms
from reports.kpi.quality import (
    Contribution,
    Fault,
    Score,
    Scores,
    Tally,
    instants,
    owed_between,
    ranked,
    scores,
    tally_of,
)
from soc.calendar import ZONE, vietnam
from soc.period import PeriodType, Reporting, period_of
from tests.unit.reports.kpi.figures import D, a_kpi

EXAMPLES = 5_000 if os.environ.get("SOC_PROOF") else 300
MONTH = period_of(PeriodType.MONTH, date(2026, 2, 10), Reporting.ADMIN)
"""15 January to 14 February 2026."""

RULE = FreshnessRule(working_days=1, grace=timedelta(hours=2))
DAILY = Terms(RULE, RULE, Reporting.ADMIN, vietnam())
END = datetime(2026, 3, 1, tzinfo=ZONE)
KPI = a_kpi(period=PeriodType.DAY)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    received, owed, due = (draw(st.integers(0, 50)) for _ in range(3))
    parts = [draw(st.integers(0, most)) for most in (received, received, owed, due)]
    return Tally(received, parts[0], parts[1], owed, parts[2], due, parts[3])


@given(tallies(), tallies())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
def test_the_index_is_the_lowest_and_tallies_add(first: Tally, second: Tally) -> None:
    found = scores(first)
    known = [value for value in found.all.values() if value is not None]
    assert found.honesty == (min(known) if known else None)
    assert (found.lowest is None) == (not known)
    assert all(0 <= value <= 100 for value in known)
    both = scores(first + second)
    for score in Score:
        one, other, sum_of = found.all[score], scores(second).all[score], both.all[score]
        if one is not None and other is not None and sum_of is not None:
            assert min(one, other) <= sum_of <= max(one, other)


def test_nothing_owed_and_nothing_given_is_no_score() -> None:
    assert scores(Tally()) == Scores(None, None, None, None)
    assert scores(Tally()).honesty is None


def test_what_falls_due_in_a_month_is_owed_in_it() -> None:
    owed = list(owed_between(KPI, "u", DAILY, MONTH.start, MONTH.end))
    assert owed[0].period.start == date(2026, 1, 14)
    assert owed[-1].period.start == date(2026, 2, 12), "the 13th, before Tết, falls due on the 23rd"
    assert len(owed) == 30
    assert list(owed_between(a_kpi(period=PeriodType.REALTIME), "u", DAILY, MONTH.start, MONTH.end)) == []
    monthly = Terms(FreshnessRule(), FreshnessRule(working_days=3), Reporting.ADMIN, vietnam())
    (one,) = owed_between(a_kpi(), "u", monthly, MONTH.start, MONTH.end)
    assert one.period == period_of(PeriodType.MONTH, date(2026, 1, 1), Reporting.ADMIN)


def test_a_month_is_tallied_from_what_came_and_when() -> None:
    owed = list(owed_between(KPI, "u", DAILY, MONTH.start, MONTH.end))
    arrivals = {(one.kpi, one.unit, one.period): one.due_at for one in owed[:20]}
    arrivals |= {(one.kpi, one.unit, one.period): one.grace_until + timedelta(seconds=1) for one in owed[20:25]}
    faults = [
        Fault("KPI-E-RANGE", "f1", open=False, wrong=True),
        Fault("KPI-W-JUMP", "f2", open=False, wrong=False),
        Fault("KPI-W-JUMP", "f1", open=True, wrong=True),
        Fault("KPI-W-SUM-MISMATCH", "f3", open=True, wrong=True),
        Fault("KPI-W-SUM-MISMATCH", "f4", open=False, wrong=True),
        Fault("KPI-E-RANGE", "of another month", open=True, wrong=True),
    ]
    found = tally_of(owed, arrivals, faults, [f"f{number}" for number in range(25)], END)
    assert found == Tally(received=25, failed=1, contradicted=1, owed=30, given=25, due=30, fresh=20)
    told = scores(found)
    assert told.all == {
        Score.ACCURACY: D("96.0"),
        Score.INTEGRITY: D("83.3"),
        Score.CONSISTENCY: D("96.0"),
        Score.TIMELINESS: D("66.7"),
    }
    assert (told.honesty, told.lowest) == (D("66.7"), Score.TIMELINESS)


def test_what_is_not_due_yet_is_not_owed_yet() -> None:
    owed = list(owed_between(KPI, "u", DAILY, MONTH.start, MONTH.end))
    now = owed[1].due_at + timedelta(hours=1)
    found = tally_of(owed, {}, [], [], now)
    assert (found.owed, found.given, found.fresh) == (2, 0, 1), "the second is within its grace"
    assert instants(9, 10) + found == Tally(owed=2, due=12, fresh=10)


def test_units_are_ranked_among_their_kind_with_a_reason() -> None:
    good = Tally(10, 0, 0, 10, 10, 10, 10)
    late = Tally(10, 0, 0, 10, 10, 10, 5)
    some = [
        Contribution("so-b", "department", late, in_time=5),
        Contribution("so-a", "department", good, in_time=10),
        Contribution("so-c", "department", good, in_time=10),
        Contribution("so-d", "department", Tally()),
        Contribution("xa-a", "commune", Tally(10, 4, 0, 10, 10, 10, 10), in_time=10),
    ]
    table = [(one.contribution.unit, one.rank, one.among, one.reason.vi) for one in ranked(some)]
    assert table == [
        ("xa-a", 1, 1, "đúng: 4/10 số liệu sai"),
        ("so-a", 1, 3, "đúng, đủ, sạch, sống đều đạt"),
        ("so-c", 1, 3, "đúng, đủ, sạch, sống đều đạt"),
        ("so-b", 3, 3, "sống: 5/10 số liệu chậm"),
        ("so-d", None, 3, "không có số liệu phải gửi"),
    ]
    assert ranked(some)[3].scores.honesty == Decimal("50.0")
