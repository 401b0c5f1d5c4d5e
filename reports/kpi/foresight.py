"""A figure's past and its forecast, as faces draw them: history with its gaps, the bands of then and of now, and how
good the method was (ioc-hub.md 11). At the province what the hub keeps; at a unit what its own series says now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from reports.kpi.board import View
from reports.kpi.definitions import Kpi, RollUp
from reports.kpi.figure import is_hidden
from reports.kpi.forecast import NOT_ENOUGH, SEASONS, Forecast, Guess, Method, Point, Record, clip_of, forecast, outlook
from reports.kpi.forecasting import slots_ahead
from reports.kpi.history import history, known_sum, slot_of
from reports.kpi.reorganised import Units
from reports.kpi.world import World
from reports.wording import Text
from soc.observation import Cumulative, Known
from soc.period import Period, PeriodType, following, year_to_date
from soc.state.observation_rows import Wanted
from soc.state.store import Tx

SHOWN = {PeriodType.DAY: 42, PeriodType.MONTH: 36, PeriodType.QUARTER: 16}
WITHHELD = Text("hạn chế truy cập", "restricted")
NO_SEASON = Text("không theo ngày, tháng, quý nên không dự báo", "not of days, months or quarters, so not forecast")


@dataclass(frozen=True, slots=True)
class Foresight:
    """`points`: the newest slots. `past`: of each of them what was forecast before it was known. `guesses`: ahead.
    `record` None: there is no forecast, and `lack` says why. `year`: the outlook on its end, of a figure that adds."""

    kpi: Kpi
    level: str
    points: tuple[Point, ...]
    past: tuple[Guess | None, ...] = ()
    guesses: tuple[Guess, ...] = ()
    record: Record | None = None
    lack: Text | None = None
    year: Text | None = None

    @property
    def words(self) -> Text:
        """What stands beside the line, always."""
        return self.record.words if self.record else self.lack or NOT_ENOUGH


def foresight(tx: Tx, world: World, view: View, kpi: Kpi, *, units: Units = Units.THEN) -> Foresight:
    """At the view's level, as known now; `units` NOW: with what the unit has taken over."""
    province = world.organisation.province
    level = view.level or province
    if kpi.period not in SEASONS:
        return Foresight(kpi, level, (), lack=NO_SEASON)
    if level not in view.owned and is_hidden(kpi, None, level, province):
        return Foresight(kpi, level, (), lack=WITHHELD)
    points = history(tx, world, view, kpi, units=units)
    shown = points[-SHOWN[kpi.period] :]
    if level != province:
        return _computed(world, view, kpi, level, points)
    stored = _stored(tx, view, kpi, province, shown)
    ahead = [one for one in stored if not points or one.start > points[-1].period.start]
    if not ahead or ahead[-1].over <= view.at:
        return Foresight(kpi, level, shown, lack=NOT_ENOUGH)
    record = _record(_told(stored[ahead[0]]))
    past = tuple(_guess(stored[point.period]) if point.period in stored else None for point in shown)
    guesses = tuple(_guess(stored[period]) for period in ahead)
    return Foresight(kpi, level, shown, past, guesses, record, year=_year(world, kpi, points))


def _computed(world: World, view: View, kpi: Kpi, level: str, points: tuple[Point, ...]) -> Foresight:
    shown, ahead = points[-SHOWN[kpi.period] :], slots_ahead(world, kpi, points)
    found = forecast(points, ahead, clip_of(kpi)) if ahead and ahead[-1].period.over > view.at else None
    if found is None:
        return Foresight(kpi, level, shown, lack=NOT_ENOUGH)
    rounded = tuple(
        Guess(one.period, *(kpi.rounded(each) for each in (one.value, one.low, one.high))) for one in found.guesses
    )
    none = (None,) * len(shown)
    return Foresight(kpi, level, shown, none, rounded, found.record, year=_year(world, kpi, points))


def _stored(tx: Tx, view: View, kpi: Kpi, province: str, shown: Sequence[Point]) -> dict[Period, Known]:
    """Oldest first."""
    first = shown[0].period.start if shown else None
    wanted = Wanted((kpi.id,), (province,), kpi.period, first, None, (), Cumulative.NONE, forecast=True)
    return {one.observation.key.period: one for one in tx.observations.in_force(view.scope, wanted)}


def _told(known: Known) -> Mapping[str, Any]:
    found: Mapping[str, Any] = known.observation.note.get("forecast") or {}
    return found


def _guess(known: Known) -> Guess:
    told, value = _told(known), known.observation.value or Decimal(0)
    low, high = (Decimal(told.get(name) or value) for name in ("low", "high"))
    return Guess(known.observation.key.period, value, low, high)


def _record(told: Mapping[str, Any]) -> Record:
    """Others may forecast by a method of their own; what they do not say is not known."""
    share = told.get("error_share")
    known = told.get("method") in set(Method)
    method = Method(told["method"]) if known else Method.SEASONAL_NAIVE
    error = Decimal(told.get("error") or 0)
    return Record(method, error, Decimal(share) if share else None, told.get("held", 0), told.get("of", 0))


def _year(world: World, kpi: Kpi, points: tuple[Point, ...]) -> Text | None:
    """What is known of the year plus what is still to come, as a range; None where it is known or cannot be told."""
    if kpi.over_time is not RollUp.SUM or not points or kpi.period is PeriodType.DAY:
        return None
    reporting = world.reporting_of(kpi)
    first = year_to_date(points[-1].period, reporting).start
    known = known_sum(tuple(point for point in points if point.period.start >= first))
    ahead, period = [], following(points[-1].period, reporting)
    while year_to_date(period, reporting).start == first:
        ahead.append(slot_of(world, period))
        period = following(period, reporting)
    found = forecast(points, ahead, clip_of(kpi)) if ahead and known is not None else None
    complete = points[0].period.start <= first
    if found is None or known is None or not complete:
        return None
    return outlook(known, _rounded(kpi, found), None)[1]


def _rounded(kpi: Kpi, found: Forecast) -> Forecast:
    middle, low, high = (kpi.rounded(one) for one in found.total)
    return replace(found, total=(middle, low, high))
