"""Regular expressions: the part of PCRE2 that a linear-time engine can run, on RE2 (sigma-engine.md 1.6).

`regex_dialect.py` rewrites what RE2 spells or means differently; RE2 judges the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from correlator.language.regex_dialect import Reader, RegexError, UnsupportedRegexError

MAX_PATTERN = 8 * 1024
MAX_MEMORY = 8 * 1024 * 1024


def rewritten(pattern: str, flags: str = "") -> str:
    """The pattern in RE2's dialect with the flags (of `ims`) in front. Raises RegexError, UnsupportedRegexError."""
    if len(pattern.encode("utf-8", "replace")) > MAX_PATTERN:
        raise RegexError("the expression is longer than 8 KiB")
    piece = Reader(pattern, multiline="m" in flags).read()
    prefix = f"(?{''.join(sorted(set(flags)))})" if flags else ""
    text = prefix + piece.text
    compiled(text)
    return text


@lru_cache(maxsize=8_192)
def compiled(text: str) -> Any:
    """The RE2 program of a rewritten pattern."""
    import re2

    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    options.never_capture = True
    try:
        # Not re2.compile: its own cache holds only 128 programs.
        return re2._Regexp(text, options)
    except re2.error as error:
        raise _translated(error) from None


def _translated(error: Exception) -> Exception:
    detail = error.args[0] if error.args else error
    message = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
    if "repetition size" in message:
        return UnsupportedRegexError("regex-repetition")
    if "too large" in message:
        return RegexError("the expression needs more than 8 MiB of memory")
    return RegexError(message)


def finder(text: str) -> Callable[[str], bool]:
    """A test whether the expression is found anywhere in a value."""
    # Bytes go straight to RE2; the wrapper counts characters for text, which costs more than the search.
    search = compiled(text).search
    return lambda value: search(value.encode("utf-8", "replace")) is not None
