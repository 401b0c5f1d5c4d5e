"""JSON Schema 2020-12 of kpi-contract/1, made from the same tables as the reader; a file of the package holds it.

The schema says what a value looks like. What depends on catalogue, units and history is in the receipt's codes.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from reports.kpi.contract import GATEWAY, MOST_ITEMS, OBSERVATION, SCHEMA, SENDER, ULID_OR_UUID
from reports.kpi.fields import Moment, Words

ADDRESS = "/ioc/v1/schema/kpi-contract-1.json"
FILE = "kpi-contract-1.json"


def schema() -> dict[str, Any]:
    """Made anew from the tables."""
    observation = OBSERVATION.schema
    null = {"type": "null"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ADDRESS,
        "title": SCHEMA,
        "description": "A batch of observations. Unknown fields are ignored and named in the receipt.",
        "type": "object",
        "required": ["schema", "batch_id", "sent_at", "sender", "observations"],
        "properties": {
            "schema": {"const": SCHEMA},
            "batch_id": Words(80, ULID_OR_UUID).schema,
            "sent_at": Moment().schema,
            "sender": SENDER.schema,
            "gateway": {"anyOf": [GATEWAY.schema, null]},
            "observations": {"type": "array", "minItems": 1, "maxItems": MOST_ITEMS, "items": observation},
            "signature": {"anyOf": [{"type": "object"}, null]},
        },
    }


def text() -> bytes:
    """As it is published."""
    return orjson.dumps(schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


@cache
def shipped() -> bytes:
    """The file of the package."""
    return (files("reports.kpi") / FILE).read_bytes()
