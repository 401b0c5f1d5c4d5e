"""Times in words mean whole days and weeks of the province."""

from __future__ import annotations

import pytest

from soc.query.dates import PROVINCE_ZONE, span
from tests.builders import NOON


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("hôm nay", "2026-11-24T00:00", "2026-11-24T23:59"),
        ("Hôm  Qua", "2026-11-23T00:00", "2026-11-23T23:59"),
        ("hom qua", "2026-11-23T00:00", "2026-11-23T23:59"),
        ("yesterday", "2026-11-23T00:00", "2026-11-23T23:59"),
        ("tuần này", "2026-11-23T00:00", "2026-11-29T23:59"),
        ("last week", "2026-11-16T00:00", "2026-11-22T23:59"),
        ("bây giờ", "2026-11-24T12:00", "2026-11-24T12:00"),
        ("22/11/2026 7:05", "2026-11-22T07:05", "2026-11-22T07:05"),
    ],
)
def test_words_and_days(text: str, first: str, last: str) -> None:
    found = span(text, NOON)

    assert found is not None
    assert [f"{at.astimezone(PROVINCE_ZONE):%Y-%m-%dT%H:%M}" for at in found] == [first, last]


@pytest.mark.parametrize("text", ["", "tomorrow?", "11/22/2026", "22-11", "hôm", "now-1y", "99/99/9999"])
def test_nothing_is_guessed(text: str) -> None:
    assert span(text, NOON) is None
