"""Figures and words in both languages."""

from __future__ import annotations

from datetime import timedelta

from reports.wording import Text, clock, counted, figure, percent
from tests.builders import NOON


def test_each_language_has_its_own_marks() -> None:
    assert figure(1234567.5, decimals=1) == Text("1.234.567,5", "1,234,567.5")
    assert percent(81.36) == Text("81,4%", "81.4%")


def test_another_day_is_named() -> None:
    assert clock(NOON, NOON).vi.count(":") == 1
    assert clock(NOON - timedelta(days=2), NOON).vi.endswith("ngày 22/11")


def test_one_and_many_are_told_apart_in_english() -> None:
    one, many = Text("", "{n} alert"), Text("{n} cảnh báo", "{n} alerts")
    assert counted(1, one, many) == Text("1 cảnh báo", "1 alert")
    assert counted(1200, one, many) == Text("1.200 cảnh báo", "1,200 alerts")
