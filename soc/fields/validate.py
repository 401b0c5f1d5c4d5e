"""Whether an event keeps to the field table and to the contract of collectors.md 3.1; answers every fault at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import Any
from unicodedata import is_normalized

from soc.event import ECS_VERSION, EventView
from soc.fields.table import FieldSpec, Kind, known, nearest, table

Check = Callable[[Any], str | None]
"""A value -> what is wrong with it, or None."""

LONGEST_KEYWORD = 32_000
MOST_RELATED = 50

ALWAYS = (
    "@timestamp",
    "event.id",
    "event.kind",
    "event.module",
    "event.dataset",
    "event.created",
    "event.ingested",
    "event.category",
    "event.type",
    "unit.id",
    "unit.path",
    "soc.source.id",
    "soc.parser",
    "soc.time.status",
)

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_ID = re.compile(r"[0-9a-f]{32}")


def validate(event: EventView, *, whole: bool = True) -> list[str]:
    """Every fault, in words; empty for a good event. `whole` False: a parser's partial event, without the
    fields that are added later (identity, unit, route)."""
    checks = _checks()
    faults: list[str] = []
    for name, value in event.items():
        check = checks.get(name)
        if check is not None:
            fault = check(value)
            if fault is not None:
                faults.append(f"{name}: {fault}")
        elif not known(name):
            faults.append(_unknown(name))
    faults += _pairs(event)
    if whole:
        faults += _contract(event)
    return faults


def _unknown(name: str) -> str:
    close = nearest(name)
    hint = f"did you mean {' or '.join(close)}?" if close else "vendor fields belong under their vendor's root"
    return f"{name}: no such field - {hint}"


def _pairs(event: EventView) -> list[str]:
    """Every type must be legal for at least one of the event's categories."""
    categories, types = event.get("event.category"), event.get("event.type")
    if not (isinstance(categories, list) and isinstance(types, list) and categories):
        return []
    return [
        f"event.type: {kind} is not legal with {', '.join(map(str, categories))}"
        for kind in _illegal(categories, types)
    ]


def _illegal(categories: list[Any], types: list[Any]) -> list[Any]:
    legal = table().types
    return [kind for kind in types if not any(kind in legal.get(str(category), ()) for category in categories)]


def _contract(event: EventView) -> list[str]:
    faults = [f"{name}: missing" for name in ALWAYS if name not in event]
    if next(iter(event), None) != "soc.route":
        faults.append("soc.route: must be the first key")
    if event.get("ecs.version") != ECS_VERSION:
        faults.append(f"ecs.version: must be {ECS_VERSION}")
    if not _ID.fullmatch(str(event.get("event.id"))):
        faults.append("event.id: must be 32 hex digits")
    if "event.original" not in event and "soc.raw.ref" not in event:
        faults.append("event.original: missing, and no soc.raw.ref instead")
    # Both are texts of one form, so that text order is time order.
    if str(event.get("event.created")) > str(event.get("event.ingested")):
        faults.append("event.created: later than event.ingested")
    for name in ("related.ip", "related.user", "related.hosts", "related.hash"):
        values = event.get(name)
        if values and (len(values) > MOST_RELATED or values != sorted(set(values))):
            faults.append(f"{name}: must be distinct, sorted and at most {MOST_RELATED}")
    return faults


@cache
def _checks() -> Mapping[str, Check]:
    """Name -> check, made once for the whole table: one look-up and one call a field."""
    return {name: _check(spec) for name, spec in table().fields.items()}


def _check(spec: FieldSpec) -> Check:
    scalar = _objects(spec) if spec.kind is Kind.OBJECT else _scalar(spec)
    if not spec.array:
        return scalar

    def each(values: Any) -> str | None:
        if type(values) is not list:
            return f"must be a list, is {_type(values)}"
        for value in values:
            fault = scalar(value)
            if fault is not None:
                return fault
        return None

    return each


def _scalar(spec: FieldSpec) -> Check:
    if spec.allowed:
        return _one_of(spec.allowed)
    if spec.kind is Kind.TEXT:
        return _pattern(re.compile(spec.pattern)) if spec.pattern else _text_check(spec)
    if spec.kind is Kind.INTEGER:
        return _port if spec.name.endswith(".port") else _integer
    return {Kind.NUMBER: _number, Kind.BOOLEAN: _boolean, Kind.TIME: _time, Kind.ADDRESS: _address}[spec.kind]


def _text_check(spec: FieldSpec) -> Check:
    return _any_text if spec.name in ("event.original", "message") else _text


def _one_of(allowed: frozenset[str]) -> Check:
    def check(value: Any) -> str | None:
        if type(value) is str and value in allowed:
            return None
        return f"{value!r} is none of {', '.join(sorted(allowed))}"

    return check


def _pattern(pattern: re.Pattern[str]) -> Check:
    def check(value: Any) -> str | None:
        if type(value) is str and pattern.search(value):
            return None
        return f"{value!r} does not fit {pattern.pattern}"

    return check


def _objects(spec: FieldSpec) -> Check:
    """A flat map; its keys are fields of their own unless the field is free-form."""
    free = spec.type == "flattened" or not spec.array

    def check(value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return f"must be a map, is {_type(value)}"
        if free:
            return None
        for key, inner in value.items():
            inner_check = _checks().get(f"{spec.name}.{key}")
            fault = "no such field" if inner_check is None else inner_check(inner)
            if fault is not None:
                return f"{key}: {fault}"
        return None

    return check


def _text(value: Any) -> str | None:
    if type(value) is not str:
        return f"must be text, is {_type(value)}"
    if value.isascii():
        return None if len(value) <= LONGEST_KEYWORD else "longer than a keyword may be"
    if len(value) * 3 > LONGEST_KEYWORD and len(value.encode("utf-8", "surrogatepass")) > LONGEST_KEYWORD:
        return "longer than a keyword may be"
    return None if is_normalized("NFC", value) else "must be in NFC"


def _any_text(value: Any) -> str | None:
    return None if type(value) is str else f"must be text, is {_type(value)}"


def _integer(value: Any) -> str | None:
    if type(value) is not int:
        return f"must be a whole number, is {_type(value)}"
    return None if -(2**63) <= value < 2**63 else "does not fit 64 bits"


def _port(value: Any) -> str | None:
    return None if type(value) is int and 0 <= value <= 65_535 else f"{value!r} is no port (0 to 65535)"


def _number(value: Any) -> str | None:
    return None if type(value) in (int, float) else f"must be a number, is {_type(value)}"


def _boolean(value: Any) -> str | None:
    return None if type(value) is bool else f"must be true or false, is {_type(value)}"


def _time(value: Any) -> str | None:
    if type(value) is str and _TIME.fullmatch(value):
        return None
    return f"{value!r} is not like 2026-11-24T01:02:03.000000Z"


def _address(value: Any) -> str | None:
    return _address_fault(value) if type(value) is str else f"must be an address, is {_type(value)}"


@lru_cache(maxsize=65_536)
def _address_fault(text: str) -> str | None:
    family = AF_INET6 if ":" in text else AF_INET
    try:
        plain = inet_ntop(family, inet_pton(family, text))
    except (OSError, ValueError):
        return f"{text[:64]!r} is no address"
    if plain.startswith("::ffff:") and "." in plain:
        return f"{text!r} must be written {plain.removeprefix('::ffff:')}"
    return None if plain == text else f"{text!r} must be written {plain}"


def _type(value: Any) -> str:
    if value is None:
        return "null (leave the field out)"
    return type(value).__name__
