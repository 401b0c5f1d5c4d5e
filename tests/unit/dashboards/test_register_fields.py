"""Texts of the registers: what is written is read back as it was, and no text at all is a crash."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.registers.books import BOTNET, ENDPOINTS, SCANS, SOURCES, SYSTEMS, WEAKNESSES
from dashboards.registers.fields import World, day_of, for_form, moment_of, read, written
from dashboards.registers.incident_book import INCIDENTS
from soc.calendar import ZONE
from tests.unit.dashboards.life import FINANCE, HEALTH, UNITS

BOOKS = (SYSTEMS, SOURCES, INCIDENTS, SCANS, WEAKNESSES, ENDPOINTS, BOTNET)
WORLD = World(UNITS, date(2026, 11, 24), lambda unit: unit != HEALTH, {"ht-1": FINANCE}, frozenset({"fw"}))
EXAMPLES = 5_000 if os.environ.get("SOC_PROOF") else 300
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
minutes = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)


@given(days, minutes)
@settings(max_examples=EXAMPLES)
def test_days_and_moments_are_read_as_they_were_written(day: date, at: datetime) -> None:
    assert day_of(written(day)) == day_of(f"{day:%d/%m/%Y}") == day
    local = at.astimezone(ZONE)
    assert moment_of(written(at)) == moment_of(f"{local:%d/%m/%Y %H:%M}") == moment_of(f"{local:%Y-%m-%d %H:%M}") == at


@given(st.sampled_from(BOOKS), st.dictionaries(st.text(max_size=12), st.text(max_size=40)), st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_text_is_a_value_or_a_fault(book: Any, typed: dict[str, str], data: st.DataObject) -> None:
    hostile = st.one_of(st.text(max_size=40), st.sampled_from(["2026-02-30", "99/99/9999", "24:61", "²", "-1", "1e9"]))
    typed = typed | {one.name: data.draw(hostile) for one in book.fields}
    values, faults = read(book.fields, typed, WORLD)
    assert set(faults) <= set(values) == {one.name for one in book.fields}
    assert all(values[name] is None for name in faults)


@given(st.sampled_from(BOOKS), st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_row_that_was_read_reads_the_same_again(book: Any, data: st.DataObject) -> None:
    """Through the file and through the form."""
    good = {
        **dict.fromkeys(("id", "unit", "system", "source"), None),
        "id": "ht-1",
        "unit": FINANCE,
        "system": "ht-1",
        "systems": "ht-1, ht-1",
        "source": "fw",
        "address": "2001:db8::7",
        "machines": "12",
        "protected": "9",
    }
    typed = {}
    for one in book.fields:
        kind = {"day": days.map(written), "moment": minutes.map(written)}.get(one.kind)
        choices = [str(value) for value in one.choices]
        made = st.sampled_from(choices) if choices else st.just(good.get(one.name) or "x1")
        made = made if kind is None else kind
        typed[one.name] = data.draw(made) if one.kind != "flag" else data.draw(st.sampled_from(["yes", "no", ""]))
    values, faults = read(book.fields, typed, WORLD)
    known = {name for name in faults if name not in ("current", "detections")}
    assert known == set()
    again = {name: written(value) for name, value in values.items()}
    assert read(book.fields, again, WORLD)[0] == read(book.fields, for_form(book.fields, again), WORLD)[0] == values


@pytest.mark.parametrize("text", ["2026-11-24", "24/11/2026", "24/11/2026 25:00", "2026-11-24 7", "hôm qua", ""])
def test_a_moment_without_its_minute_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        moment_of(text)
