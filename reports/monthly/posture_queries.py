"""What a report reads of the posture score: from closed days alone, as they were known at `as_of`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise

from reports.monthly.figures import Asked, Row, Rows
from reports.monthly.queries import MINUTE, Source
from reports.posture.explain import Bar, Explanation, explain
from reports.posture.keep import inputs_of, province_inputs_of
from reports.posture.method import Method, method
from reports.posture.province import province
from reports.posture.score import places
from reports.posture.words import ITEMS
from soc.access import ROOT
from soc.calendar import ZONE
from soc.state.posture import PostureRow

TENTH = Decimal("0.1")
BACK = timedelta(days=6)
"""How far the last closed day may lie before the end: a service that stood still for some days is no gap of a month."""


def posture(source: Source, asked: Asked) -> Rows:
    """Units and the province (`*`) at the last closed day of the period. `shown` None: too little is seen."""
    rows: list[Row] = [
        (one.unit, str(one.day), one.version, one.shown, one.letter, str(one.exact), _percent(one.trust), one.revision)
        for one in _last_day(source, asked).values()
    ]
    return Rows.of(("unit", "day", "version", "shown", "letter", "exact", "trust", "revision"), rows)


def posture_lost(source: Source, asked: Asked) -> Rows:
    """Lost points by their cause, in steps that add up to 100 less the shown number; of the province by the weights
    with which its units make it."""
    found = _last_day(source, asked)
    rows: list[Row] = []
    told = {one.unit: explain(inputs_of(one), method(one.version)) for one in found.values() if one.unit != ROOT}
    for unit, one in told.items():
        if not one.score.hidden:
            rows += [(unit, bar.value, str(points)) for bar, points in one.steps().items()]
    if ROOT in found:
        rows += [(ROOT, bar.value, str(points)) for bar, points in _province(found[ROOT], told).items()]
    return Rows.of(("unit", "bar", "points"), rows)


def posture_reasons(source: Source, asked: Asked) -> Rows:
    """The three things that cost each unit most."""
    rows: list[Row] = []
    for one in _last_day(source, asked).values():
        if one.unit == ROOT:
            continue
        reasons = explain(inputs_of(one), method(one.version)).reasons
        for place, reason in enumerate(reasons, start=1):
            name = ITEMS[reason.item].filled(id=reason.id, number=f"{reason.number or 0:06d}").vi
            rows.append((one.unit, place, name, str(places(reason.points))))
    return Rows.of(("unit", "place", "reason", "points"), rows)


def _last_day(source: Source, asked: Asked) -> Mapping[str, PostureRow]:
    since, until = (datetime.fromisoformat(str(asked.params[name])) for name in ("since", "until"))
    last = (min(until, asked.as_of) - MINUTE).astimezone(ZONE).date()
    first = max(last - BACK, since.astimezone(ZONE).date())
    found = source.tx.posture.closed(source.scope, first, last, as_of=asked.as_of)
    newest = max((one.day for one in found if one.day), default=None)
    return {one.unit: one for one in found if one.day == newest}


def _province(row: PostureRow, told: Mapping[str, Explanation]) -> dict[Bar, Decimal]:
    """Each unit's bars by its part in the mean and among the worst; what remains is the province's own caps and the
    rounding, so that the bars add up."""
    how, inputs = method(row.version), province_inputs_of(row)
    found = province(inputs, how)
    if found is None:
        return {}
    shares = _shares(found.worst_units, {one.unit: one.weight for one in inputs.members if not one.pilot}, how)
    bars = dict.fromkeys(Bar, Fraction(0))
    for unit, share in shares.items():
        one = told.get(unit)
        if one is None:
            return {}
        for bar, points in one.lost.items():
            bars[bar] += share * points
    bars[Bar.CAPS] += found.raw - found.capped
    others = sum((points for bar, points in bars.items() if bar is not Bar.ROUNDING), Fraction(0))
    bars[Bar.ROUNDING] = 100 - found.shown - others
    ends = [places(end, TENTH) for end in (Fraction(0), *accumulate(bars.values()))]
    return {bar: last - first for bar, (first, last) in zip(bars, pairwise(ends), strict=True)}


def _shares(worst: tuple[str, ...], weights: Mapping[str, int], how: Method) -> dict[str, Fraction]:
    mean_share = Fraction(str(how.row["province"]["mean_share"]))
    total = sum(weights.values())
    mean = {unit: mean_share * weight / total for unit, weight in weights.items()}
    return {unit: part + (1 - mean_share) * (unit in worst) / len(worst) for unit, part in mean.items()}


def _percent(trust: object) -> int:
    return int(100 * Fraction(str(trust)) + Fraction(1, 2))
