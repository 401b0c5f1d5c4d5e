"""`time:` of a mapping file: where a line says when it happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collectors.mapping.document import WRONG_FORM, Node
from collectors.parser import Context
from collectors.times import FORMS, Moment
from collectors.zones import zone_of

Read = Callable[[Mapping[str, Any], Context], Moment | None]

WORDS = frozenset({"key", "keys", "form", "zone_key"})


def compile_time(nodes: list[Node]) -> Read:
    """The first entry that can be read wins."""
    readers = [_reader(node) for node in nodes]

    def read(keys: Mapping[str, Any], context: Context) -> Moment | None:
        for reader in readers:
            moment = reader(keys, context)
            if moment is not None:
                return moment
        return None

    return read


def _reader(node: Node) -> Read:
    entry = node.only("time", WORDS)
    names = entry["keys"].texts() if "keys" in entry else entry["key"].texts() if "key" in entry else ()
    if not names:
        node.faults.add(node.line, WRONG_FORM, "a time needs `key: NAME` or `keys: [NAME, NAME]`")
    form = entry["form"].one_of("form of time", list(FORMS)) if "form" in entry else "auto"
    parse = FORMS.get(form, FORMS["auto"])
    zone_key = entry["zone_key"].text() if "zone_key" in entry else ""

    def read(keys: Mapping[str, Any], context: Context) -> Moment | None:
        parts = [keys.get(name) for name in names]
        if None in parts:
            return None
        text = " ".join(map(str, parts))
        zone = zone_of(keys[zone_key]) if zone_key and type(keys.get(zone_key)) is str else None
        if zone is None:
            return parse(text, context)
        moment = parse(text, Context(context.received, zone, context.year))
        # The line names its zone, only in another key.
        return moment and Moment(moment.at, moment.status.replace("zone_assumed+", "").replace("zone_assumed", "exact"))

    return read
