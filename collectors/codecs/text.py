"""From the bytes of a record to its text."""

from __future__ import annotations

import codecs


def text_of(data: bytes) -> str:
    """The text without byte-order mark and line end; bytes that are not UTF-8 stay readable as \\xNN."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="backslashreplace").rstrip("\r\n\0")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="backslashreplace")
    return text.removeprefix("\ufeff").rstrip("\r\n\0")
