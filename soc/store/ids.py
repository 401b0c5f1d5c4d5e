"""Folding by id: which lines of a batch are new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from soc.event import decode

_KEY = b'"event.id":"'


def id_of(line: bytes) -> str:
    """The event's id. Inside a text the quotes of the key would carry backslashes, so the first find is the key."""
    start = line.find(_KEY)
    end = line.find(b'"', start + len(_KEY)) if start >= 0 else -1
    return line[start + len(_KEY) : end].decode() if end > 0 else str(decode(line).get("event.id", ""))


def new_lines(lines: Sequence[bytes], stored: Callable[[Sequence[str]], Collection[str]]) -> list[bytes]:
    """The first line of each id that is not stored yet, in order."""
    by_id: dict[str, bytes] = {}
    for line in lines:
        by_id.setdefault(id_of(line), line)
    known = stored(list(by_id))
    return [line for event_id, line in by_id.items() if event_id not in known]
