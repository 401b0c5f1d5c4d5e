"""Events as rows and as a list of fields, ready for templates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from dashboards.hunt.asked import Asked, pivots
from dashboards.hunt.field_labels import FIELD_LABELS
from dashboards.shell import links
from soc.entity import kind_of
from soc.event import Event
from soc.query.values import moment, scalars, text_of

_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]{8,16}Z$")
VALUES_MOST = 20
RAW = "event.original"
FIRST = ("@timestamp", "event.dataset", "unit.id", "host.name", "user.name", "source.ip", "destination.ip", "message")


@dataclass(frozen=True, slots=True)
class Value:
    """`href`: its entity's page. `pivots`: what it leads to, each an address. `at`: the moment that it names."""

    text: str
    href: str
    pivots: dict[str, str]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of one event; `label` is empty for fields without a common name."""

    name: str
    label: str
    values: tuple[Value, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Row:
    """`cells`: (field, text, entity page) for each chosen column; None where the event has none."""

    id: str
    at: datetime | None
    href: str
    cells: tuple[tuple[str, str, str] | None, ...]


def rows(events: Iterable[Event], asked: Asked) -> list[Row]:
    back = urlencode({"back": asked.href(after=asked.after, sure=asked.sure)})
    return [
        Row(
            str(event.get("event.id", "")),
            moment(event.get("@timestamp")),
            f"/hunt/events/{quote(str(event.get('event.id', '')), safe='')}?{back}",
            tuple(_cell(event, name) for name in asked.columns),
        )
        for event in events
    ]


def field_lines(event: Event, asked: Asked, now: datetime) -> list[FieldLine]:
    """What people look for first, then the others by name; the raw line stands apart."""
    names = [*(name for name in FIRST if name in event), *sorted(event.keys() - {*FIRST, RAW})]
    return [line for name in names if (line := _line(event, name, asked, now)) is not None]


def entity_href(name: str, value: str) -> str:
    """The page of the thing that a field names; '' for a field that names none, or a value too long for an address."""
    kind = kind_of(name)
    return links.entity(kind, value) if kind is not None and 0 < len(value) <= 256 else ""


def _line(event: Event, name: str, asked: Asked, now: datetime) -> FieldLine | None:
    texts = [text_of(value) for value in scalars(event, name)] or _map_text(event.get(name))
    if not texts:
        return None
    made = (
        Value(text, entity_href(name, text), pivots(asked, name, text, now), _moment(text))
        for text in texts[:VALUES_MOST]
    )
    return FieldLine(name, FIELD_LABELS.get(name, ""), tuple(made), max(0, len(texts) - VALUES_MOST))


def _moment(text: str) -> datetime | None:
    """Only whole times with their zone: a year alone is a number."""
    return moment(text) if _TIME.match(text) else None


def _map_text(value: Any) -> list[str]:
    """What a query cannot ask (maps, lists of lists) is still shown."""
    return [] if value is None or value == [] else [str(value)]


def _cell(event: Event, name: str) -> tuple[str, str, str] | None:
    texts = [text_of(value) for value in scalars(event, name)]
    if not texts:
        return None
    return name, ", ".join(texts[:3]), entity_href(name, texts[0]) if len(texts) == 1 else ""
