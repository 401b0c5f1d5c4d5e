"""Comparisons say only what can be said."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.kpi.compare import Arrow, Basis, compare, number, shown
from reports.kpi.definitions import Direction, Kind, Kpi
from reports.wording import Text
from tests.unit.reports.kpi.figures import D, a_kpi, a_share

COUNT, SHARE = a_kpi(), a_share()
NEUTRAL = a_kpi(direction=Direction.NEUTRAL)
GROWTH = a_kpi(kind=Kind.INDEX, unit="percent", direction=Direction.HIGHER, decimals=1)


@pytest.mark.parametrize(
    ("kpi", "value", "base", "words", "better"),
    [
        (SHARE, "97.4", "95.1", Text("tăng 2,3 điểm phần trăm", "up 2.3 percentage points"), True),
        (SHARE, "97.44", "97.41", Text("không đổi", "no change"), None),
        (SHARE, "3.0", "0", Text("tăng 3,0 điểm phần trăm", "up 3.0 percentage points"), True),
        (GROWTH, "-1.2", "4.0", Text("giảm 5,2 điểm phần trăm", "down 5.2 percentage points"), False),
        (COUNT, "120", "100", Text("tăng 20,0%", "up 20.0%"), False),
        (COUNT, "5", "9", Text("giảm 4", "down 4"), True),
        (COUNT, "7", "0", Text("tăng 7 (kỳ trước không phát sinh)", "up 7 (none in the period before)"), False),
        (NEUTRAL, "2000", "1000", Text("tăng 100,0%", "up 100.0%"), None),
    ],
)
def test_in_words(kpi: Kpi, value: str, base: str, words: Text, better: bool | None) -> None:
    found = compare(kpi, D(value), D(base), Basis.PREVIOUS)
    assert found is not None
    assert (found.words, found.better) == (words, better)


def test_there_is_no_per_cent_on_a_small_base() -> None:
    below, at = (compare(COUNT, D(20), D(base), Basis.LAST_YEAR) for base in ("9.99", "10"))
    assert below is not None
    assert at is not None
    assert (below.per_cent, at.per_cent) == (None, D("100.0"))


def test_a_gap_is_no_change() -> None:
    assert compare(COUNT, None, D(1), Basis.PREVIOUS) is None
    assert compare(COUNT, D(1), None, Basis.PREVIOUS) is None


def test_the_arrow_is_that_of_the_values_as_shown() -> None:
    found = compare(COUNT, D("10.4"), D("9.6"), Basis.PLAN)
    assert found is not None
    assert (found.arrow, found.difference) == (Arrow.SAME, Decimal(0))


def test_numbers_are_written_in_the_form_of_each_language() -> None:
    assert shown(a_kpi(decimals=1), D("1234.45")) == Text("1.234,5", "1,234.5")
    assert shown(SHARE, D("97.449")) == Text("97,4%", "97.4%")
    assert number(D("-0.0")) == Text("0,0", "0.0")
