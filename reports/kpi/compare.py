"""A figure beside another: the period before, the same of last year, the year to date, the plan (ioc-hub.md 9).

Shares differ in points, not in per cent; on a base below 10 a per cent says nothing; over 0 there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from reports.kpi.definitions import Direction, Kind, Kpi
from reports.wording import Text

PERCENT = "percent"
LEAST_BASE = 10
HUNDRED = 100
TENTH = Decimal("0.1")


class Basis(StrEnum):
    """What it is compared with."""

    PREVIOUS = "previous_period"
    LAST_YEAR = "same_period_last_year"
    YTD = "ytd"
    PLAN = "plan"


BASES = {
    Basis.PREVIOUS: Text("so với kỳ trước", "against the period before"),
    Basis.LAST_YEAR: Text("so với cùng kỳ", "against the same period of last year"),
    Basis.YTD: Text("lũy kế, so với cùng kỳ", "to date, against last year"),
    Basis.PLAN: Text("so với kế hoạch", "against the plan"),
}


class Arrow(StrEnum):
    """Which way, as shown."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference`: of the values as shown. `per_cent`: where it says something. `better` None: no direction is."""

    basis: Basis
    base: Decimal
    difference: Decimal
    per_cent: Decimal | None
    arrow: Arrow
    better: bool | None
    words: Text


def compare(kpi: Kpi, value: Decimal | None, base: Decimal | None, basis: Basis) -> Comparison | None:
    """None where one of them is missing: a gap is no change."""
    if value is None or base is None:
        return None
    difference = kpi.rounded(value) - kpi.rounded(base)
    arrow = Arrow.UP if difference > 0 else Arrow.DOWN if difference < 0 else Arrow.SAME
    told = difference != 0 and kpi.direction is not Direction.NEUTRAL
    better = ((difference > 0) is (kpi.direction is Direction.HIGHER)) if told else None
    per_cent = _per_cent(kpi, value, base)
    return Comparison(basis, base, difference, per_cent, arrow, better, _words(kpi, difference, per_cent, base))


def is_share(kpi: Kpi) -> bool:
    """A value that is in per cent itself."""
    return kpi.kind is Kind.RATIO or kpi.unit == PERCENT


def shown(kpi: Kpi, value: Decimal) -> Text:
    """The value as printed, rounded, without its unit; per cent have their sign: 1.234,5 and 97,4%."""
    sign = "%" if is_share(kpi) else ""
    told = number(kpi.rounded(value))
    return Text(told.vi + sign, told.en + sign)


def number(value: Decimal) -> Text:
    """With the digits it has; no minus before a zero."""
    english = f"{value if value else abs(value):,f}"
    return Text(english.translate(str.maketrans(",.", ".,")), english)


def _per_cent(kpi: Kpi, value: Decimal, base: Decimal) -> Decimal | None:
    if is_share(kpi) or abs(base) < LEAST_BASE:
        return None
    with localcontext() as context:
        context.prec = 40
        return ((value - base) / abs(base) * HUNDRED).quantize(TENTH)


def _words(kpi: Kpi, difference: Decimal, per_cent: Decimal | None, base: Decimal) -> Text:
    if difference == 0:
        return Text("không đổi", "no change")
    verb = Text("tăng", "up") if difference > 0 else Text("giảm", "down")
    amount = number(abs(difference))
    if is_share(kpi):
        said = Text(f"{verb.vi} {amount.vi} điểm phần trăm", f"{verb.en} {amount.en} percentage points")
    elif per_cent is not None:
        share = number(abs(per_cent))
        said = Text(f"{verb.vi} {share.vi}%", f"{verb.en} {share.en}%")
    else:
        said = Text(f"{verb.vi} {amount.vi}", f"{verb.en} {amount.en}")
    if base == 0 and not is_share(kpi):
        said = Text(f"{said.vi} (kỳ trước không phát sinh)", f"{said.en} (none in the period before)")
    return said
