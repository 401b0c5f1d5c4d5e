"""Why a score is what it is: the lost points, bar by bar, and what holds it down (posture-and-reports.md 1.4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise

from reports.posture.acts import Action, actions_of
from reports.posture.components import freshness
from reports.posture.inputs import UnitInputs
from reports.posture.method import Component, Method
from reports.posture.reasons import Reason, reasons_of
from reports.posture.score import HUNDRED, Score, places, score


class Bar(StrEnum):
    """Where points are lost, in the order in which they are drawn."""

    VISIBILITY = "visibility"
    OPEN_ALERTS = "open_alerts"
    NOT_VISIBLE = "not_visible"
    RESPONSE = "response"
    INCIDENTS = "incidents"
    WEAKNESSES = "weaknesses"
    COVERAGE = "coverage"
    CAPS = "caps"
    ROUNDING = "rounding"


BARS = {
    Component.VISIBILITY: Bar.VISIBILITY,
    Component.RESPONSE: Bar.RESPONSE,
    Component.INCIDENTS: Bar.INCIDENTS,
    Component.WEAKNESSES: Bar.WEAKNESSES,
    Component.DETECTION: Bar.COVERAGE,
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """What would raise the confidence, and by how much."""

    component: Component
    gain: Fraction


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score with its reasons. `lost`: the bars, exact; together they are 100 less the shown number."""

    score: Score
    lost: dict[Bar, Fraction]
    reasons: tuple[Reason, ...]
    actions: tuple[Action, ...]
    doubts: tuple[Doubt, ...]

    def steps(self, digits: str = "0.1") -> dict[Bar, Decimal]:
        """The bars as they are printed: their ends are rounded, not their lengths, so that they still add up."""
        ends = [Fraction(0), *accumulate(self.lost.values())]
        rounded = [places(end, Decimal(digits)) for end in ends]
        return {bar: last - first for bar, (first, last) in zip(self.lost, pairwise(rounded), strict=True)}


def explain(inputs: UnitInputs, method: Method) -> Explanation:
    found = score(inputs, method)
    return Explanation(
        score=found,
        lost=lost(found, method),
        reasons=reasons_of(inputs, found, method),
        actions=actions_of(inputs, found, method),
        doubts=doubts_of(inputs, found, method),
    )


def lost(found: Score, method: Method) -> dict[Bar, Fraction]:
    """Each component's missing part by its weight; then what the lowest cap takes, and what rounding does."""
    total = sum(method.weights[name] for name in found.components)
    bars = {BARS[name]: HUNDRED - value for name, value in found.components.items() if name in BARS}
    bars[Bar.OPEN_ALERTS] = HUNDRED - found.open_alerts
    bars[Bar.NOT_VISIBLE] = found.open_alerts - found.components[Component.EXPOSURE]
    weights = {BARS[name]: Fraction(method.weights[name], total) for name in found.components if name in BARS}
    weights |= dict.fromkeys((Bar.OPEN_ALERTS, Bar.NOT_VISIBLE), Fraction(method.weights[Component.EXPOSURE], total))
    made = {bar: weights[bar] * bars[bar] for bar in Bar if bar in bars}
    return made | {Bar.CAPS: found.raw - found.capped, Bar.ROUNDING: found.capped - found.whole}


def doubts_of(inputs: UnitInputs, found: Score, method: Method) -> tuple[Doubt, ...]:
    """The largest gain first; a part that is known whole is left out."""
    total = sum(method.weights[name] for name in found.components)
    seen = found.components[Component.VISIBILITY] / HUNDRED
    enough = method.row["responses_enough"]
    answered = Fraction(min(inputs.acknowledge.due, inputs.resolve.due)) / enough
    gains = {Component.RESPONSE: seen * (1 - min(Fraction(1), answered)) * method.weights[Component.RESPONSE] / total}
    if Component.WEAKNESSES in found.components:
        stale = 1 - Fraction(freshness(inputs, method))
        gains[Component.WEAKNESSES] = seen * stale * method.weights[Component.WEAKNESSES] / total
    if seen:
        gains[Component.VISIBILITY] = found.trust / seen - found.trust
    else:
        gains[Component.VISIBILITY] = Fraction(1)
    made = (Doubt(name, gain) for name, gain in gains.items() if gain > 0)
    return tuple(sorted(made, key=lambda one: (-one.gain, one.component)))
