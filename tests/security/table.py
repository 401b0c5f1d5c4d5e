"""The access table as data, and the application's real route list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI

FILE = Path(__file__).parent / "access.yml"
NAME = re.compile(r"\{(\w+)(?::\w+)?\}")
IMPLIED = frozenset({"HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Row:
    """One route, who may use it, and what else is needed."""

    method: str
    path: str
    group: str
    roles: frozenset[str]
    flags: frozenset[str]
    body: dict[str, Any]

    @property
    def open(self) -> bool:
        return self.group == "everybody"

    @property
    def keys(self) -> frozenset[str]:
        """Scopes of keys; any one of them opens it."""
        return frozenset(flag.removeprefix("key=") for flag in self.flags if flag.startswith("key="))

    @property
    def api(self) -> bool:
        return self.path.startswith(("/api/", "/ioc/"))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(NAME.findall(self.path))

    def address(self, values: dict[str, str]) -> str:
        return NAME.sub(lambda found: values[found[1]], self.path)


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file."""

    rows: tuple[Row, ...]
    objects: dict[str, str]
    words: dict[str, str]


def read() -> Table:
    raw: dict[str, Any] = yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader)
    rows = []
    for group, lines in raw["routes"].items():
        for line in lines or ():
            method, path, *flags = line.split()
            body = raw["bodies"].get(f"{method} {path}", {})
            rows.append(Row(method, path, group, frozenset(raw["groups"][group]), frozenset(flags), body))
    return Table(tuple(rows), raw["objects"], raw["words"])


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """(method, path) of every route that answers."""
    found = set()
    for route in _walk(app.router.routes):
        for method in set(getattr(route, "methods", None) or {"GET"}) - IMPLIED:
            found.add((method, route.path))
    return found


def _walk(some: Any) -> Iterator[Any]:
    for route in some:
        # FastAPI keeps an included router as one entry; its routes are made when first asked for.
        if hasattr(route, "effective_candidates"):
            yield from _walk(route.effective_candidates())
            yield from _walk(route.effective_low_priority_routes())
        else:
            yield route
