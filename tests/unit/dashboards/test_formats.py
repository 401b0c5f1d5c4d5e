"""Figures, times and durations as Vietnamese and English readers expect them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboards.shell.formats import clock_time, duration, iso, moment, number, span
from dashboards.shell.i18n import catalogue
from tests.builders import NOON


@pytest.mark.parametrize(
    ("value", "vi", "en"), [(0, "0", "0"), (128430, "128.430", "128,430"), (4.2, "4,2", "4.2"), (-3, "-3", "-3")]
)
def test_numbers_follow_the_language(value: float, vi: str, en: str) -> None:
    assert (number(value, "vi"), number(value, "en")) == (vi, en)


def test_times_are_those_of_the_province() -> None:
    assert moment(NOON) == "24/11/2026 12:00:00"
    assert clock_time(NOON) == "12:00:00"
    assert iso(NOON) == "2026-11-24T12:00:00+07:00"


@pytest.mark.parametrize(
    ("length", "vi", "en"),
    [
        (timedelta(seconds=7), "7 giây", "7 s"),
        (timedelta(minutes=4), "4 ph", "4 min"),
        (timedelta(hours=2, minutes=5), "2 g 05", "2 h 05"),
        (timedelta(days=3, hours=4), "3 ngày", "3 d"),
        (timedelta(seconds=-9), "0 giây", "0 s"),
    ],
)
def test_durations_are_short(length: timedelta, vi: str, en: str) -> None:
    assert duration(length, catalogue("vi").gettext) == vi
    assert duration(length, catalogue("en").gettext) == en


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (86_400, "1 ngày"),
        (172_800, "2 ngày"),
        (3_600, "1 giờ"),
        (5_400, "90 phút"),
        (60, "1 phút"),
        (95, "95 giây"),
        (0, "0 giây"),
    ],
)
def test_a_window_is_told_in_its_largest_whole_unit(seconds: int, text: str) -> None:
    assert span(timedelta(seconds=seconds), catalogue("vi").gettext) == text
