"""What a subsystem would say of a unit and a period: values that hold together, drawn after its model.

Parts add up to their whole, a ratio follows from its parts, a rate over a count counts the same things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from reports.kpi.definitions import Kind, Kpi
from reports.kpi.world import World
from reports.simulate.chance import Chance
from reports.simulate.models import Model, Models, shipped
from soc.calendar import SATURDAY, ZONE
from soc.observation import Dimensions
from soc.period import Period, PeriodType, year_to_date

EPOCH = date(2026, 1, 1)
ONE, NONE, HUNDRED = Decimal(1), Decimal(0), Decimal(100)
YEAR = Decimal(365)
WEAK_UNITS = 25
"""In a hundred: those that lag behind."""

HOUR = timedelta(hours=1)
SMALL = Decimal(3)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One value of a figure: the whole (`dimensions` empty) or a part of it."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    dimensions: Dimensions = ()


@dataclass(frozen=True, slots=True)
class Swell:
    """Something that happens to figures for a while: an outbreak, a storm, an outage. `factor` at its height; it grows
    and fades. `part`: the value of a breakdown that it is about. `units`: those that it strikes."""

    kpis: frozenset[str]
    first: date
    last: date
    factor: Decimal
    percent: int = 100
    part: str = ""
    name: str = ""
    sudden: bool = False

    def at(self, day: date) -> Decimal:
        if not self.first <= day <= self.last:
            return ONE
        length = (self.last - self.first).days + 1
        if self.sudden:
            return self.factor
        step = Decimal((day - self.first).days + 1) / length
        return ONE + (self.factor - ONE) * min(ONE, 2 * step, 2 * (ONE - step) + Decimal(2) / length)


@dataclass
class Sectors:
    """Draws figures; the same for the same seed. `every`: how far apart realtime figures are."""

    world: World
    chance: Chance
    swells: Sequence[Swell] = ()
    models: Models = field(default_factory=shipped)
    _weights: dict[str, Decimal] = field(default_factory=dict)

    def drawn(self, kpi: Kpi, unit: str, period: Period, span: timedelta = HOUR) -> Iterator[Drawn]:
        """The whole, then the parts of its breakdown. `span`: what a realtime figure covers."""
        model = self.models.of(kpi.id)
        if kpi.needs_parts:
            yield self._ratio(kpi, model, unit, period, span)
        elif kpi.kind in (Kind.COUNT, Kind.AMOUNT):
            whole = self._amount(kpi, model, unit, period, span)
            yield from self._with_parts(kpi, model, whole, unit, period)
        else:
            yield Drawn(kpi.rounded(self._level(kpi, model, unit, period)))

    def to_date(self, kpi: Kpi, unit: str, months: Sequence[Period]) -> Drawn:
        """The year to date at the end of the last of these periods, the first being the first of its year."""
        if kpi.adds_up:
            values = (next(self.drawn(kpi, unit, one)).value for one in months)
            return Drawn(sum((one for one in values if one is not None), NONE))
        levels = [self._level(kpi, self.models.of(kpi.id), unit, one) for one in months]
        return Drawn(kpi.rounded(sum(levels, NONE) / len(levels)))

    def weight(self, unit: str, model: Model) -> Decimal:
        if unit == self.world.organisation.province:
            return model.province
        if unit not in self._weights:
            found = self.world.units.get(unit)
            kind = self.models.kinds.get(found.kind if found else "", ONE)
            self._weights[unit] = kind * self.chance.around(self.models.spread, "weight", unit)
        return self._weights[unit]

    # --- amounts -------------------------------------------------------------------------------------------------

    def _amount(self, kpi: Kpi, model: Model, unit: str, period: Period, span: timedelta) -> Decimal:
        if model.of:
            return self._share_of(kpi, model, unit, period, span)
        mean = model.base * self.weight(unit, model) * self._shape(kpi, model, period, span)
        struck = self._struck(kpi.id, unit, period)
        if model.rare:
            found = Decimal(self.chance.rare(mean, kpi.id, unit, period.key))
            # What a storm or an outbreak adds comes on top of what chance brings.
            return found + (mean * (struck - ONE)).quantize(ONE, ROUND_HALF_UP) if struck > ONE else found
        noise = ONE if model.fixed else self.chance.around(model.noise, kpi.id, unit, period.key)
        step = ONE if kpi.kind is Kind.COUNT else ONE.scaleb(-kpi.decimals)
        return (mean * noise * struck).quantize(step, ROUND_HALF_UP)

    def _share_of(self, kpi: Kpi, model: Model, unit: str, period: Period, span: timedelta) -> Decimal:
        """A count within another one: of few things each is asked by itself."""
        whole = self._amount(self._kpi(model.of), self.models.of(model.of), unit, period, span)
        if whole <= SMALL * 4:
            draws = (self.chance.share(kpi.id, unit, period.key, one) for one in range(int(whole)))
            return Decimal(sum(one < model.share for one in draws))
        noise = self.chance.around(model.noise, kpi.id, unit, period.key)
        return min(whole, (whole * model.share * noise).quantize(ONE, ROUND_HALF_UP))

    def _level(self, kpi: Kpi, model: Model, unit: str, period: Period) -> Decimal:
        """A value that is no sum: an index, a median, a score."""
        low, high = kpi.range or (None, None)
        shape = self._grown(model, period) * self._struck(kpi.id, unit, period)
        found = model.base * shape * self.chance.around(model.noise, kpi.id, unit, period.key)
        found = found if low is None else max(low, found)
        return found if high is None else min(high, found)

    # --- ratios --------------------------------------------------------------------------------------------------

    def _ratio(self, kpi: Kpi, model: Model, unit: str, period: Period, span: timedelta) -> Drawn:
        under = self._denominator(kpi, model, unit, period, span)
        if under == 0:
            return Drawn(None, NONE, NONE)
        over = self._numerator(kpi, model, unit, period, under, span)
        return ratio(kpi, over, under)

    def _denominator(self, kpi: Kpi, model: Model, unit: str, period: Period, span: timedelta) -> Decimal:
        if model.of:
            whole = self._amount(self._kpi(model.of), self.models.of(model.of), unit, period, span)
            return (whole * model.share).quantize(ONE, ROUND_HALF_UP)
        shape = ONE if model.fixed else self._shape(kpi, model, period, span)
        noise = ONE if model.fixed else self.chance.around(Decimal("0.04"), kpi.id, unit, period.key, "under")
        return max(ONE, (model.base * self.weight(unit, model) * shape * noise).quantize(ONE, ROUND_HALF_UP))

    def _numerator(self, kpi: Kpi, model: Model, unit: str, period: Period, under: Decimal, span: timedelta) -> Decimal:
        if model.rest:
            other = self._kpi(model.rest)
            return under - self._numerator(other, self.models.of(other.id), unit, period, under, span)
        rate = (model.rate or HUNDRED / 2) - (model.weak if self.chance.picks(WEAK_UNITS, kpi.id, unit) else NONE)
        rate *= self.chance.around(model.noise, kpi.id, unit, period.key) * self._struck(kpi.id, unit, period)
        if model.fill:
            rate *= Decimal(period.end.timetuple().tm_yday) / YEAR
        found = (under * rate / (kpi.factor or HUNDRED)).quantize(ONE, ROUND_HALF_UP)
        whole = kpi.range is not None and kpi.range[1] is not None
        return min(found, under) if whole else found

    # --- shapes --------------------------------------------------------------------------------------------------

    def _shape(self, kpi: Kpi, model: Model, period: Period, span: timedelta) -> Decimal:
        grown = self._grown(model, period) * model.year[period.end.month - 1]
        if period.type is PeriodType.DAY:
            return grown * self._weekday(model, period.start)
        if period.type is PeriodType.REALTIME and period.at is not None and model.day:
            return grown * self._hours(kpi, model, period.at.astimezone(ZONE), span)
        return grown

    def _weekday(self, model: Model, day: date) -> Decimal:
        """A holiday is like a Sunday, a Saturday that makes up for one like a Friday."""
        worked = self.world.calendar.is_worked(day)
        place = day.weekday() if worked == (day.weekday() < SATURDAY) else 4 if worked else 6
        return model.week[place]

    def _hours(self, kpi: Kpi, model: Model, at: datetime, span: timedelta) -> Decimal:
        """Flows: the share of the day that lies in the span. Stocks: a little more at noon than at night."""
        if not kpi.sums_over_time:
            return (ONE + model.day[at.hour] / sum(model.day)) * self._weekday(model, at.date()).max(Decimal("0.8"))
        hours = max(1, min(24, span // HOUR))
        covered = [model.day[(at - number * HOUR - timedelta(seconds=1)).hour] for number in range(hours)]
        part = Decimal(int(span.total_seconds())) / Decimal(3600 * hours) if hours == 1 else ONE
        return self._weekday(model, at.date()) * part * sum(covered) / sum(model.day)

    def _grown(self, model: Model, period: Period) -> Decimal:
        return ONE + model.growth * Decimal((period.end - EPOCH).days) / YEAR if model.growth else ONE

    def _struck(self, kpi: str, unit: str, period: Period) -> Decimal:
        found = ONE
        for swell in self.swells:
            if kpi in swell.kpis and not swell.part and self.strikes(swell, unit):
                found *= swell.at(period.end)
        return found

    def strikes(self, swell: Swell, unit: str) -> bool:
        return swell.percent >= HUNDRED or self.chance.picks(swell.percent, "swell", swell.name, unit)

    # --- parts ---------------------------------------------------------------------------------------------------

    def _with_parts(self, kpi: Kpi, model: Model, whole: Decimal, unit: str, period: Period) -> Iterator[Drawn]:
        axes = {name: split(whole, shares) for name, shares in model.parts.items() if name in kpi.dimensions}
        extra = [
            (swell.part, (swell.at(period.end) - ONE).quantize(ONE, ROUND_HALF_UP))
            for swell in self.swells
            if swell.part and kpi.id in swell.kpis and self.strikes(swell, unit)
        ]
        for parts in axes.values():
            for name, more in extra:
                parts[name] = parts.get(name, NONE) + more
        yield Drawn(sum(next(iter(axes.values())).values(), NONE) if axes else whole)
        for axis, parts in axes.items():
            yield from (Drawn(value, dimensions=((axis, name),)) for name, value in parts.items())

    def _kpi(self, name: str) -> Kpi:
        return self.world.catalogue.kpis[name]


def ratio(kpi: Kpi, over: Decimal, under: Decimal) -> Drawn:
    """The value that follows from its parts, as exact as it is shown."""
    value = (over / under * (kpi.factor or ONE)).quantize(ONE.scaleb(-kpi.decimals), ROUND_HALF_UP)
    return Drawn(value, over, under)


def split(whole: Decimal, shares: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Whole parts that add up to the whole: rounded down, the rest to the largest remainders."""
    total = sum(shares.values(), NONE)
    exact = {name: whole * share / total for name, share in shares.items()}
    found = {name: one.quantize(ONE, ROUND_FLOOR) for name, one in exact.items()}
    rest = int(whole - sum(found.values(), NONE))
    for name in sorted(exact, key=lambda name: (found[name] - exact[name], name))[:rest]:
        found[name] += ONE
    return found


def spoilt(drawn: Drawn, *, factor: Decimal = ONE, shift: Decimal = NONE) -> Drawn:
    """For mishaps: another value, its parts as they were."""
    return drawn if drawn.value is None else replace(drawn, value=drawn.value * factor + shift)


def months_to(period: Period, world: World, kpi: Kpi) -> list[Period]:
    """The periods of its type from the beginning of the reporting year to this one."""
    from soc.period import previous

    reporting = world.reporting_of(kpi)
    start, found = year_to_date(period, reporting).start, [period]
    while found[-1].start > start:
        found.append(previous(found[-1], reporting))
    return found[::-1]
