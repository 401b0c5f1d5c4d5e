"""The sums that a batch touches, asked once for each figure when all of its parts are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

import orjson

from reports.kpi.checks.history import Point
from reports.kpi.checks.numbers import figure
from reports.kpi.checks.sums import mismatches
from reports.kpi.contract import Draft
from reports.kpi.definitions import Kpi
from reports.kpi.faults import Result
from reports.kpi.past import Past, WholeKey, series_of, whole_of
from reports.kpi.world import World
from soc.observation import Cumulative, Dimensions, NaturalKey, Observation

DAY = timedelta(days=1)
MISMATCH = "KPI-W-SUM-MISMATCH"


class Item(Protocol):
    """An item that was accepted."""

    draft: Draft
    result: Result

    @property
    def kpi(self) -> Kpi | None: ...

    @property
    def one(self) -> Observation | None: ...


def check_wholes(past: Past, world: World, items: Sequence[Item]) -> None:
    """Adds W-SUM-MISMATCH to the last item of each figure that does not add up."""
    groups: dict[WholeKey, list[tuple[Item, Kpi, NaturalKey]]] = {}
    for item in items:
        if item.one is not None and item.kpi is not None and not item.one.key.forecast:
            groups.setdefault(whole_of(item.one.key), []).append((item, item.kpi, item.one.key))
    for whole, group in groups.items():
        kpi = group[-1][1]
        if kpi.adds_up and len(past.wholes.get(whole, ())) > 1:
            _breakdowns(past, world, whole, group)

    _check_years(past, groups)


def _check_years(past: Past, groups: Mapping[WholeKey, list[tuple[Item, Kpi, NaturalKey]]]) -> None:
    """Each year to date once, at the last item that touches it."""
    asked: set[tuple[object, ...]] = set()
    for group in reversed(list(groups.values())):
        for item, kpi, key in group:
            place = (key.kpi, key.unit, key.dimensions, key.period.end)
            if kpi.sums_over_time and not kpi.needs_parts and place not in asked:
                asked.add(place)
                _year_to_date(past, item, key)


def _breakdowns(past: Past, world: World, whole: WholeKey, group: list[tuple[Item, Kpi, NaturalKey]]) -> None:
    item, kpi, _ = group[-1]
    figures = {dimensions_of(text): amount for text, amount in past.wholes[whole].items()}
    together = set(figures) <= {key.dimensions for _, _, key in group}
    values = {name: world.values_of(name) for name, *_ in (dims[0] for dims in figures if dims)}
    for name, text in mismatches(figures, ratio=kpi.needs_parts, all_values=values, together=together):
        item.draft.add(MISMATCH, f"/dimensions/{name}", text.vi, text.en)
        item.result = Result.WARNED


def _year_to_date(past: Past, item: Item, key: NaturalKey) -> None:
    kpi, unit, kind, dimensions, _ = series_of(key)
    to_date = past.series.get((kpi, unit, kind, dimensions, Cumulative.YTD), [])
    plain = past.series.get((kpi, unit, kind, dimensions, Cumulative.NONE), [])
    now = next((point for point in to_date if point.period.end == key.period.end), None)
    own = next((point for point in plain if point.period.end == key.period.end), None)
    if now is None or own is None or now.value is None or own.value is None:
        return
    before = _until(now, own, to_date)
    if before is None or before + own.value == now.value:
        return
    said, wanted = figure(now.value), figure(before + own.value)
    vi = f"lũy kế {said.vi}, cộng các kỳ được {wanted.vi}"
    item.draft.add(MISMATCH, "/value", vi, f"year to date {said.en}, the periods sum to {wanted.en}")
    item.result = Result.WARNED


def _until(now: Point, own: Point, to_date: list[Point]) -> Decimal | None:
    """The year to date until the period began; None when it is not known."""
    if now.period.start == own.period.start:
        return Decimal(0)
    last = own.period.start - DAY
    found = [one.value for one in to_date if (one.period.start, one.period.end) == (now.period.start, last)]
    return found[0] if found else None


@lru_cache(maxsize=4_096)
def dimensions_of(text: str) -> Dimensions:
    """Of the canonical text."""
    return tuple(sorted(orjson.loads(text).items()))
