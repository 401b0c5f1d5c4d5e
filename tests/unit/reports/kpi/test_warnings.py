"""Warnings are raised by what holds, once for each cause and unit."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from reports.kpi.definitions import Direction
from reports.kpi.forecast import Guess
from reports.kpi.freshness import Standing, State
from reports.kpi.readiness import Pairs
from reports.kpi.warnings import (
    Changes,
    Seen,
    of_band,
    of_freshness,
    of_incident,
    of_mismatch,
    of_posture,
    of_sudden_stop,
    of_threshold,
    reconciled,
)
from reports.wording import Text
from soc.calendar import ZONE
from soc.warning import WarningCause, WarningLevel
from tests.unit.reports.kpi.figures import D, a_kpi, a_share, month

NOW = datetime(2026, 11, 24, 12, tzinfo=ZONE)
LIMITS = (D(98), D(90))
SHARE = a_share()
TITLE = Text("Y tế", "Health")


def seen(*values: str | None) -> list[Seen]:
    return [Seen(f"o{place}", None if value is None else D(value)) for place, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "level"),
    [
        (["99", "93.1"], None),
        (["99", "89.9"], WarningLevel.INFO),
        (["89.9", "89.8"], WarningLevel.ATTENTION),
        (["99", "85.4"], WarningLevel.ATTENTION),
        (["85.4"], WarningLevel.ATTENTION),
        (["99", "85.5"], WarningLevel.INFO),
        (["97", "97"], WarningLevel.INFO),
        (["97", "98"], None),
        (["89", None], None),
        ([None, "97"], None),
        ([], None),
    ],
)
def test_a_threshold_is_crossed_twice_or_widely(values: list[str | None], level: WarningLevel | None) -> None:
    found = of_threshold(SHARE, "u", LIMITS, seen(*values))
    assert (found.level if found else None) is level


def test_lower_is_better_is_judged_the_other_way() -> None:
    kpi = a_kpi()
    assert of_threshold(kpi, "u", (D(0), D(20)), seen("10", "22")) is not None
    found = of_threshold(kpi, "u", (D(0), D(20)), seen("21", "21"))
    assert found is not None
    assert found.sentence.vi == "Nhiệm vụ quá hạn: 21, ngưỡng 20"
    assert found.figures == ("o0", "o1")
    neutral = a_kpi(direction=Direction.NEUTRAL)
    assert of_threshold(neutral, "u", (D(0), D(20)), seen("99", "99")) is None
    assert of_threshold(kpi, "u", (None, None), seen("99", "99")) is None


def test_an_outbreak_leaves_its_forecast_band() -> None:
    kpi = a_kpi("notifiable_cases")
    guess = Guess(month(2026, 11), D(100), D(80), D(120))
    found = of_band(kpi, "u", Seen("o", D(300)), guess)
    assert found is not None
    assert found.sentence.en == "Overdue tasks: 300, outside its forecast 80 to 120"
    assert of_band(kpi, "u", Seen("o", D(120)), guess) is None
    assert of_band(kpi, "u", Seen("o", None), guess) is None


def test_late_figures_of_a_unit_are_one_warning_and_a_dead_link_another() -> None:
    due = NOW - timedelta(days=2)
    standings = {
        "a": Standing(State.LATE, due, due),
        "b": Standing(State.LATE, due - timedelta(days=1), due),
        "c": Standing(State.LOST, due, due, lost_since=NOW - timedelta(hours=1)),
        "d": Standing(State.LIVE, due, due, current=True),
    }
    late, lost = of_freshness("health", TITLE, "u", standings, NOW)
    assert late.sentence.vi == "Y tế: 2 số liệu quá hạn, lâu nhất 3 ngày"
    assert lost.sentence.vi == "Y tế: mất kết nối từ 11:00"
    assert list(of_freshness("health", TITLE, "u", {"d": standings["d"]}, NOW)) == []
    (never_beat,) = of_freshness("health", TITLE, "u", {"c": Standing(State.LOST)}, NOW)
    assert never_beat.sentence.vi == "Y tế: mất kết nối"


def test_posture_is_told_when_it_falls() -> None:
    names = [Text(name, name) for name in ("Tốt", "Khá", "Trung bình", "Yếu")]
    levels = {
        (before, after): found.level if (found := of_posture("u", before, after, names, "f")) else None
        for before in range(4)
        for after in range(4)
    }
    assert levels[(0, 0)] is levels[(2, 1)] is None
    assert levels[(0, 1)] is levels[(1, 2)] is WarningLevel.ATTENTION
    assert levels[(0, 2)] is levels[(2, 3)] is WarningLevel.SERIOUS


def test_a_sector_that_stops_at_once_hints_at_an_incident() -> None:
    gone = Pairs(10, late=frozenset(("k", str(number)) for number in range(9)))
    half = Pairs(10, late=frozenset(("k", str(number)) for number in range(5)))
    found = of_sudden_stop("health", TITLE, "so-y-te", Pairs(10), gone)
    assert found is not None
    assert (found.level, found.sentence.vi) == (WarningLevel.SERIOUS, "Y tế: dừng đột ngột, còn 1/10 số liệu đúng hạn")
    assert of_sudden_stop("health", TITLE, "so-y-te", half, gone) is None
    assert of_sudden_stop("health", TITLE, "so-y-te", Pairs(10), half) is None
    assert of_sudden_stop("health", TITLE, "so-y-te", Pairs(0), gone) is None


def test_an_open_warning_is_updated_and_not_repeated() -> None:
    incident = of_incident("2026-014", "u")
    mismatch = of_mismatch(SHARE, "u", ["f"], Text("lệch", "off"))
    mild = of_threshold(SHARE, "u", LIMITS, seen("97", "97"))
    hard = of_threshold(SHARE, "u", LIMITS, seen("80", "80"))
    assert mild is not None
    assert hard is not None
    gone = (WarningCause.LATE, "health", "u")
    found = reconciled([incident, mild, hard, mild, mismatch], [mismatch.key, gone])
    assert found == Changes((incident, hard), (mismatch,), (gone,))
    assert reconciled([], []) == Changes()
    assert isinstance(LIMITS[0], Decimal)
