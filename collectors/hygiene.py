"""Keys and values that no store trips over: key hygiene, NUL, NFC, length limits (collectors.md 2.1, 3.1, 3.3)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson

from soc.event import Event
from soc.fields.table import table

KEYWORD_BYTES = 32_000
EVENT_BYTES = 1_000_000
_SUSPECT = 6_000  # a byte can grow to `\\xNN` and the like: below this no value of a record reaches the limits

_WHOLE = frozenset({"message", "event.original", "error.message", "error.stack_trace"})  # text, not keywords


def clean(event: Event, data: bytes, quality: list[str]) -> None:
    """Mends keys, writes NUL as `\\x00`, and brings text outside the vendor trees to NFC."""
    for old, new in _renames(tuple(event)):
        if new:
            event[new] = event[old]
        del event[old]
        if "key_renamed" not in quality:
            quality.append("key_renamed")
    escaped = b"\\u" in data
    if b"\0" in data or (escaped and b"\\u0000" in data):
        _change(event, _without_nul, vendor=True)
    if escaped or not data.isascii():
        _change(event, _nfc, vendor=False)


def cut_long(event: Event, data: bytes, quality: list[str]) -> None:
    """Cuts keywords over 32,000 bytes outside the vendor trees, then whatever makes an event pass 1 MB."""
    if len(data) < _SUSPECT:
        return
    for name, value in event.items():
        if isinstance(value, str) and len(value) > KEYWORD_BYTES // 4 and not _is_free(name):
            packed = value.encode(errors="replace")
            if len(packed) > KEYWORD_BYTES:
                event[name] = packed[:KEYWORD_BYTES].decode(errors="ignore")
                quality.append("truncated_field")
    if len(data) > EVENT_BYTES // 8:
        _fit(event, quality)


def _fit(event: Event, quality: list[str]) -> None:
    """Shortens or drops the longest values until the event fits; the raw record keeps all of it."""
    over = len(orjson.dumps(event)) - EVENT_BYTES
    if over <= 0:
        return
    quality.append("truncated_event")
    for name in sorted(event, key=lambda name: -len(orjson.dumps(event[name]))):
        value = event[name]
        if isinstance(value, str):
            # An escaped character takes up to six bytes: halve until it is enough.
            while over > 0 and len(value) > 1_000:
                value = event[name] = value[: len(value) // 2]
                over = len(orjson.dumps(event)) - EVENT_BYTES
        else:
            del event[name]
            over = len(orjson.dumps(event)) - EVENT_BYTES
        if over <= 0:
            return


@lru_cache(maxsize=4_096)
def _renames(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(key, better key) of one shape of event; '' drops it. Shapes repeat, so this is looked up, not worked out."""
    found: list[tuple[str, str]] = []
    taken = set(keys)
    parents = {key[:place] for key in keys for place, char in enumerate(key) if char == "."}
    for key in keys:
        better = key if key.isprintable() else "".join(char if char.isprintable() else "_" for char in key)
        if better in parents:
            better += "._value"
        if better != key:
            found.append((key, "" if better in taken else better))
            taken.add(better)
    return tuple(found)


def _is_free(name: str) -> bool:
    return name in _WHOLE or name.partition(".")[0] in table().vendor_roots


def _change(event: Event, step: Callable[[str], str], *, vendor: bool) -> None:
    for name, value in event.items():
        if vendor or not _is_free(name) or name == "message":
            event[name] = _changed(value, step)


def _changed(value: Any, step: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return step(value)
    if isinstance(value, list):
        return [_changed(entry, step) for entry in value]
    if isinstance(value, dict):
        return {key: _changed(entry, step) for key, entry in value.items()}
    return value


def _nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _without_nul(text: str) -> str:
    return text.replace("\0", "\\x00") if "\0" in text else text
