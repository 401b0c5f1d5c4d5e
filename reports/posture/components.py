"""The six components, each from 0 to 100, rounded to nine places so that every platform gives the same digits.

Sums are `math.fsum` over a fixed order: the order of the inputs changes no bit. Losing sight raises none of them.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal

from reports.posture.inputs import GroupInput, Half, IncidentInput, Slots, SourceInput, SystemInput, UnitInputs
from reports.posture.method import Component, Method

PLACES = Decimal("1e-9")
EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)
ZERO, HUNDRED = Decimal(0), Decimal(100)
LN2 = 0.6931471805599453


def visibility(inputs: UnitInputs, method: Method) -> Decimal:
    """The worse of thirty days and of the last day; no expected source: nothing is seen."""
    return min(_seen(inputs, method, month=True), _seen(inputs, method, month=False))


def open_alerts(inputs: UnitInputs, method: Method) -> Decimal:
    """E0: the exposure to what is seen. The worst group counts full, the second a third, and so on."""
    values = sorted((weight_of(group, method) for group in inputs.groups), reverse=True)
    terms = (value * factor for value, factor in zip(values, method.coefficients, strict=False))
    return _rounded(100.0 * (1.0 - math.fsum(terms) / (100.0 * method.coefficients_sum)))


def response(inputs: UnitInputs, method: Method) -> Decimal:
    """The mean of acknowledging and resolving."""
    acknowledged = in_time(inputs.acknowledge, inputs.rate.acknowledge, method)
    return _rounded(50.0 * (acknowledged + in_time(inputs.resolve, inputs.rate.resolve, method)))


def incidents(inputs: UnitInputs, method: Method) -> Decimal:
    """Halved every thirty days after containment."""
    points = math.fsum(sorted(incident_points(one, method) for one in inputs.incidents))
    return _rounded(100.0 * _exp(-points / method.row["incidents"]["divisor"]))


def weaknesses(inputs: UnitInputs, method: Method) -> Decimal:
    """The share that is not overdue, times how fresh the scans are; a unit without a system was never scanned."""
    known = math.fsum(sorted(one.known for one in inputs.systems))
    overdue = math.fsum(sorted(one.overdue for one in inputs.systems))
    good = 1.0 - overdue / known if known else 1.0
    return _rounded(100.0 * good * freshness(inputs, method))


def detection(inputs: UnitInputs, method: Method) -> Decimal:
    """The share of the class's priority techniques that are covered; what is not listed is not covered."""
    wanted = method.techniques(inputs.unit_class)
    covered = {one.id for one in inputs.techniques if one.covered}
    return _rounded(100.0 * sum(one in covered for one in wanted) / len(wanted)) if wanted else ZERO


FORMULAS = {
    Component.VISIBILITY: visibility,
    Component.RESPONSE: response,
    Component.INCIDENTS: incidents,
    Component.WEAKNESSES: weaknesses,
    Component.DETECTION: detection,
}
"""All but the exposure, which is `open_alerts` times the visibility."""


def weight_of(group: GroupInput, method: Method) -> float:
    """v: severity, level of the system and age together, 100 at most."""
    age = 1.0 + 0.5 * min(1.0, max(0.0, group.past))
    return min(100.0, method.severity[group.level] * method.level_factor(group.system_level) * age)


def in_time(half: Half, rate: float, method: Method) -> float:
    """The share done in time, drawn towards the province's rate by a few cases; nothing due gives that rate."""
    strength: int = method.row["response"]["prior_strength"]
    share: float = (half.kept + strength * rate) / (half.due + strength)
    return share


def incident_points(incident: IncidentInput, method: Method) -> float:
    rules = method.row["incidents"]
    if incident.contained and incident.days > rules["leaves_after_days"]:
        return 0.0
    days = incident.days if incident.contained else 0.0
    points: float = method.incident_points[incident.severity] * rules["reporting"][incident.reporting]
    return points * _exp(-LN2 * days / rules["half_life_days"])


def freshness(inputs: UnitInputs, method: Method) -> float:
    """s: of the scans of all systems, by the weight of their level."""
    weights = sorted((method.level_weight(one.level), _fresh(one, method)) for one in inputs.systems)
    total = sum(weight for weight, _ in weights)
    return math.fsum(weight * fresh for weight, fresh in weights) / total if total else 0.0


def _fresh(system: SystemInput, method: Method) -> float:
    fresh, gone = method.row["scans"]["fresh_days"], method.row["scans"]["gone_days"]
    if system.scan_days is None:
        return 0.0
    left: float = (gone - system.scan_days) / (gone - fresh)
    return min(1.0, max(0.0, left))


def _seen(inputs: UnitInputs, method: Method, *, month: bool) -> Decimal:
    """Sources of which no slot is over yet say nothing either way."""
    due = [(method.level_weight(one.level), slots) for one in inputs.sources if (slots := _slots(one, month=month)).due]
    total = sum(weight for weight, _ in due)
    alive = math.fsum(sorted(weight * slots.share for weight, slots in due))
    return _rounded(100.0 * alive / total) if total else ZERO


def _slots(source: SourceInput, *, month: bool) -> Slots:
    return source.month if month else source.day


def _exp(power: float) -> float:
    """Correctly rounded: the C library's differs by platform."""
    return float(EXACT.exp(Decimal(power)))


def _rounded(value: float) -> Decimal:
    return min(HUNDRED, max(ZERO, Decimal(value).quantize(PLACES, ROUND_HALF_EVEN, EXACT)))
