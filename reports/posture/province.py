"""The province's score: the mean of its units and the mean of the worst of them; a dark unit never lifts it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from reports.posture.inputs import Half, MemberInput, ProvinceInputs, Rate, UnitInputs
from reports.posture.method import Cap, CapId, ConfidenceLevel, Letter, Method
from reports.posture.score import Score, whole


@dataclass(frozen=True, slots=True)
class ProvinceScore:
    """`mean`, `worst`: its two parts; `dark`: units that take part without a shown score; `pilots`: left out."""

    version: str
    mean: Fraction
    worst: Fraction
    raw: Fraction
    capped: Fraction
    caps: tuple[Cap, ...]
    letter: Letter
    trust: Fraction
    confidence: ConfidenceLevel
    units: int
    worst_units: tuple[str, ...]
    dark: tuple[str, ...]
    pilots: tuple[str, ...]

    @property
    def shown(self) -> int:
        return whole(self.capped)


def province(inputs: ProvinceInputs, method: Method) -> ProvinceScore | None:
    """None: no unit takes part."""
    members = sorted((one for one in inputs.members if not one.pilot), key=lambda one: (Fraction(one.exact), one.unit))
    if not members:
        return None
    rules = method.row["province"]
    total = sum(one.weight for one in members)
    mean = sum((one.weight * Fraction(one.exact) for one in members), Fraction(0)) / total
    least = members[: max(rules["worst_least"], math.ceil(len(members) * Fraction(str(rules["worst_share"]))))]
    worst = sum((Fraction(one.exact) for one in least), Fraction(0)) / len(least)
    share = Fraction(str(rules["mean_share"]))
    raw = share * mean + (1 - share) * worst
    caps = (method.caps[CapId.PROVINCE_SERIOUS],) if inputs.serious_open else ()
    trust = sum((one.weight * Fraction(one.confidence) for one in members), Fraction(0)) / total
    capped = min([raw, *(Fraction(cap.value) for cap in caps)])
    return ProvinceScore(
        version=method.version,
        mean=mean,
        worst=worst,
        raw=raw,
        capped=capped,
        caps=caps,
        letter=method.letter_of(whole(capped)),
        trust=trust,
        confidence=method.confidence_of(trust),
        units=len(members),
        worst_units=tuple(one.unit for one in least),
        dark=tuple(sorted(one.unit for one in members if not one.shown)),
        pilots=tuple(sorted(one.unit for one in inputs.members if one.pilot)),
    )


def member(inputs: UnitInputs, scored: Score, method: Method) -> MemberInput:
    """A unit weighs what its systems weigh; one without any in the register weighs as one of the lowest level."""
    weight = max(1, sum(method.level_weight(one.level) for one in inputs.systems))
    return MemberInput(
        unit=inputs.unit,
        exact=str(scored.exact),
        weight=weight,
        confidence=str(float(scored.trust)),
        shown=not scored.hidden,
        pilot=inputs.unit in method.pilots,
    )


def rate_of(halves: Iterable[tuple[Half, Half]], method: Method) -> Rate:
    """What all units together did in time, drawn towards the prior."""
    pairs = list(halves)
    return Rate(_rate((pair[0] for pair in pairs), method), _rate((pair[1] for pair in pairs), method))


def _rate(halves: Iterable[Half], method: Method) -> float:
    rules, found = method.row["response"], list(halves)
    strength, prior = rules["prior_strength"], rules["prior"]
    kept = math.fsum(sorted(one.kept for one in found)) + strength * prior
    rate: float = kept / (math.fsum(sorted(one.due for one in found)) + strength)
    return rate
