"""The explain panel as plain data: the same for the page, the API and `socctl report brief --explain`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reports.posture.explain import Explanation, explain
from reports.posture.gather import gather
from reports.posture.inputs import MemberInput, ProvinceInputs, UnitInputs
from reports.posture.keep import inputs_of, province_inputs_of, standing
from reports.posture.method import Cap, Method, method
from reports.posture.province import ProvinceScore, province
from reports.posture.score import places, whole
from reports.posture.words import ACTS, BAR_WORDS, COMPONENTS, DOUBTS, ITEMS, NO_SCORE
from reports.wording import Text
from soc.access import ROOT, SYSTEM
from soc.calendar import ZONE
from soc.errors import NotFound
from soc.state.posture import PostureRow
from soc.state.store import State
from soc.unit import UnitTree

TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")


def explained(state: State, unit: str, at: datetime, units: UnitTree | None = None) -> dict[str, Any]:
    """The panel of a unit, or of the province by ROOT: of the running value when that is of `at` or before it and of
    the same day, else of the day that `at` lies in, as it was closed; what was never kept is gathered now.
    Raises NotFound for a unit without a score."""
    row = _kept(state, unit, at)
    if row is not None:
        return panel_of(row)
    with state.read() as tx:
        tree = units or tx.units.tree()
        inputs = gather(tx, SYSTEM, tree, at, method(), state.limits)
    made = standing(inputs, at, method())
    if unit == ROOT and made.province is not None:
        return province_panel(made.whole, made.province, at)
    for one, _ in made.units:
        if one.unit == unit:
            return panel(one, method(), at)
    raise NotFound


def panel_of(row: PostureRow) -> dict[str, Any]:
    """From what a row has stored."""
    how = method(row.version)
    if row.unit == ROOT:
        inputs = province_inputs_of(row)
        found = province(inputs, how)
        assert found is not None  # a row of the province is written only when somebody takes part
        return province_panel(inputs, found, row.at)
    return panel(inputs_of(row), how, row.at)


def panel(inputs: UnitInputs, how: Method, at: datetime) -> dict[str, Any]:
    """Numbers are text of decimals. A hidden score has no number of its own and no bars."""
    told = explain(inputs, how)
    found = told.score
    steps = {} if found.hidden else told.steps("0.1")
    return {
        "unit": found.unit,
        "class": found.unit_class,
        "at": at.isoformat(),
        "version": found.version,
        "signed_by": how.signed_by or None,
        "shown": found.shown,
        "exact": None if found.hidden else str(found.exact),
        "letter": None if found.hidden else found.letter.letter,
        "word": _text(NO_SCORE if found.hidden else found.letter.text),
        "confidence": _confidence(found.trust, found.confidence.text),
        "components": [
            {"id": name, "name": _text(COMPONENTS[name]), "value": _shown(value), "weight": how.weights[name]}
            for name, value in found.components.items()
        ],
        "lost": [{"id": bar, "name": _text(BAR_WORDS[bar]), "points": str(step)} for bar, step in steps.items()],
        "caps": [_cap(cap) for cap in found.caps],
        **_why(told),
    }


def province_panel(inputs: ProvinceInputs, found: ProvinceScore, at: datetime) -> dict[str, Any]:
    how = method(found.version)
    shown = {one.unit: one for one in inputs.members}
    return {
        "unit": ROOT,
        "at": at.isoformat(),
        "version": found.version,
        "signed_by": how.signed_by or None,
        "shown": found.shown,
        "exact": str(places(found.capped)),
        "letter": found.letter.letter,
        "word": _text(found.letter.text),
        "confidence": _confidence(found.trust, found.confidence.text),
        "mean": _shown(found.mean),
        "worst": _shown(found.worst),
        "worst_units": [_member(shown[unit]) for unit in found.worst_units],
        "units": found.units,
        "without_score": list(found.dark),
        "pilots": list(found.pilots),
        "caps": [_cap(cap) for cap in found.caps],
    }


def _why(told: Explanation) -> dict[str, Any]:
    return {
        "reasons": [
            {
                "item": one.item,
                "id": one.id,
                "number": one.number,
                "name": _text(ITEMS[one.item].filled(id=one.id, number=f"{one.number or 0:06d}")),
                "points": _shown(one.points),
                "before_caps": _shown(one.before_caps),
            }
            for one in told.reasons
        ],
        "actions": [
            {
                "act": one.act,
                "name": _text(ACTS[one.act]),
                "items": list(one.items),
                "points": _shown(one.points),
                "before_caps": _shown(one.before_caps),
            }
            for one in told.actions
        ],
        "confidence_raised_by": [
            {"id": one.component, "name": _text(DOUBTS[one.component]), "gain": str(places(one.gain, HUNDREDTH))}
            for one in told.doubts
        ],
    }


def _kept(state: State, unit: str, at: datetime) -> PostureRow | None:
    day = at.astimezone(ZONE).date()
    with state.read() as tx:
        running = next((row for row in tx.posture.now(SYSTEM) if row.unit == unit), None)
        if running is not None and running.at <= at and running.at.astimezone(ZONE).date() == day:
            return running
        return next(iter(tx.posture.closed(SYSTEM, day, day, unit=unit)), None)


def _member(one: MemberInput) -> dict[str, Any]:
    return {"unit": one.unit, "shown": whole(Fraction(one.exact)) if one.shown else None, "weight": one.weight}


def _cap(cap: Cap) -> dict[str, Any]:
    return {"id": cap.id, "value": cap.value, "reason": _text(cap.text)}


def _confidence(trust: Fraction, word: Text) -> dict[str, Any]:
    return {"value": str(places(trust, HUNDREDTH)), "word": _text(word)}


def _shown(value: Fraction) -> str:
    return str(places(value, TENTH))


def _text(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
