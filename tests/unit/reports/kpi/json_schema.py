"""As much of JSON Schema 2020-12 as the contract uses, so that the published file is tested by a reader of its own."""

from __future__ import annotations

import re
from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {"object": dict, "array": list, "string": str, "null": type(None)}


def is_valid(value: Any, schema: dict[str, Any]) -> bool:
    """Raises KeyError for a keyword that it does not know."""
    return all(KEYWORDS[name](value, schema, argument) for name, argument in schema.items() if name not in IGNORED)


IGNORED = frozenset({"$schema", "$id", "title", "description", "format"})


def _type(value: Any, _: Any, name: str) -> bool:
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def _properties(value: Any, _: Any, known: dict[str, Any]) -> bool:
    return not isinstance(value, dict) or all(is_valid(value[name], known[name]) for name in known if name in value)


def _others(value: Any, schema: dict[str, Any], other: dict[str, Any]) -> bool:
    known = schema.get("properties", {})
    return not isinstance(value, dict) or all(is_valid(one, other) for name, one in value.items() if name not in known)


KEYWORDS: dict[str, Any] = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _others,
    "propertyNames": lambda value, _, names: not isinstance(value, dict) or all(is_valid(one, names) for one in value),
    "required": lambda value, _, names: not isinstance(value, dict) or all(name in value for name in names),
    "anyOf": lambda value, _, some: any(is_valid(value, one) for one in some),
    "const": lambda value, _, wanted: value == wanted,
    "enum": lambda value, _, wanted: value in wanted,
    "pattern": lambda value, _, form: not isinstance(value, str) or re.search(form, value) is not None,
    "maxLength": lambda value, _, most: not isinstance(value, str) or len(value) <= most,
    "minimum": lambda value, _, least: not isinstance(value, int) or value >= least,
    "maximum": lambda value, _, most: not isinstance(value, int) or value <= most,
    "minItems": lambda value, _, least: not isinstance(value, list) or len(value) >= least,
    "maxItems": lambda value, _, most: not isinstance(value, list) or len(value) <= most,
    "maxProperties": lambda value, _, most: not isinstance(value, dict) or len(value) <= most,
    "items": lambda value, _, one: not isinstance(value, list) or all(is_valid(item, one) for item in value),
}
