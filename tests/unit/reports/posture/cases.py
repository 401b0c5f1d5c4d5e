"""Inputs for tests: the department of the worked cases, and Hypothesis strategies of units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from reports.posture.inputs import (
    GroupInput,
    Half,
    IncidentInput,
    Missed,
    Rate,
    Slots,
    SourceInput,
    SystemInput,
    TechniqueInput,
    UnitInputs,
)
from reports.posture.method import Reporting, method
from soc.alert import Level
from soc.incident import Severity

METHOD = method()
RATE = Rate(0.9, 0.9)
KEPT = Half(20.0, 20.0)


def source(
    name: str = "s", level: int = 3, month: tuple[int, int] = (1, 1), day: tuple[int, int] = (1, 1)
) -> SourceInput:
    return SourceInput(name, level, Slots(*month), Slots(*day))


def seen(per_thousand: int, day: int | None = None) -> tuple[SourceInput, ...]:
    """One source that is alive so many thousandths of the time."""
    return (source(month=(per_thousand, 1000), day=(per_thousand if day is None else day, 1000)),)


def techniques(per_cent: int) -> tuple[TechniqueInput, ...]:
    """So many of hundred; the method of the cases has a hundred techniques."""
    return tuple(TechniqueInput(f"T{n}", enabled=True, alive=True, tested=n < per_cent) for n in range(100))


def case_method() -> Any:
    row = dict(METHOD.row) | {"priority_techniques": {"department": [f"T{n}" for n in range(100)]}}
    return replace(METHOD, row=row)


def department(**changes: Any) -> UnitInputs:
    """V 99, no open groups, R 98, no incidents, P 90, D 60."""
    usual = UnitInputs(
        unit="so",
        unit_class="department",
        rate=RATE,
        sources=seen(990),
        acknowledge=KEPT,
        resolve=KEPT,
        systems=(SystemInput("sys", 3, 10, known=10.0, overdue=1.0),),
        techniques=techniques(60),
    )
    return replace(usual, **changes)


def group(name: str, level: Level, system_level: int, past: float = 0.0) -> GroupInput:
    return GroupInput(name, 1, level, system_level, past)


def incident(**changes: Any) -> IncidentInput:
    usual = IncidentInput("i", 1, Severity.SERIOUS, contained=False, days=0.0, reporting=Reporting.IN_TIME)
    return replace(usual, **changes)


LEVELS = st.integers(1, 5)


@st.composite
def slots(draw: st.DrawFn) -> Slots:
    due = draw(st.integers(0, 720))
    return Slots(draw(st.integers(0, due)), due)


@st.composite
def halves(draw: st.DrawFn, names: list[str]) -> Half:
    """What was missed has a name; it is part of what was due."""
    weights = st.sampled_from((0.25, 0.5, 1.0, 2.0))
    missed = tuple(Missed(name, 1, draw(weights)) for name in names if draw(st.booleans()))
    kept = draw(st.integers(0, 40)) / 4
    return Half(kept + sum(one.weight for one in missed), kept, missed)


def _named(prefix: str, most: int) -> st.SearchStrategy[list[str]]:
    return st.integers(0, most).map(lambda n: [f"{prefix}{number}" for number in range(n)])


@st.composite
def units(draw: st.DrawFn) -> UnitInputs:
    """Any unit of either class."""
    names = draw(_named("g", 5))
    days = st.one_of(st.none(), st.integers(0, 500))
    systems = []
    for name in draw(_named("sys", 3)):
        known = draw(st.integers(0, 40)) / 4
        systems.append(SystemInput(name, draw(LEVELS), draw(days), known, draw(st.integers(0, int(known * 4))) / 4))
    return UnitInputs(
        unit="u",
        unit_class=draw(st.sampled_from(("department", "commune"))),
        rate=Rate(draw(st.floats(0, 1)), draw(st.floats(0, 1))),
        sources=tuple(SourceInput(name, draw(LEVELS), draw(slots()), draw(slots())) for name in draw(_named("s", 4))),
        groups=tuple(draw(_group(name)) for name in names),
        acknowledge=draw(halves(names)),
        resolve=draw(halves(names)),
        incidents=tuple(draw(_incident(name)) for name in draw(_named("i", 3))),
        systems=tuple(systems),
        techniques=tuple(
            TechniqueInput(name, draw(st.booleans()), draw(st.booleans()), draw(st.booleans()))
            for name in METHOD.techniques("department")[:6]
        ),
    )


def _group(name: str) -> st.SearchStrategy[GroupInput]:
    past = st.one_of(st.just(0.0), st.floats(0, 3))
    return st.builds(GroupInput, st.just(name), st.just(1), st.sampled_from(list(Level)), LEVELS, past)


def _incident(name: str) -> st.SearchStrategy[IncidentInput]:
    return st.builds(
        IncidentInput,
        st.just(name),
        st.just(1),
        st.sampled_from(list(Severity)),
        st.booleans(),
        st.floats(0, 400),
        st.sampled_from(list(Reporting)),
    )
