"""Charts: titles for readers, gaps as gaps, hostile words as text."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from dashboards.shell import charts
from tests.builders import NOON

HOSTILE = '<script>alert(1)</script>" onload="x'


def drawn() -> dict[str, Markup]:
    gap = charts.Gap(NOON - timedelta(minutes=10), NOON - timedelta(minutes=4), "không có dữ liệu")
    row = charts.Row(HOSTILE, (charts.Point(NOON, "hit", HOSTILE), charts.Point(NOON)), (gap,), (0, 0.5, 1))
    around = timedelta(minutes=15)
    return {
        "spark": charts.spark([1, 2, None, 3, 5], title=HOSTILE, desc="d"),
        "bars": charts.bars([(HOSTILE, 3), ("none", None), ("zero", 0)], title="t"),
        "heat": charts.heat([(HOSTILE, [0, 1, None])], title="t"),
        "squares": charts.squares(["ok", "late", "failed", "unknown", "other"], title="t"),
        "ring": charts.ring(0.4, title="t"),
        "fall": charts.fall(70, 40, title=HOSTILE),
        "no ring": charts.ring(None, title="t"),
        "lanes": charts.lanes([row], NOON - around, NOON + around, title="t", now=NOON, moment=NOON, now_word="now"),
    }


@pytest.mark.parametrize("name", drawn())
def test_a_chart_is_one_safe_picture_with_a_title(name: str) -> None:
    picture = ElementTree.fromstring(drawn()[name])

    assert picture.tag == "svg"
    assert picture.find("title") is not None
    assert picture.get("role") == "img"
    assert not [one for one in picture.iter() if one.tag == "script" or "onload" in one.attrib]


@pytest.mark.parametrize("name", ["bars", "heat", "squares", "no ring", "lanes"])
def test_what_is_not_known_is_hatched(name: str) -> None:
    assert 'class="gap"' in drawn()[name]


def test_a_line_breaks_where_a_value_is_missing() -> None:
    assert drawn()["spark"].count("<polyline") == 2


def test_nothing_at_all_is_an_empty_picture() -> None:
    assert "<polyline" not in charts.spark([], title="t")
    assert "<rect" not in charts.bars([], title="t")


def test_a_step_of_a_waterfall_lies_between_its_heights() -> None:
    lost, won, none = (charts.fall(*ends, title="t", width=100) for ends in ((70.0, 40.0), (40.0, 40.5), (40.0, 40.0)))
    assert 'class="lost" x="40.0" y="0.0" width="30.0"' in lost
    assert 'class="gained" x="40.0"' in won
    assert "lost" not in none
    assert "gained" not in none
