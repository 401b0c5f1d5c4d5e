"""What `detect` notes beside its hits, since every event passes it once: which fields each source sends on which
route in which unit, how its clock stands, and what a rule costs. Written now and then, never in the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from correlator.clocks import SourceClock
from soc.access import SYSTEM, UNASSIGNED
from soc.event import EventView, instant
from soc.state.store import Tx
from soc.state.watch import RouteSeen

WRITE = timedelta(seconds=30)
COST = "rules.cost"
MOST_KEYS = 20_000
MOST_FIELDS = 2_000
"""A sender may invent names without end; what goes beyond is not noted, and rules lose no match by it."""

Key = tuple[str, str, str, date]


class Noted:
    """In memory between two writes; what a kill loses is noted again by the next events."""

    def __init__(self, tx: Tx, today: date) -> None:
        rows = tx.watch.routes(today, SYSTEM)
        self._fields: dict[Key, set[str]] = {
            (row.source, row.unit, row.route, row.day): set(row.fields) for row in rows
        }
        self._changed: set[Key] = set()
        self._clocks: dict[str, tuple[str, SourceClock]] = {}
        self._heard: set[str] = set()
        self._day = today
        self._written: datetime | None = None

    def note(self, event: EventView) -> None:
        """One event; the fields of an event are few names that hardly ever change."""
        source, unit = str(event.get("soc.source.id")), str(event.get("unit.id") or UNASSIGNED)
        key = (source, unit, str(event.get("soc.route")), self._day)
        known = self._fields.get(key)
        if known is None and len(self._fields) < MOST_KEYS:
            known = self._fields[key] = set()
        if known is not None and len(known) < MOST_FIELDS and not known.issuperset(event):
            known.update(event)
            self._changed.add(key)

    def clock(self, event: EventView, now: datetime) -> None:
        """How far the event's own time is from its receipt; of what arrives live, not of what is imported."""
        received, at = event.get("event.created"), event.get("@timestamp")
        if not isinstance(received, str) or not isinstance(at, str) or "receive" in str(event.get("soc.time.status")):
            return
        came = instant(received)
        if now - came < timedelta(hours=1) and not str(event.get("soc.raw.ref")).startswith("import"):
            source, unit = str(event.get("soc.source.id")), str(event.get("unit.id") or UNASSIGNED)
            if source not in self._clocks and len(self._clocks) >= MOST_KEYS:
                return
            self._clocks.setdefault(source, (unit, SourceClock()))[1].note(came, came - instant(at))
            self._heard.add(source)

    def due(self, now: datetime) -> bool:
        return self._written is None or not self._written <= now < self._written + WRITE

    def write(self, tx: Tx, now: datetime, cost: Mapping[str, Any]) -> None:
        """Everything new; the caller's transaction."""
        rows = [RouteSeen(*key, frozenset(self._fields[key])) for key in self._changed]
        tx.watch.note_routes(rows)
        found = {name: (self._clocks[name][0], self._clocks[name][1].skew(now)) for name in self._heard}
        tx.watch.note_clocks({name: (unit, skew) for name, (unit, skew) in found.items() if skew is not None})
        if cost:
            tx.facts.put(COST, cost, at=now)

    def done(self, now: datetime) -> None:
        """What was written is committed: a new day begins with empty sets."""
        self._written = now
        self._changed.clear()
        self._heard.clear()
        day = now.astimezone(UTC).date()
        if day != self._day:
            self._day, self._fields = day, {}
