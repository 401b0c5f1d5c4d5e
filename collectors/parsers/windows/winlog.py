"""What every road carries of one Windows event, before it becomes a flat event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]

LEVELS = {"0": "information", "1": "critical", "2": "error", "3": "warning", "4": "information", "5": "verbose"}
LEVEL_NUMBERS = {"critical": "1", "error": "2", "warning": "3", "information": "4", "info": "4", "verbose": "5"}
AUDIT_FAILURE = 0x0010_0000_0000_0000
AUDIT_SUCCESS = 0x0020_0000_0000_0000
_WORDS = {"audit failure": AUDIT_FAILURE, "audit success": AUDIT_SUCCESS}
_RESERVED = 0x8000_0000_0000_0000


@dataclass(slots=True)
class Winlog:
    """All texts as written. `time`: as written too, with `near`, another time of the record that has a zone.
    `data` and `user_data`: names -> text or None."""

    channel: str = ""
    provider: str = ""
    number: str = ""
    computer: str = ""
    record_id: str = ""
    time: str = ""
    near: str = ""
    guid: str = ""
    level: str = ""
    version: str = ""
    task: str = ""
    opcode: str = ""
    keywords: str = ""
    process: str = ""
    thread: str = ""
    activity: str = ""
    related_activity: str = ""
    user_id: str = ""
    message: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    user_data: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    quality: list[str] = field(default_factory=list)


def text(value: Any) -> Any:
    """A value as Windows writes it; None stays None, lists stay lists of text."""
    if value is None or type(value) is str:
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if isinstance(value, list):
        return [text(item) for item in value]
    return repr(value)


def word(value: Any) -> str:
    """A header value as text, '' for nothing."""
    return "" if value is None else str(text(value))


def keywords(value: Any) -> str:
    """Keywords as hex text: EVTX and XML write hex, NXLog a signed number, Winlogbeat words."""
    if isinstance(value, int):
        return hex(value & 0xFFFF_FFFF_FFFF_FFFF)
    if isinstance(value, list):
        bits = 0
        for item in value:
            bits |= _WORDS.get(str(item).lower(), 0)
        return hex(bits | _RESERVED) if bits else ""
    return word(value)


def level(value: Any) -> str:
    """The level as a digit, from digit or word."""
    written = word(value)
    return LEVEL_NUMBERS.get(written.lower(), written)


def numbered(data: dict[str, Any], values: Any) -> None:
    """Unnamed data elements become param1, param2, ... after those there are."""
    number = 1
    for value in values if isinstance(values, list) else [values]:
        while f"param{number}" in data:
            number += 1
        data[f"param{number}"] = text(value)


def one_of(document: Document, *names: str) -> Any:
    """The first of these that is there and not null."""
    return next((document[name] for name in names if document.get(name) is not None), None)
