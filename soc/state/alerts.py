"""Alerts: found by fingerprint for the grouping, raised, grown by hits, changed by events only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from soc.access import Scope
from soc.alert import SYSTEM_ACTOR, Action, Actor, Alert, AlertEvent, Level, Status
from soc.errors import NotFound
from soc.limits import DEFAULT, LimitRules
from soc.masking import mask_text, seen_alert
from soc.state.cards import keep_cards, load_cards
from soc.state.entities import AlertEntities
from soc.state.life import Life, replay
from soc.state.numbers import next_number
from soc.state.ordering import Ordering
from soc.state.rows import alert_of, alert_row, event_of, grouping_row, life_row, pairs, place_row
from soc.state.scoped import within
from soc.state.tables.alerts import alert, alert_event
from soc.state.tables.pipeline import alert_hit
from soc.state.upsert import chunks


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to be written in an alert's history."""

    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    note: str = ""


class Alerts:
    """The rows that people work on. Lists and counts are in `queue.py`."""

    def __init__(self, connection: Connection, limits: LimitRules = DEFAULT) -> None:
        self._connection = connection
        self._limits = limits
        self._order = Ordering(connection, limits)

    def get(self, alert_id: str, scope: Scope) -> Alert:
        """Raises NotFound, also for one outside the scope."""
        statement = select(alert).where(alert.c.id == alert_id, within(scope, alert.c.unit_id))
        for found in self._values(statement):
            return seen_alert(found, scope)
        raise NotFound

    def by_number(self, number: int, scope: Scope) -> Alert:
        """The alert that people call CB-000017."""
        statement = select(alert).where(alert.c.number == number, within(scope, alert.c.unit_id))
        for found in self._values(statement):
            return seen_alert(found, scope)
        raise NotFound

    def of_hit(self, hit_id: str, fingerprint: str, scope: Scope) -> Alert | None:
        """The alert that a hit has joined; the fingerprint, which is the hit's own, finds it without a scan."""
        joined = select(alert).join(alert_hit, alert_hit.c.alert_id == alert.c.id)
        ours = (alert.c.fingerprint == fingerprint, alert_hit.c.hit_id == hit_id, within(scope, alert.c.unit_id))
        return next(iter(self._values(joined.where(*ours))), None)

    def latest_by_fingerprint(self, fingerprints: Iterable[str], scope: Scope) -> dict[str, Alert]:
        """The youngest alert of each fingerprint, open or closed."""
        found: dict[str, Alert] = {}
        for some in chunks(fingerprints):
            youngest = select(func.max(alert.c.number)).where(alert.c.fingerprint.in_(some))
            youngest = youngest.where(within(scope, alert.c.unit_id)).group_by(alert.c.fingerprint)
            found |= {one.fingerprint: one for one in self._values(select(alert).where(alert.c.number.in_(youngest)))}
        return found

    def generations(self, fingerprints: Iterable[str], scope: Scope) -> dict[str, int]:
        """How many alerts each fingerprint has had; an alert's id is a hash of both (sigma-engine.md 6)."""
        found: dict[str, int] = {}
        for some in chunks(fingerprints):
            statement = select(alert.c.fingerprint, func.count()).where(alert.c.fingerprint.in_(some))
            statement = statement.where(within(scope, alert.c.unit_id)).group_by(alert.c.fingerprint)
            found |= {row[0]: row[1] for row in self._connection.execute(statement)}
        return found

    def insert(
        self, raised: Sequence[Alert], *, at: datetime, by: Actor = SYSTEM_ACTOR, request_id: str = ""
    ) -> tuple[Alert, ...]:
        """Raises alerts: gives them their numbers and the first line of their history."""
        if not raised:
            return ()
        first = next_number(self._connection, "alert", len(raised))
        numbered = [replace(one, number=first + index, revision=1) for index, one in enumerate(raised)]
        ready = self._order.raised([self._limits.put_on(one) for one in numbered], at)
        keys = keep_cards(self._connection, (one.rule for one in ready))
        rows = [alert_row(one, keys[one.rule], self._order.due(one)) for one in ready]
        self._connection.execute(insert(alert), rows)
        AlertEntities(self._connection).enter((one, one.entities) for one in ready)
        rows = [_event_row(one, _raised(one), by=by, at=at, request_id=request_id) for one in ready]
        self._connection.execute(insert(alert_event), rows)
        return ready

    def grow(self, grown: Sequence[Alert], *, at: datetime) -> tuple[Alert, ...]:
        """Hits joined: writes count, times, entities, samples, level. Of these only a new level is an event."""
        keys = keep_cards(self._connection, (one.rule for one in grown))
        before = self._before(one.id for one in grown)
        AlertEntities(self._connection).enter(
            (one, [pair for pair in one.entities if pair not in before[one.id][1]]) for one in grown
        )
        written = []
        for one in grown:
            values = grouping_row(one, keys[one.rule])
            old, known = before[one.id]
            if old is not one.level or len(known) != len(one.entities):
                one = self._order.grown(one, at)
                values |= place_row(one, at)
            self._connection.execute(update(alert).where(alert.c.id == one.id).values(values))
            if old is not one.level:
                entry = Entry("level", {"level": old}, {"level": one.level})
                one = self.record(one, [entry], by=SYSTEM_ACTOR, at=at, request_id="")
            written.append(one)
        return tuple(written)

    def record(self, changed: Alert, entries: Sequence[Entry], *, by: Actor, at: datetime, request_id: str) -> Alert:
        """Writes lines of history and the row that they lead to; the one way by which a life changes."""
        return self.record_many([(changed, entries)], by=by, at=at, request_id=request_id)[0]

    def record_many(
        self, changes: Sequence[tuple[Alert, Sequence[Entry]]], *, by: Actor, at: datetime, request_id: str
    ) -> tuple[Alert, ...]:
        """The same for several alerts, in two statements."""
        if not changes:
            return ()
        lines = ((changed, entry) for changed, entries in changes for entry in entries)
        rows = [_event_row(changed, entry, by=by, at=at, request_id=request_id) for changed, entry in lines]
        self._connection.execute(insert(alert_event), rows)
        written = tuple(self._led(changed, entries, by, at) for changed, entries in changes)
        values = [life_row(one) | place_row(one, self._due(one)) for one in written]
        statement = update(alert).where(alert.c.id == bindparam("of_id"))
        statement = statement.values({name: bindparam(f"to_{name}") for name in values[0]})
        moved = [{f"to_{name}": value for name, value in row.items()} for row in values]
        self._connection.execute(statement, [{"of_id": one.id, **row} for one, row in zip(written, moved, strict=True)])
        return written

    def _led(self, changed: Alert, entries: Sequence[Entry], by: Actor, at: datetime) -> Alert:
        """What the lines have led to: revision, limits, place."""
        changed = replace(changed, revision=changed.revision + len(entries))
        for entry in entries:
            changed = self._timed(changed, entry, by, at)
        return self._order.moved(changed, at)

    def _due(self, one: Alert) -> datetime | None:
        return None if one.status is Status.CLOSED else self._order.due(one)

    def _timed(self, changed: Alert, entry: Entry, by: Actor, at: datetime) -> Alert:
        """What a line of history does to the limits."""
        if "status" not in entry.after:
            return changed
        question = entry.after.get("question")
        return self._limits.moved(
            changed,
            Status(entry.after["status"]),
            by=by,
            at=at,
            taken=entry.kind == Action.TAKE,
            deadline=question["deadline"] if question else None,
        )

    def history(self, alert_id: str, scope: Scope) -> tuple[AlertEvent, ...]:
        """Oldest first. Empty outside the scope."""
        statement = select(alert_event).where(alert_event.c.alert_id == alert_id, within(scope, alert_event.c.unit_id))
        rows = self._connection.execute(statement.order_by(alert_event.c.seq)).mappings()
        lines = tuple(event_of(row) for row in rows)
        return tuple(replace(line, note=mask_text(line.note)) for line in lines) if scope.hides_names else lines

    def rebuild(self, alert_id: str, scope: Scope) -> Life:
        """What the row must say, from its events alone."""
        events = self.history(alert_id, scope)
        if not events:
            raise NotFound
        return replay(events)

    def differences(self, scope: Scope) -> Iterator[str]:
        """The ids of alerts whose row is not what their events say; empty when all is well."""
        for row in self._connection.execute(select(alert.c.id).where(within(scope, alert.c.unit_id))).all():
            if Life.of(self.get(row.id, scope)) != self.rebuild(row.id, scope):
                yield row.id

    def _before(self, ids: Iterable[str]) -> dict[str, tuple[Level, frozenset[tuple[str, str]]]]:
        """Level and entities as they are stored."""
        found: dict[str, tuple[Level, frozenset[tuple[str, str]]]] = {}
        for some in chunks(ids):
            rows = self._connection.execute(
                select(alert.c.id, alert.c.level, alert.c.entities).where(alert.c.id.in_(some))
            )
            found |= {row.id: (row.level, frozenset(pairs(row.entities))) for row in rows}
        return found

    def _values(self, statement: Select[Any]) -> tuple[Alert, ...]:
        rows = self._connection.execute(statement).mappings().all()
        cards = load_cards(self._connection, (row["rule_key"] for row in rows))
        return tuple(alert_of(row, cards) for row in rows)


def _raised(one: Alert) -> Entry:
    after: dict[str, Any] = {"status": one.status, "level": one.level, "rule": one.rule.id, "previous": one.previous}
    after |= {"raised_at": one.raised_at, "first_event": one.first_event}
    return Entry("raised", {}, after)


def _event_row(one: Alert, entry: Entry, *, by: Actor, at: datetime, request_id: str) -> dict[str, Any]:
    return {
        "alert_id": one.id,
        "unit_id": one.unit,
        "at": at,
        "actor": by.id,
        "actor_kind": by.kind,
        "kind": entry.kind,
        "before": entry.before,
        "after": entry.after,
        "note": entry.note,
        "request_id": request_id,
    }
