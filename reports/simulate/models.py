"""How each figure is drawn, as data (`models.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

HUNDRED = Decimal(100)
ONE = Decimal(1)
FLAT = (ONE,) * 12


@dataclass(frozen=True, slots=True)
class Model:
    """Of one KPI; the words are told at the top of the file. Percentages are fractions here, but `rate` and `weak`."""

    base: Decimal = ONE
    of: str = ""
    share: Decimal = ONE
    rate: Decimal | None = None
    rest: str = ""
    weak: Decimal = Decimal(0)
    noise: Decimal = Decimal("0.05")
    growth: Decimal = Decimal(0)
    province: Decimal = ONE
    week: tuple[Decimal, ...] = FLAT
    year: tuple[Decimal, ...] = FLAT
    day: tuple[Decimal, ...] = ()
    rare: bool = False
    fill: bool = False
    fixed: bool = False
    revised: bool = False
    promoted: bool = False
    ytd: bool = False
    parts: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Models:
    """Of all KPIs, and how large units are."""

    kpis: Mapping[str, Model]
    kinds: Mapping[str, Decimal]
    spread: Decimal

    def of(self, kpi: str) -> Model:
        """A KPI that nobody drew is drawn plainly: a thirteenth subsystem needs no model."""
        return self.kpis.get(kpi, PLAIN)


PLAIN = Model(base=Decimal(40), rate=Decimal(92))


@cache
def shipped() -> Models:
    text = (files("reports.simulate") / "models.yml").read_text("utf-8")
    return models_of(yaml.load(text, Loader=yaml.CSafeLoader))


def models_of(document: Mapping[str, Any]) -> Models:
    """Of one parsed file."""
    shapes = {
        kind: {name: tuple(map(_number, row)) for name, row in rows.items()}
        for kind, rows in document["shapes"].items()
    }
    weights = document["weights"]
    return Models(
        {name: _model(entry, shapes) for name, entry in document["kpis"].items()},
        {kind: _number(one) for kind, one in weights["kinds"].items()},
        _number(weights["spread"]) / HUNDRED,
    )


def _model(entry: Mapping[str, Any], shapes: Mapping[str, Mapping[str, tuple[Decimal, ...]]]) -> Model:
    found: dict[str, Any] = {}
    for name, value in entry.items():
        if name in shapes:
            found[name] = shapes[name][value]
        elif name == "parts":
            found[name] = {axis: {one: _number(part) for one, part in parts.items()} for axis, parts in value.items()}
        elif name in ("noise", "growth"):
            found[name] = _number(value) / HUNDRED
        else:
            found[name] = value if isinstance(value, (bool, str)) else _number(value)
    return Model(**found)


def _number(value: float | str) -> Decimal:
    return Decimal(str(value))
