"""Incidents as rows, and their history, from which each can be made again as it was known at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from soc.access import Scope
from soc.alert import Actor, ActorKind
from soc.errors import NotFound
from soc.incident import Incident, State
from soc.state.numbers import next_number
from soc.state.scoped import within
from soc.state.tables.incidents import incident, incident_event

NUMBERS = "incident"
OPEN = "open"  # the first line of a history


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """One line of an incident's history; never changed, never deleted."""

    seq: int
    incident: str
    at: datetime
    actor: str
    actor_kind: ActorKind
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    note: str
    request_id: str


class Incidents:
    """What may be done stands in soc/incident.py; soc/state/incident_acts.py does it, with the audit entry."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, draft: Incident, scope: Scope, *, by: Actor, at: datetime, request_id: str = "") -> Incident:
        """Gives it its number and first line of history. Raises NotFound when the scope does not see its unit."""
        if not scope.sees(draft.unit):
            raise NotFound
        number = next_number(self._connection, NUMBERS)
        made = replace(draft, number=number, revision=1)
        self._connection.execute(insert(incident), _row(made))
        self._tell(made, OPEN, {}, _record(made), "", by=by, at=at, request_id=request_id)
        return made

    def get(self, incident_id: str, scope: Scope) -> Incident:
        """Raises NotFound, also outside the scope."""
        mine = (incident.c.id == incident_id, within(scope, incident.c.unit_id))
        record = self._connection.scalar(select(incident.c.record).where(*mine))
        if record is None:
            raise NotFound
        return msgspec.convert(record, Incident)

    def all(self, scope: Scope, *, states: Iterable[State] = ()) -> tuple[Incident, ...]:
        """The newest detection first."""
        statement = select(incident.c.record).where(within(scope, incident.c.unit_id))
        if wanted := tuple(states):
            statement = statement.where(incident.c.state.in_(wanted))
        order = (incident.c.t0.desc(), incident.c.number.desc())
        return tuple(msgspec.convert(one, Incident) for one in self._connection.scalars(statement.order_by(*order)))

    def detected(self, unit: str, t0: datetime, scope: Scope) -> tuple[Incident, ...]:
        """Those of a unit with that very time of detection."""
        mine = (incident.c.unit_id == unit, incident.c.t0 == t0, within(scope, incident.c.unit_id))
        rows = self._connection.scalars(select(incident.c.record).where(*mine).order_by(incident.c.number))
        return tuple(msgspec.convert(one, Incident) for one in rows)

    def of_alert(self, alert_id: str, scope: Scope) -> tuple[Incident, ...]:
        """The incidents that an alert was made part of."""
        return tuple(one for one in self.all(scope) if alert_id in one.alerts)

    def as_of(self, scope: Scope, at: datetime) -> tuple[Incident, ...]:
        """Every incident as it was known at that moment, by number."""
        statement = select(incident_event.c.incident_id, incident_event.c.after).where(
            incident_event.c.at <= at, within(scope, incident_event.c.unit_id)
        )
        known: dict[str, dict[str, Any]] = {}
        for row in self._connection.execute(statement.order_by(incident_event.c.seq)):
            known.setdefault(row.incident_id, {}).update(row.after)
        made = (msgspec.convert(one, Incident) for one in known.values())
        return tuple(sorted(made, key=lambda one: one.number))

    def history(self, incident_id: str, scope: Scope) -> tuple[IncidentEvent, ...]:
        """Oldest first."""
        mine = (incident_event.c.incident_id == incident_id, within(scope, incident_event.c.unit_id))
        rows = self._connection.execute(select(incident_event).where(*mine).order_by(incident_event.c.seq))
        return tuple(
            IncidentEvent(incident=row.incident_id, **{name: getattr(row, name) for name in _TOLD}) for row in rows
        )

    def record(
        self, old: Incident, new: Incident, scope: Scope, kind: str, note: str, *, by: Actor, at: datetime,
        request_id: str = "",
    ) -> Incident:  # fmt: skip
        """Writes the change and its line of history; the caller has read `old` in this transaction."""
        if not scope.sees(old.unit):
            raise NotFound
        written = replace(new, revision=old.revision + 1)
        self._connection.execute(update(incident).where(incident.c.id == old.id).values(_row(written)))
        before, after = changes(old, written)
        self._tell(written, kind, before, after, note, by=by, at=at, request_id=request_id)
        return written

    def _tell(
        self, of: Incident, kind: str, before: Mapping[str, Any], after: Mapping[str, Any], note: str, *, by: Actor,
        at: datetime, request_id: str,
    ) -> None:  # fmt: skip
        line = {"incident_id": of.id, "unit_id": of.unit, "at": at, "actor": by.id, "actor_kind": by.kind}
        line |= {"kind": kind, "before": before, "after": after, "note": note, "request_id": request_id}
        self._connection.execute(insert(incident_event), line)


_TOLD = ("seq", "at", "actor", "actor_kind", "kind", "before", "after", "note", "request_id")
_COLUMNS = ("id", "number", "state", "category", "severity", "t0", "confirmed_at", "contained_at", "closed_at")


def changes(old: Incident, new: Incident) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, before and after."""
    before, after = _record(old), _record(new)
    changed = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def _record(one: Incident) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.to_builtins(one)
    return made


def _row(one: Incident) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(one, name) for name in _COLUMNS}
    return row | {"unit_id": one.unit, "revision": one.revision, "record": _record(one)}
