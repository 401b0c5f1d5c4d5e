"""Patterns of mapping files: stdlib `re`, linear by form and by measure (collectors.md 2.2).

No look-around, no back-reference, no unbounded repeat inside an unbounded repeat unless possessive or atomic;
and each must get through hostile values of 64 KB in 50 ms.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from importlib import import_module
from time import process_time
from typing import Any

# The parse tree of a pattern has no public door, and type checkers differ on whether it has a private one.
codes: Any = import_module("re._constants")
parser: Any = import_module("re._parser")

HOSTILE_BYTES = (256, 1_024, 8_192, 65_536)  # small first: a cubic pattern would need hours for the last
LIMIT_SECONDS = 0.05
LONGEST = 2_000

_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
_LOOKS = (codes.ASSERT, codes.ASSERT_NOT, codes.GROUPREF, codes.GROUPREF_EXISTS)


def compiled(pattern: str, *, measure: bool = True) -> re.Pattern[str]:
    """The compiled pattern; ValueError says why it cannot be used. `measure` False: it was measured in our tests."""
    if len(pattern) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(pattern)
            ready = re.compile(pattern)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        raise ValueError(f"no regular expression: {error}") from error
    _check(tree, inside=False)
    if measure:
        _measure(ready, pattern)
    return ready


def _check(tree: Iterable[tuple[Any, Any]], *, inside: bool) -> None:
    """Raises on what could take more than linear time; `inside` an unbounded repeat that can give back."""
    for code, argument in tree:
        if code in _LOOKS:
            raise ValueError("look-around and back-references are not linear - match forward only")
        if code in _REPEATS:
            endless = argument[1] == codes.MAXREPEAT
            if endless and inside:
                raise ValueError("a repeat inside a repeat - write the inner one possessive (++ or *+)")
            _check(argument[2], inside=inside or endless)
        elif code is codes.POSSESSIVE_REPEAT:
            _check(argument[2], inside=False)
        elif code is codes.ATOMIC_GROUP:
            _check(argument, inside=False)
        elif code is codes.SUBPATTERN:
            _check(argument[3], inside=inside)
        elif code is codes.BRANCH:
            for branch in argument[1]:
                _check(branch, inside=inside)


def _measure(ready: re.Pattern[str], pattern: str) -> None:
    """Values made of the pattern's own literals are those that hurt most."""
    literals = re.findall(r"[A-Za-z0-9 ,:=/@.-]{1,12}", re.sub(r"\\.|\[[^\]]*\]|\(\?P<\w+>", "", pattern))
    units = ["a", "0", " ", "1.", "a ", "a,", ":", "=a", "/", "-", '"', "\\", *dict.fromkeys(literals)][:24]
    for size in HOSTILE_BYTES:
        for unit in units:
            value = (unit * (size // len(unit) + 1))[:size]
            for hostile in (value, value + "\n"):
                spent = _time(ready, hostile)
                if spent > LIMIT_SECONDS:
                    raise ValueError(f"took {spent * 1000:.0f} ms on {size} bytes of {unit!r} - anchor it with ^ and $")


def _time(ready: re.Pattern[str], text: str) -> float:
    start = process_time()
    ready.search(text)
    return process_time() - start
