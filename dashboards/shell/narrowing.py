"""A list's filter as people see it: chips, each with its way out, and the selects to narrow it by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from dashboards.shell.render import translate

Pairs = tuple[tuple[str, str], ...]
START_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of the filter. `off`: the address without it."""

    label: str
    value: str
    off: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One select: its name, label, the word for "any", and value and word of each option."""

    name: str
    label: str
    first: str
    pairs: Pairs
    value: str = ""


def chips(request: Request, choices: Iterable[Choice], others: Iterable[tuple[str, str, str]]) -> Iterator[Chip]:
    """Of the selects that are set, then of `others`: name, label and value in the reader's language."""
    for each in choices:
        word = dict(each.pairs).get(each.value, each.value)
        if word:
            yield Chip(translate(request, each.label), word, address(request, without=each.name))
    for name, label, value in others:
        if value:
            yield Chip(translate(request, label), value, address(request, without=name))


def address(request: Request, *, without: str, **more: str) -> str:
    """This list with a part of its filter dropped, and from its beginning."""
    dropped = {without, "start", "done", *more}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in dropped and value]
    query = urlencode([*kept, *more.items()])
    return f"{request.url.path}?{query}" if query else request.url.path


def leaf(request: Request, shown: Sequence[Any], start: int, size: int) -> dict[str, Any]:
    """One page of a list for its template: `listed`, `found`, `begin`, and the addresses `earlier` and `later`."""
    begin = max(0, min(start, START_MOST))
    return {
        "listed": shown[begin : begin + size],
        "found": len(shown),
        "begin": begin,
        "earlier": address(request, without="", start=str(max(begin - size, 0))) if begin else "",
        "later": address(request, without="", start=str(begin + size)) if begin + size < len(shown) else "",
    }


def spoken(request: Request, pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Values with their words in the reader's language."""
    return tuple((str(value), translate(request, word)) for value, word in pairs)
