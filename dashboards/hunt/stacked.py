"""Groups as a table: each with its share of machines and units, and the question that it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboards.hunt.asked import Asked, leaf, with_term
from dashboards.hunt.rows import entity_href
from soc.store import Stack


@dataclass(frozen=True, slots=True)
class GroupRow:
    """`values`: (field, text or None for absent, entity page). Shares are from 0 to 1; None when nothing to share."""

    values: tuple[tuple[str, str | None, str], ...]
    events: int
    hosts: int
    host_share: float | None
    units: int
    unit_share: float | None
    first: datetime
    last: datetime
    href: str


@dataclass(frozen=True, slots=True)
class Groups:
    """`more`: groups that are not shown."""

    fields: tuple[str, ...]
    rows: tuple[GroupRow, ...]
    total: int
    more: int
    hosts: int
    units: int
    turned: str


def groups(stack: Stack, asked: Asked, now: datetime) -> Groups:
    fields = asked.grouped
    made = tuple(
        GroupRow(
            tuple(
                (name, value, entity_href(name, value) if value is not None else "")
                for name, value in zip(fields, row.values, strict=True)
            ),
            row.events,
            row.hosts,
            row.hosts / stack.hosts if stack.hosts else None,
            row.units,
            row.units / stack.units if stack.units else None,
            row.first,
            row.last,
            _href(asked, fields, row.values, now),
        )
        for row in stack.rows
    )
    turned = asked.href(common=not asked.common)
    return Groups(fields, made, stack.groups, stack.groups - len(made), stack.hosts, stack.units, turned)


def _href(asked: Asked, fields: tuple[str, ...], values: tuple[str | None, ...], now: datetime) -> str:
    """The events of one group; '' when a value cannot be asked for."""
    text = asked.q
    for name, value in zip(fields, values, strict=True):
        term = f"not {name}:*" if value is None else leaf(name, value)
        if term is None:
            return ""
        text = with_term(text, term, now)
    return asked.href(q=text, by="")
