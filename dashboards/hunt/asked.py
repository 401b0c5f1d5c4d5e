"""What the address of the hunt page asks: text, time, units, columns, grouping. Every state is such an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from dashboards.access.viewer import Viewer
from dashboards.shell.i18n import N_
from soc.access import Right, Scope
from soc.errors import QueryFault, QuerySyntaxError
from soc.query import Query
from soc.query.ast import Node, Or
from soc.query.complete import written
from soc.query.dates import span
from soc.query.fields import is_known
from soc.query.parse import parse

PRESETS = (
    ("now-15m", N_("15 minutes")),
    ("now-1h", N_("1 hour")),
    ("now-24h", N_("24 hours")),
    ("now-7d", N_("7 days")),
    ("now-30d", N_("30 days")),
)
COLUMNS = ("event.dataset", "host.name", "user.name", "source.ip", "destination.ip", "message")
COLUMNS_MOST = 12
PIVOT_CHARACTERS = 500
LONGEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Asked:
    """As it stood in the address; nothing is checked yet."""

    q: str = ""
    since: str = "now-24h"
    until: str = "now"
    unit: str = ""
    cols: str = ""
    by: str = ""
    common: bool = False
    after: str = ""
    sure: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        chosen = tuple(name for name in dict.fromkeys(self.cols.split(",")) if is_known(name))
        return chosen[:COLUMNS_MOST] or COLUMNS

    @property
    def grouped(self) -> tuple[str, ...]:
        return tuple(name for name in dict.fromkeys(self.by.split(",")) if is_known(name))[:3]

    def href(self, path: str = "/hunt", **changes: Any) -> str:
        """The address of this question with `changes`; a changed question begins at its first page."""
        if changes:
            changes = {"after": "", "sure": False} | changes
        return f"{path}?{urlencode(replace(self, **changes).parameters())}"

    def parameters(self) -> dict[str, str]:
        """Question, time and units are always sent; the rest where it says something."""
        always = {"q": self.q, "since": self.since, "until": self.until, "unit": self.unit}
        flags = {name: "true" for name in ("common", "sure") if getattr(self, name)}
        return always | {name: getattr(self, name) for name in ("cols", "by", "after") if getattr(self, name)} | flags


@dataclass(frozen=True, slots=True)
class Reading:
    """The question as understood, or what is wrong with it: faults of the text, and of the fields by name."""

    asked: Asked
    query: Query | None
    faults: tuple[QueryFault, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)

    def ready(self) -> Query:
        if self.query is None:
            raise ValueError("a faulty question has no query")
        return self.query


def read(asked: Asked, viewer: Viewer, now: datetime) -> Reading:
    """All faults at once; nothing is guessed."""
    faults: tuple[QueryFault, ...] = ()
    node: Node | None = None
    try:
        node = parse(asked.q, now=now)
    except QuerySyntaxError as error:
        faults = error.faults
    times, wrong = window(asked, now)
    scope = scope_of(asked, viewer)
    if scope is None:
        wrong["unit"] = N_("This unit does not exist or is not one of yours.")
    if faults or wrong or times is None or scope is None:
        return Reading(asked, None, faults, wrong)
    return Reading(asked, Query(node, *times, scope))


def window(asked: Asked, now: datetime) -> tuple[tuple[datetime, datetime] | None, dict[str, str]]:
    """First instant and the one after the last; a day as `until` means its end."""
    low, high = span(asked.since.strip(), now), span(asked.until.strip(), now)
    wrong = {
        name: N_("Write a time like now-24h, 22/11/2026, 22/11/2026 14:03 or yesterday.")
        for name, found in (("since", low), ("until", high))
        if found is None
    }
    if low is None or high is None:
        return None, wrong
    since = low[0]
    until = high[1] + timedelta(microseconds=1) if high[0] != high[1] else high[1]
    if since >= until:
        return None, {"since": N_("The time ends before it begins.")}
    if until - since > LONGEST:
        return None, {"since": N_("At most ten years can be searched at once.")}
    return (since, until), {}


def scope_of(asked: Asked, viewer: Viewer) -> Scope | None:
    """The viewer's units, or those of them below the chosen one; None for a unit that is not the viewer's."""
    scope = viewer.scope(Right.READ_EVENTS)
    if not asked.unit:
        return scope
    if viewer.units.get(asked.unit) is None:
        return None
    below = frozenset(unit for unit in viewer.units.below(asked.unit) if scope.sees(unit))
    return Scope(below, scope.eyes) if below else None


def leaf(name: str, value: str) -> str | None:
    """`field:value`; None for a value too long to be asked."""
    return f"{name}:{written(value)}" if len(value) <= PIVOT_CHARACTERS and is_known(name) else None


def with_term(text: str, term: str, now: datetime) -> str:
    """The question narrowed by one more term, the person's own words untouched."""
    if not text.strip():
        return term
    try:
        whole = parse(text, now=now)
    except QuerySyntaxError:
        return term
    return f"({text.strip()}) and {term}" if isinstance(whole, Or) else f"{text.strip()} and {term}"


def pivots(asked: Asked, name: str, value: str, now: datetime) -> dict[str, str]:
    """What one value leads to: chỉ lấy, loại trừ, chỉ xem, nhóm theo."""
    term = leaf(name, value)
    if term is None:
        return {}
    return {
        "only": asked.href(q=with_term(asked.q, term, now), by=""),
        "without": asked.href(q=with_term(asked.q, f"not {term}", now), by=""),
        "alone": asked.href(q=term, by=""),
        "group": asked.href(by=name),
    }
