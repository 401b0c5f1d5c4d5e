"""From components to a score: weighted mean, caps, the shown number, its class, and how far to trust it. Pure.

Between the components and the shown number everything is an exact fraction, so that the parts add up to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from reports.posture.components import EXACT, FORMULAS, PLACES, freshness, open_alerts
from reports.posture.inputs import UnitInputs
from reports.posture.method import Cap, CapId, Component, ConfidenceLevel, Letter, Method
from soc.alert import Level
from soc.incident import Severity

HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class Score:
    """One unit. `components`: those of its class; `open_alerts`: E before what is not visible. `capped`: s*, exact.
    `hidden`: too little is seen, and no number may be shown. `trust`: from 0 to 1."""

    unit: str
    unit_class: str
    version: str
    components: Mapping[Component, Fraction]
    open_alerts: Fraction
    raw: Fraction
    capped: Fraction
    caps: tuple[Cap, ...]
    hidden: bool
    letter: Letter
    trust: Fraction
    confidence: ConfidenceLevel

    @property
    def exact(self) -> Decimal:
        """s* to nine places; the one value that is compared and stored."""
        return places(self.capped)

    @property
    def whole(self) -> int:
        return whole(self.capped)

    @property
    def shown(self) -> int | None:
        """None: there is no number, 'chưa đủ dữ liệu'."""
        return None if self.hidden else self.whole


def score(inputs: UnitInputs, method: Method) -> Score:
    components = components_of(inputs, method)
    raw = weighted(components, method)
    caps = caps_of(inputs, components[Component.VISIBILITY], method)
    capped = min([raw, *(Fraction(cap.value) for cap in caps)])
    trust = trust_of(inputs, components, method)
    return Score(
        unit=inputs.unit,
        unit_class=inputs.unit_class,
        version=method.version,
        components=components,
        open_alerts=Fraction(open_alerts(inputs, method)),
        raw=raw,
        capped=capped,
        caps=caps,
        hidden=any(cap.id is CapId.NO_SIGHT for cap in caps),
        letter=method.letter_of(whole(capped)),
        trust=trust,
        confidence=method.confidence_of(trust),
    )


def components_of(inputs: UnitInputs, method: Method) -> dict[Component, Fraction]:
    """Those of the unit's class; whether data is there or not plays no part."""
    found: dict[Component, Fraction] = {}
    for name in method.components(inputs.unit_class):
        if name is Component.EXPOSURE:
            seen = Fraction(FORMULAS[Component.VISIBILITY](inputs, method))
            found[name] = Fraction(open_alerts(inputs, method)) * seen / HUNDRED
        else:
            found[name] = Fraction(FORMULAS[name](inputs, method))
    return found


def weighted(components: Mapping[Component, Fraction], method: Method) -> Fraction:
    """The weighted mean."""
    total = sum(method.weights[name] for name in components)
    return sum((method.weights[name] * value for name, value in components.items()), Fraction(0)) / total


def caps_of(inputs: UnitInputs, seen: Fraction, method: Method) -> tuple[Cap, ...]:
    """Every cap that applies, the lowest first."""
    critical = [group for group in inputs.groups if group.level is Level.CRITICAL]
    applies = {
        CapId.NO_SIGHT: seen < method.row["hidden_below"],
        CapId.SIGHT_50: seen < 50,
        CapId.SIGHT_80: seen < 80,
        CapId.SERIOUS: any(one.severity is Severity.SERIOUS and not one.contained for one in inputs.incidents),
        CapId.CRITICAL_OVERDUE: any(group.overdue for group in critical),
        CapId.CRITICAL_OPEN: bool(critical),
    }
    return lowest_first(method.caps[name] for name, holds in applies.items() if holds)


def lowest_first(caps: Iterable[Cap]) -> tuple[Cap, ...]:
    return tuple(sorted(caps, key=lambda cap: (cap.value, cap.id)))


def trust_of(inputs: UnitInputs, components: Mapping[Component, Fraction], method: Method) -> Fraction:
    """How much of the score rests on what is known."""
    enough = method.row["responses_enough"]
    answered = Fraction(min(inputs.acknowledge.due, inputs.resolve.due))
    known = dict.fromkeys(components, Fraction(1))
    known[Component.RESPONSE] = min(Fraction(1), answered / enough)
    if Component.WEAKNESSES in known:
        known[Component.WEAKNESSES] = Fraction(freshness(inputs, method))
    total = sum(method.weights[name] for name in known)
    part = sum((method.weights[name] * value for name, value in known.items()), Fraction(0)) / total
    return components[Component.VISIBILITY] / HUNDRED * part


def places(value: Fraction, digits: Decimal = PLACES) -> Decimal:
    """A fraction as a decimal."""
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)).quantize(digits, ROUND_HALF_EVEN, EXACT)


def whole(value: Fraction) -> int:
    """Nine places, then half up."""
    return int(places(value).quantize(Decimal(1), ROUND_HALF_UP))
