"""What holds for every unit (posture-and-reports.md 1.3). The rule above all: losing sight never raises the score."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import orjson
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from reports.posture.explain import Bar, explain
from reports.posture.inputs import Half, Missed, ProvinceInputs, Slots, SourceInput, UnitInputs
from reports.posture.method import Component, Reporting
from reports.posture.province import member, province
from reports.posture.score import Score, caps_of, components_of, places, score, weighted
from tests.unit.reports.posture.cases import METHOD, _group, _incident, units

EXAMPLES = 20_000 if os.environ.get("SOC_PROOF") else 300
many = settings(max_examples=EXAMPLES, deadline=None)


def exact(inputs: UnitInputs) -> Decimal:
    return score(inputs, METHOD).exact


@seed(1)
@many
@given(units())
def test_everything_stays_between_nothing_and_a_hundred(inputs: UnitInputs) -> None:
    found = score(inputs, METHOD)
    assert all(0 <= value <= 100 for value in (*found.components.values(), found.raw, found.capped, found.open_alerts))
    assert 0 <= found.trust <= 1
    assert found.hidden == (found.components[Component.VISIBILITY] < 30)


@seed(2)
@many
@given(units(), _group("new"), st.booleans())
def test_one_more_open_group_never_raises_it(inputs: UnitInputs, group: object, late: bool) -> None:
    more = replace(inputs, groups=(*inputs.groups, group))  # type: ignore[arg-type]
    if late:
        missed = Missed("new", 1, 2.0)
        more = replace(more, resolve=_with(inputs.resolve, missed), acknowledge=_with(inputs.acknowledge, missed))
    assert exact(more) <= exact(inputs)


@seed(3)
@many
@given(units(), st.floats(0, 2), st.data())
def test_an_older_group_never_raises_it(inputs: UnitInputs, more: float, data: st.DataObject) -> None:
    if not inputs.groups:
        return
    chosen = data.draw(st.integers(0, len(inputs.groups) - 1))
    old = inputs.groups[chosen]
    groups = [replace(one, past=one.past + more) if n == chosen else one for n, one in enumerate(inputs.groups)]
    aged = replace(inputs, groups=tuple(groups))
    if more and not old.overdue:
        aged = replace(aged, resolve=_with(inputs.resolve, Missed(old.id, 1, 1.0)))
    assert exact(aged) <= exact(inputs)


@seed(4)
@many
@given(units(), st.data())
def test_losing_sight_never_raises_it(inputs: UnitInputs, data: st.DataObject) -> None:
    quiet = replace(inputs, sources=tuple(_quieter(one, data) for one in inputs.sources))
    assert exact(quiet) <= exact(inputs)
    assert score(quiet, METHOD).trust <= score(inputs, METHOD).trust


@seed(5)
@many
@given(units(), st.data())
def test_a_source_that_is_struck_without_a_second_person_never_raises_it(
    inputs: UnitInputs, data: st.DataObject
) -> None:
    if not inputs.sources:
        return
    chosen = data.draw(st.integers(0, len(inputs.sources) - 1))
    struck = [_struck(one) if n == chosen else one for n, one in enumerate(inputs.sources)]
    assert exact(replace(inputs, sources=tuple(struck))) <= exact(inputs)


@seed(6)
@many
@given(units(), st.integers(1, 400), st.booleans())
def test_an_older_or_lost_scan_never_raises_it(inputs: UnitInputs, days: int, lost: bool) -> None:
    systems = []
    for one in inputs.systems:
        later = None if lost or one.scan_days is None else one.scan_days + days
        systems.append(replace(one, scan_days=later))
    assert exact(replace(inputs, systems=tuple(systems))) <= exact(inputs)


@seed(7)
@many
@given(units(), _incident("new"), st.floats(0, 200))
def test_an_incident_its_late_report_or_containment_never_raises_it(
    inputs: UnitInputs, incident: object, days: float
) -> None:
    one = incident
    more = replace(inputs, incidents=(*inputs.incidents, one))  # type: ignore[arg-type]
    assert exact(more) <= exact(inputs)
    later = replace(one, days=max(0.0, one.days - days))  # type: ignore[type-var, attr-defined]
    assert exact(replace(inputs, incidents=(*inputs.incidents, later))) <= exact(more)  # type: ignore[arg-type]
    still = replace(one, contained=False)  # type: ignore[type-var]
    assert exact(replace(inputs, incidents=(*inputs.incidents, still))) <= exact(more)  # type: ignore[arg-type]
    order = (Reporting.IN_TIME, Reporting.RUNNING, Reporting.LATE)
    told = [
        exact(replace(inputs, incidents=(*inputs.incidents, replace(one, reporting=how))))  # type: ignore[type-var, arg-type]
        for how in order
    ]
    assert told == sorted(told, reverse=True)


@seed(8)
@many
@given(units(), st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_changes_no_bit(inputs: UnitInputs, chance: random.Random) -> None:
    first, second = explain(inputs, METHOD), explain(_shuffled(inputs, chance), METHOD)
    assert first.score == second.score
    assert (first.reasons, first.lost, first.doubts) == (second.reasons, second.lost, second.doubts)
    assert [(one.act, one.points) for one in first.actions] == [(one.act, one.points) for one in second.actions]


@seed(10)
@many
@given(units())
def test_stored_inputs_give_the_stored_score_again(inputs: UnitInputs) -> None:
    stored = orjson.dumps(msgspec.to_builtins(inputs))
    again = msgspec.convert(orjson.loads(stored), UnitInputs)
    assert score(again, METHOD) == score(inputs, METHOD)


@seed(11)
@many
@given(units(), st.randoms(use_true_random=False))
def test_the_order_of_caps_is_of_no_account(inputs: UnitInputs, chance: random.Random) -> None:
    found = score(inputs, METHOD)
    caps = list(caps_of(inputs, found.components[Component.VISIBILITY], METHOD))
    chance.shuffle(caps)
    held = found.raw
    for cap in caps:
        held = min(held, Fraction(cap.value))
    assert held == found.capped


@seed(12)
@many
@given(units(), st.sampled_from(list(Component)))
def test_dropping_a_component_moves_the_mean_by_its_weight_at_most(inputs: UnitInputs, dropped: Component) -> None:
    found = components_of(replace(inputs, unit_class="department"), METHOD)
    rest = {name: value for name, value in found.items() if name is not dropped}
    total = sum(METHOD.weights[name] for name in found)
    assert abs(weighted(rest, METHOD) - weighted(found, METHOD)) <= Fraction(100 * METHOD.weights[dropped], total)


@seed(13)
@many
@given(units())
def test_the_shown_class_and_the_shown_number_agree(inputs: UnitInputs) -> None:
    found = score(inputs, METHOD)
    if found.shown is None:
        assert found.whole <= 29
        return
    assert found.letter == METHOD.letter_of(found.shown)
    assert abs(found.exact - found.shown) <= Decimal("0.5")


@seed(14)
@many
@given(units())
def test_the_waterfall_adds_up_exactly(inputs: UnitInputs) -> None:
    told = explain(inputs, METHOD)
    found = told.score
    assert sum(told.lost.values()) == 100 - found.whole
    assert all(value >= 0 for bar, value in told.lost.items() if bar is not Bar.ROUNDING)
    assert abs(told.lost[Bar.ROUNDING]) <= Fraction(1, 2) + Fraction(1, 10**9)
    for digits in ("1", "0.1", "0.01"):
        steps = told.steps(digits)
        assert sum(steps.values()) == 100 - found.whole
        assert all(abs(Fraction(step) - told.lost[bar]) <= Fraction(digits) for bar, step in steps.items())
    _each_bar_is_its_component(found, told.lost)


@seed(15)
@many
@given(units())
def test_a_reason_is_what_would_raise_the_score(inputs: UnitInputs) -> None:
    told = explain(inputs, METHOD)
    assert len(told.reasons) <= 3
    order = [(-one.points, -one.before_caps, one.id) for one in told.reasons]
    assert order == sorted(order)
    assert all(one.points > 0 or one.before_caps > 0 for one in told.reasons)
    gains = [one.points for one in told.reasons] + [one.points for one in told.actions]
    assert all(told.score.capped + gain <= 100 for gain in gains)


@seed(16)
@many
@given(st.lists(units(), min_size=1, max_size=14), st.data())
def test_a_unit_that_goes_dark_never_lifts_the_province(some: list[UnitInputs], data: st.DataObject) -> None:
    every = [replace(one, unit=f"u{n}") for n, one in enumerate(some)]
    chosen = data.draw(st.sets(st.integers(0, len(every) - 1)))
    dark = [
        replace(one, sources=tuple(_quieter(each, data) for each in one.sources)) if n in chosen else one
        for n, one in enumerate(every)
    ]
    assert _province(dark) <= _province(every)


def _province(every: list[UnitInputs]) -> Decimal:
    members = tuple(member(one, score(one, METHOD), METHOD) for one in every)
    found = province(ProvinceInputs(members, serious_open=False), METHOD)
    assert found is not None
    assert 0 <= found.capped <= 100
    assert found.letter == METHOD.letter_of(found.shown)
    return places(found.capped)


def _each_bar_is_its_component(found: Score, lost: dict[Bar, Fraction]) -> None:
    total = sum(METHOD.weights[name] for name in found.components)
    exposure = lost[Bar.OPEN_ALERTS] + lost[Bar.NOT_VISIBLE]
    for name, bar in ((Component.VISIBILITY, lost[Bar.VISIBILITY]), (Component.EXPOSURE, exposure)):
        assert bar == Fraction(METHOD.weights[name], total) * (100 - found.components[name])


def _with(half: Half, missed: Missed) -> Half:
    return Half(half.due + missed.weight, half.kept, (*half.missed, missed))


def _quieter(source: SourceInput, data: st.DataObject) -> SourceInput:
    fewer = [Slots(data.draw(st.integers(0, one.alive)), one.due) for one in (source.month, source.day)]
    return replace(source, month=fewer[0], day=fewer[1])


def _struck(source: SourceInput) -> SourceInput:
    return replace(source, month=Slots(0, source.month.due), day=Slots(0, source.day.due), struck=True)


def _shuffled(inputs: UnitInputs, chance: random.Random) -> UnitInputs:
    changes: dict[str, Any] = {}
    for name in ("sources", "groups", "incidents", "systems", "techniques"):
        some = list(getattr(inputs, name))
        chance.shuffle(some)
        changes[name] = tuple(some)
    return replace(inputs, **changes)
