"""The token of a page: where the last hit stood."""

from __future__ import annotations

import re

from soc.errors import StoreError

_FORM = re.compile(r"(-?\d{1,18})\.(.{1,200})", re.DOTALL)


def token(at_us: int, event_id: str) -> str:
    return f"{at_us}.{event_id}"


def place(text: str | None) -> tuple[int, str] | None:
    """(time in µs, id) of a token; None for the first page."""
    if text is None:
        return None
    found = _FORM.fullmatch(text)
    if found is None:
        raise StoreError(f"'{text[:60]}' is no token of a page - begin at the first page", code="SOC-1513")
    return int(found[1]), found[2]
