"""Which subsystems are in use is counted, and what is not has its reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from reports.kpi.freshness import Standing, State
from reports.kpi.readiness import (
    GIVEN_BY_PEOPLE,
    REASONS,
    GivenReason,
    Pairs,
    Readiness,
    Ready,
    Reason,
    counted,
    pairs_of,
    readiness,
)

NOW = datetime(2021, 10, 7, 3, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD = Pairs(10, late=frozenset({("k", "a"), ("k", "b")}))
BAD = Pairs(10, late=frozenset(("k", f"u{number}") for number in range(3)))


def said(reason: Reason) -> GivenReason:
    return GivenReason(reason, "Nguyễn Văn An", date(2021, 10, 1), "ký quy chế", date(2021, 12, 31))


def test_the_scenario_of_2021_reads_two_of_nine_with_seven_reasons() -> None:
    """Documents and public administration run; each of the seven others says why it does not."""
    late = Pairs(20, late=frozenset(("k", f"u{number}") for number in range(12)))
    thin = Pairs(20, never=frozenset(("k", f"u{number}") for number in range(15)))
    yesterday = NOW - DAY
    board = [
        readiness("documents_tasks", [GOOD] * 7, yesterday, NOW),
        readiness("public_services", [Pairs(38)] * 7, yesterday, NOW),
        readiness("socio_economic", [late] * 7, yesterday, NOW),
        readiness("health", [thin] * 7, yesterday, NOW),
        readiness("education", [], None, NOW, given=said(Reason.NO_SOFTWARE)),
        readiness("citizen_feedback", [], None, NOW, given=said(Reason.NO_AGREEMENT)),
        readiness("tourism", [], NOW - 31 * DAY, NOW, given=said(Reason.NO_CONNECTION)),
        readiness("cyber_security", [BAD] * 7, yesterday, NOW, given=said(Reason.UNDER_REVIEW)),
        readiness("public_order_traffic", [], None, NOW, responsible="cong-an-tinh"),
    ]
    assert counted(board) == (2, 9)
    reasons = [one.reason for one in board if one.state is not Ready.LIVE]
    assert reasons == [
        Reason.DATA_LATE,
        Reason.DATA_INCOMPLETE,
        Reason.NO_SOFTWARE,
        Reason.NO_AGREEMENT,
        Reason.NO_CONNECTION,
        Reason.UNDER_REVIEW,
        Reason.UNKNOWN,
    ]
    assert set(reasons) == set(REASONS)
    assert [one.words.vi for one in board if one.reason is Reason.DATA_LATE] == [
        "số liệu cập nhật chưa kịp thời: 12/20 số liệu"
    ]
    assert board[-1].asked == "cong-an-tinh"
    assert board[2].today.missing_units[:2] == ("u0", "u1")


@pytest.mark.parametrize(
    ("days", "age", "state"),
    [
        ([GOOD] * 7, DAY, Ready.LIVE),
        ([BAD] * 7, DAY, Ready.PARTIAL),
        ([BAD] * 3 + [Pairs(10)] * 4, DAY, Ready.LIVE),
        ([Pairs(10)] * 9 + [BAD] * 7, DAY, Ready.PARTIAL),
        ([GOOD] * 7, 30 * DAY, Ready.LIVE),
        ([GOOD] * 7, 30 * DAY + timedelta(seconds=1), Ready.NOT_CONNECTED),
        ([Pairs(0)] * 7, DAY, Ready.PARTIAL),
        ([], DAY, Ready.PARTIAL),
    ],
)
def test_states_follow_the_mean_of_seven_days(days: list[Pairs], age: timedelta, state: Ready) -> None:
    found = readiness("x", days, NOW - age, NOW)
    assert found.state is state
    assert (found.reason is None) == (state is Ready.LIVE)


def test_the_hubs_reasons_are_not_for_people() -> None:
    for reason in Reason:
        if reason in GIVEN_BY_PEOPLE:
            assert said(reason).reason is reason
        else:
            with pytest.raises(ValueError, match="set by the hub"):
                said(reason)


def test_pairs_are_counted_by_how_they_stand() -> None:
    due = NOW
    stands = {
        ("k", "live"): Standing(State.LIVE, due, due, current=True),
        ("k", "soon"): Standing(State.DUE_SOON, due, due, current=True),
        ("k", "late"): Standing(State.LATE, due, due),
        ("k", "struck"): Standing(State.LOST, due, due),
        ("k", "linkless"): Standing(State.LOST, due, due, current=True),
        ("k", "never"): Standing(State.NEVER),
    }
    found = pairs_of(stands)
    assert (found.due, found.fresh, found.share) == (6, 3, Decimal("0.5"))
    assert (set(found.late), set(found.never)) == ({("k", "late"), ("k", "struck")}, {("k", "never")})


def test_a_live_one_needs_no_reason() -> None:
    found: Readiness = readiness("x", [GOOD] * 7, NOW, NOW, given=said(Reason.UNDER_REVIEW))
    assert (found.reason, found.given, found.share) == (None, None, Decimal("0.8"))
