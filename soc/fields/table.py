"""What each field of an event is: its type, whether it holds a list, which values it may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
import yaml


class Kind(StrEnum):
    """The types that make a difference to us; ECS's own word stays in `FieldSpec.type`."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    ADDRESS = "address"
    OBJECT = "object"


KINDS: dict[str, Kind] = {
    "keyword": Kind.TEXT,
    "constant_keyword": Kind.TEXT,
    "wildcard": Kind.TEXT,
    "match_only_text": Kind.TEXT,
    "long": Kind.INTEGER,
    "integer": Kind.INTEGER,
    "float": Kind.NUMBER,
    "double": Kind.NUMBER,
    "scaled_float": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "date": Kind.TIME,
    "ip": Kind.ADDRESS,
    "object": Kind.OBJECT,
    "nested": Kind.OBJECT,
    "flattened": Kind.OBJECT,
    "geo_point": Kind.OBJECT,
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. `array`: it must hold a list. `allowed`: the closed list of its values, empty when open.
    `expected` is ECS's weaker list, shown to people and never enforced."""

    name: str
    type: str
    array: bool
    kind: Kind
    pattern: str = ""
    allowed: frozenset[str] = frozenset()
    expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that is known about fields."""

    fields: Mapping[str, FieldSpec]
    types: Mapping[str, frozenset[str]]
    """Category -> the types that are legal with it."""
    roots: frozenset[str]
    """First parts of ECS and own names: below them only fields of the table may stand."""
    vendor_roots: frozenset[str]
    columns: tuple[FieldSpec, ...]
    """What the event store keeps as typed columns, in order."""


@cache
def table() -> Table:
    """The table, read once."""
    folder = files("soc.fields")
    ecs: dict[str, Any] = orjson.loads(folder.joinpath("ecs.json").read_bytes())
    own: dict[str, Any] = yaml.load(folder.joinpath("own.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    allowed = {**ecs["allowed"], **own["allowed"]}
    specs = {
        name: _spec(name, kind, ecs["patterns"].get(name, ""), allowed.get(name, ()), ecs["expected"].get(name, ()))
        for name, kind in {**ecs["fields"], **own["fields"]}.items()
    }
    return Table(
        fields=specs,
        types={category: frozenset(types) for category, types in ecs["types"].items()},
        roots=frozenset(name.partition(".")[0] for name in specs),
        vendor_roots=frozenset(own["vendor_roots"]),
        columns=tuple(specs[name] for name in own["columns"]),
    )


def field(name: str) -> FieldSpec | None:
    """The field of that exact name, ECS or ours; None for vendor fields and unknown names."""
    return table().fields.get(name)


def known(name: str) -> bool:
    """Whether an event may carry that name: a field of the table, something inside an ECS object, or below
    a vendor's root."""
    root = name.partition(".")[0]
    return name in table().fields or root in table().vendor_roots or object_above(name) is not None


def object_above(name: str) -> FieldSpec | None:
    """The free-form field (`labels`, `log.syslog.structured_data`) that `name` lies in, if any."""
    fields = table().fields
    while name := name.rpartition(".")[0]:
        spec = fields.get(name)
        if spec is not None and spec.type in ("object", "flattened") and not spec.array:
            return spec
    return None


def nearest(name: str, count: int = 3) -> tuple[str, ...]:
    """Names that were probably meant, best first."""
    close = get_close_matches(name, table().fields, n=count, cutoff=0.6)
    if len(close) < count and "." not in name:
        # People write `srcip` or `command_line`: the last part alone is a good hint.
        ends = [field for field in sorted(table().fields, key=len) if field.endswith(f".{name}")]
        close = [*close, *(end for end in ends if end not in close)]
    return tuple(close[:count])


def _spec(name: str, kind: str, pattern: str, allowed: Any, expected: Any) -> FieldSpec:
    plain = kind.removesuffix("[]")
    return FieldSpec(
        name=name,
        type=plain,
        array=kind.endswith("[]"),
        kind=KINDS[plain],
        pattern=pattern,
        allowed=frozenset(allowed),
        expected=tuple(expected),
    )
