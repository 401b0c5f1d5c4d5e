"""Wholes of parts, by the rule of the catalogue and no other (ioc-hub.md 9).

A mean of percentages, a sum of medians or of growth indices cannot be written: `over_units` and `over_time` take the
rule from the definition and raise where it is NONE.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise

from reports.kpi.definitions import UNKNOWN, Kpi, RollUp
from reports.wording import Text
from soc.errors import SocError
from soc.observation import Cumulative, Observation, Status
from soc.organisation import Organisation
from soc.period import Period, PeriodType

DIGITS = 60
ENOUGH = Decimal("0.9")
ZERO = Decimal(0)


class NoTotal(SocError):
    """The catalogue says that these parts make no whole."""

    def __init__(self, kpi: str, what: str) -> None:
        text = f"{kpi}: its figures make no whole over {what} - show the parts, or the value of its owner"
        super().__init__(text, code="SOC-1970")


@dataclass(frozen=True, slots=True)
class Amount:
    """What a figure is worth. All three None: there is none. A ratio over nothing has parts and no value."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def known(self) -> bool:
        return self.value is not None or self.denominator is not None


NOTHING = Amount()


@dataclass(frozen=True, slots=True)
class Span:
    """An amount and the time it covers."""

    period: Period
    amount: Amount
    cumulative: Cumulative = Cumulative.NONE


@dataclass(frozen=True, slots=True)
class LateUnit:
    """A unit whose figure is left out. `by` None: it never gave one; nothing: it is not due yet."""

    unit: str
    by: timedelta | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the expected units a whole rests on, and who is missing, the slowest first."""

    fresh: int
    expected: int
    late: tuple[LateUnit, ...] = ()

    @property
    def share(self) -> Decimal:
        return Decimal(self.fresh) / self.expected if self.expected else Decimal(1)

    def carries_colour(self, enough: Decimal = ENOUGH) -> bool:
        return self.fresh >= enough * self.expected

    def words(self, names: Mapping[str, str]) -> Text:
        """'37/38 đơn vị; chậm nhất: Sở Y tế, 2 ngày'."""
        told = Text("{fresh}/{expected} đơn vị", "{fresh}/{expected} units")
        told = told.filled(fresh=self.fresh, expected=self.expected)
        if not self.late:
            return told
        first = self.late[0]
        name = names.get(first.unit, first.unit)
        if first.by is not None and not first.by:
            more = Text("; còn thiếu: {name}", "; still missing: {name}").filled(name=name)
            return Text(told.vi + more.vi, told.en + more.en)
        by = NEVER_GIVEN if first.by is None else lateness(first.by)
        more = Text("; chậm nhất: {name}, {by}", "; slowest: {name}, {by}").filled(name=name, by=by)
        return Text(told.vi + more.vi, told.en + more.en)


NEVER_GIVEN = Text("chưa có số liệu", "no figure yet")


def lateness(by: timedelta) -> Text:
    """In whole days, hours or minutes, the largest that fits."""
    minutes = int(by.total_seconds()) // 60
    for unit, vi, en in ((24 * 60, "ngày", "day"), (60, "giờ", "hour"), (1, "phút", "minute")):
        if minutes >= unit or unit == 1:
            count = minutes // unit
            return Text(f"{count} {vi}", f"{count} {en}{'' if count == 1 else 's'}")
    raise AssertionError


def coverage_of(expected: Iterable[str], late: Mapping[str, timedelta | None]) -> Coverage:
    """Of the units from which a figure is wanted, and those that have no current one."""
    wanted = frozenset(expected)
    missing = [LateUnit(unit, late[unit]) for unit in sorted(wanted & late.keys())]
    missing.sort(key=lambda one: (one.by is not None, -(one.by or timedelta(0))))
    return Coverage(len(wanted) - len(missing), len(wanted), tuple(missing))


def amount_of(one: Observation) -> Amount:
    """Of an observation; a missing one is worth nothing."""
    if one.status is Status.MISSING:
        return NOTHING
    return Amount(one.value, one.numerator, one.denominator)


def over_units(kpi: Kpi, parts: Iterable[Amount]) -> Amount:
    """The whole over units, or over the values of a breakdown. Raises NoTotal."""
    if kpi.over_units is RollUp.SUM:
        return _sum(parts)
    if kpi.over_units is RollUp.RATIO_OF_SUMS:
        return _ratio(kpi, parts)
    raise NoTotal(kpi.id, "units")


def over_time(kpi: Kpi, spans: Iterable[Span]) -> Amount:
    """The whole over periods of one unit. What is cumulative already is never summed: its last one counts.
    Raises NoTotal, and ValueError for periods that overlap, slots that are not equal, or a mix of kinds of figure."""
    some = sorted((one for one in spans if one.amount.known), key=lambda one: one.period.over)
    if kpi.over_time is RollUp.NONE:
        raise NoTotal(kpi.id, "time")
    if not some:
        return NOTHING
    if len({one.cumulative for one in some}) > 1:
        raise ValueError(f"{kpi.id}: figures of periods and figures to date make no whole together")
    if kpi.over_time is RollUp.LAST or some[0].cumulative is Cumulative.YTD:
        return some[-1].amount
    if any(one.period.over > after.period.begins for one, after in pairwise(some)):
        raise ValueError(f"{kpi.id}: periods that overlap would count twice")
    amounts = [one.amount for one in some]
    if kpi.over_time is RollUp.MEAN:
        return _mean(kpi, some)
    return _sum(amounts) if kpi.over_time is RollUp.SUM else _ratio(kpi, amounts)


@dataclass(frozen=True, slots=True)
class Closed:
    """Parts by name, 'Chưa xác định' among them, and whether they give the whole. `over`: they exceed it."""

    parts: Mapping[str, Amount]
    over: bool = False


def closed(kpi: Kpi, whole: Amount, parts: Mapping[str, Amount]) -> Closed:
    """The breakdown of a whole with the row that closes it; what is too much cannot be closed. Raises NoTotal."""
    given = over_units(kpi, (amount for name, amount in parts.items() if name != UNKNOWN))
    rest = _rest(kpi, whole, given)
    if rest is None:
        return Closed(dict(parts), over=True)
    return Closed({name: amount for name, amount in parts.items() if name != UNKNOWN} | {UNKNOWN: rest})


@dataclass(frozen=True, slots=True)
class AsNow:
    """Old figures under the units of today. `broken`: those that have no heir to whom they could be given whole."""

    parts: Mapping[str, Amount]
    broken: tuple[str, ...] = ()


def as_now(kpi: Kpi, parts: Mapping[str, Amount], organisation: Organisation, day: date) -> AsNow:
    """A unit that was split, or merged under a rule that makes no whole, leaves a break instead of a figure."""
    heirs: dict[str, list[str]] = {}
    broken: list[str] = []
    for unit in parts:
        found = organisation.successors(unit, day)
        if len(found) == 1:
            heirs.setdefault(found[0], []).append(unit)
        else:
            broken.append(unit)
    made: dict[str, Amount] = {}
    for heir, units in heirs.items():
        if len(units) == 1:
            made[heir] = parts[units[0]]
        elif kpi.over_units is RollUp.NONE:
            broken += units
        else:
            made[heir] = over_units(kpi, (parts[unit] for unit in units))
    return AsNow(made, tuple(sorted(broken)))


def value_of(kpi: Kpi, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """The ratio of a KPI; None over nothing ("không phát sinh")."""
    if denominator == 0:
        return None
    with localcontext() as context:
        context.prec = DIGITS
        return numerator / denominator * (1 if kpi.factor is None else kpi.factor)


def _sum(parts: Iterable[Amount]) -> Amount:
    values = [one.value for one in parts if one.value is not None]
    if not values:
        return NOTHING
    with localcontext() as context:
        context.prec = DIGITS
        return Amount(sum(values, ZERO))


def _ratio(kpi: Kpi, parts: Iterable[Amount]) -> Amount:
    over, under, known = ZERO, ZERO, False
    with localcontext() as context:
        context.prec = DIGITS
        for one in parts:
            if one.numerator is not None and one.denominator is not None:
                over, under, known = over + one.numerator, under + one.denominator, True
            elif one.value is not None:
                raise ValueError(f"{kpi.id}: a ratio without numerator and denominator is never rolled up")
    return Amount(value_of(kpi, over, under), over, under) if known else NOTHING


def _mean(kpi: Kpi, spans: Sequence[Span]) -> Amount:
    if len({one.period.type for one in spans}) > 1 or spans[0].period.type is PeriodType.REALTIME:
        raise ValueError(f"{kpi.id}: a mean wants equal slots of time")
    values = [one.amount.value for one in spans if one.amount.value is not None]
    with localcontext() as context:
        context.prec = DIGITS
        return replace(NOTHING, value=sum(values, ZERO) / len(values)) if values else NOTHING


def _rest(kpi: Kpi, whole: Amount, given: Amount) -> Amount | None:
    """What is missing to the whole; None when the parts are more than it."""
    with localcontext() as context:
        context.prec = DIGITS
        if kpi.over_units is RollUp.SUM:
            left = (whole.value or ZERO) - (given.value or ZERO)
            return Amount(left) if left >= 0 else None
        over = (whole.numerator or ZERO) - (given.numerator or ZERO)
        under = (whole.denominator or ZERO) - (given.denominator or ZERO)
    if under < 0 or over < 0:
        return None
    return Amount(value_of(kpi, over, under), over, under)
