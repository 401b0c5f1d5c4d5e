"""What is learned of sources: rhythm, quiet times, clocks, who looks after them, and the fields they send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from soc.access import Scope
from soc.rhythm import Rhythm
from soc.state.accounting import Fate
from soc.state.scoped import within
from soc.state.tables.sources import source_count
from soc.state.tables.watch import route_seen, source_care, source_clock, source_gap, source_rhythm
from soc.state.upsert import chunks, upsert


@dataclass(frozen=True, slots=True)
class Learned:
    """A source's rhythm as it was last worked out. `gap` and `silent_after` hold for its last record.
    `silent_since`: the last record before the silence that goes on, None when it is heard."""

    source: str
    unit: str
    at: datetime
    rhythm: Rhythm
    gap: timedelta
    silent_after: timedelta
    silent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockSkew:
    """How far a clock stood behind (positive) or ahead, by so many live events."""

    at: datetime
    skew: timedelta
    events: int


@dataclass(frozen=True, slots=True)
class Care:
    """Who answers for a source, and the system level (1 to 5) of what it watches."""

    owner: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class RouteSeen:
    """The fields that events of a route had in a unit, from one source, on one day."""

    source: str
    unit: str
    route: str
    day: date
    fields: frozenset[str]


class Watch:
    """Small tables that the watch writes and pages read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def received(self, sources: Sequence[str], since: datetime, scope: Scope) -> dict[str, dict[datetime, int]]:
        """Source -> hour -> records received."""
        statement = select(source_count.c.source_id, source_count.c.hour, func.sum(source_count.c.n))
        statement = statement.where(
            source_count.c.source_id.in_(sources),
            source_count.c.hour >= since,
            source_count.c.fate == Fate.RECEIVED.value,
            within(scope, source_count.c.unit_id),
        )
        found: dict[str, dict[datetime, int]] = {name: {} for name in sources}
        for name, hour, n in self._connection.execute(
            statement.group_by(source_count.c.source_id, source_count.c.hour)
        ):
            found[name][hour] = n
        return found

    def heard(self, sources: Sequence[str], since: datetime, until: datetime, scope: Scope) -> dict[str, set[datetime]]:
        """Source -> hours in which it had an event of that time that could be parsed."""
        found: dict[str, set[datetime]] = {name: set() for name in sources}
        for some in chunks(sources):
            statement = select(source_count.c.source_id, source_count.c.hour).where(
                source_count.c.source_id.in_(some),
                source_count.c.hour >= since,
                source_count.c.hour < until,
                source_count.c.fate == Fate.HEARD.value,
                within(scope, source_count.c.unit_id),
            )
            for name, hour in self._connection.execute(statement):
                found[name].add(hour)
        return found

    def first_heard(self, scope: Scope) -> datetime | None:
        """The hour of the oldest live event that could be parsed."""
        statement = select(func.min(source_count.c.hour)).where(
            source_count.c.fate == Fate.HEARD.value, within(scope, source_count.c.unit_id)
        )
        first: datetime | None = self._connection.scalar(statement)
        return first

    def counted(self, sources: Sequence[str], scope: Scope) -> frozenset[str]:
        """Which of these have records in the books."""
        found: set[str] = set()
        for some in chunks(sources):
            statement = select(source_count.c.source_id).distinct()
            statement = statement.where(source_count.c.source_id.in_(some), within(scope, source_count.c.unit_id))
            found.update(self._connection.scalars(statement))
        return frozenset(found)

    def learned(self, scope: Scope) -> dict[str, Learned]:
        rows = self._connection.execute(select(source_rhythm).where(within(scope, source_rhythm.c.unit_id)))
        return {row.source_id: _learned(row) for row in rows}

    def learn(self, rows: Iterable[Learned]) -> None:
        names = ("unit_id", "learned_at", "days", "profile", "need", "gap", "silent_after", "silent_since")
        upsert(self._connection, source_rhythm, [_rhythm_row(row) for row in rows], update=names)

    def gaps(self, sources: Sequence[str], since: datetime, scope: Scope) -> dict[str, dict[datetime, timedelta]]:
        """Source -> hour -> the longest quiet that was seen in it."""
        statement = select(source_gap).where(
            source_gap.c.source_id.in_(sources), source_gap.c.hour >= since, within(scope, source_gap.c.unit_id)
        )
        found: dict[str, dict[datetime, timedelta]] = {name: {} for name in sources}
        for row in self._connection.execute(statement):
            found[row.source_id][row.hour] = timedelta(seconds=row.seconds)
        return found

    def note_gaps(self, hour: datetime, gaps: Mapping[str, tuple[str, timedelta]]) -> None:
        """Source -> (unit, the longest quiet of this hour so far)."""
        rows = [
            {"source_id": name, "hour": hour, "unit_id": unit, "seconds": round(gap.total_seconds())}
            for name, (unit, gap) in gaps.items()
        ]
        upsert(self._connection, source_gap, rows, update=("unit_id", "seconds"))

    def forget(self, before: datetime) -> None:
        """Gaps and seen fields from before then."""
        self._connection.execute(delete(source_gap).where(source_gap.c.hour < before))
        self._connection.execute(delete(route_seen).where(route_seen.c.day < before.date()))

    def clocks(self, scope: Scope) -> dict[str, ClockSkew]:
        rows = self._connection.execute(select(source_clock).where(within(scope, source_clock.c.unit_id)))
        return {row.source_id: ClockSkew(row.at, timedelta(milliseconds=row.skew), row.events) for row in rows}

    def note_clocks(self, clocks: Mapping[str, tuple[str, ClockSkew]]) -> None:
        """Source -> (unit, how its clock stands)."""
        rows = [
            {"source_id": name, "unit_id": unit, "at": clock.at, "skew": _millis(clock.skew), "events": clock.events}
            for name, (unit, clock) in clocks.items()
        ]
        upsert(self._connection, source_clock, rows, update=("unit_id", "at", "skew", "events"))

    def care(self, scope: Scope) -> dict[str, Care]:
        rows = self._connection.execute(select(source_care).where(within(scope, source_care.c.unit_id)))
        return {row.source_id: Care(row.owner, row.level) for row in rows}

    def take_care(self, source: str, unit: str, care: Care) -> None:
        row = {"source_id": source, "unit_id": unit, "owner": care.owner, "level": care.level}
        upsert(self._connection, source_care, [row], update=("unit_id", "owner", "level"))

    def routes(self, since: date, scope: Scope) -> tuple[RouteSeen, ...]:
        """What was seen since that day."""
        statement = select(route_seen).where(route_seen.c.day >= since, within(scope, route_seen.c.unit_id))
        return tuple(
            RouteSeen(row.source_id, row.unit_id, row.route, row.day, frozenset(row.fields))
            for row in self._connection.execute(statement)
        )

    def note_routes(self, rows: Iterable[RouteSeen]) -> None:
        """The whole set of a day each: it only grows."""
        values = [
            {"source_id": row.source, "unit_id": row.unit, "route": row.route, "day": row.day}
            | {"fields": sorted(row.fields)}
            for row in rows
        ]
        upsert(self._connection, route_seen, values, update=("fields",))


def _rhythm_row(row: Learned) -> dict[str, Any]:
    return {
        "source_id": row.source,
        "unit_id": row.unit,
        "learned_at": row.at,
        "days": row.rhythm.days,
        "profile": [round(rate, 3) for rate in row.rhythm.profile],
        "need": round(row.rhythm.need * 1_000),
        "gap": round(row.gap.total_seconds()),
        "silent_after": round(row.silent_after.total_seconds()),
        "silent_since": row.silent_since,
    }


def _learned(row: Any) -> Learned:
    return Learned(
        source=row.source_id,
        unit=row.unit_id,
        at=row.learned_at,
        rhythm=Rhythm(row.days, tuple(row.profile), row.need / 1_000),
        gap=timedelta(seconds=row.gap),
        silent_after=timedelta(seconds=row.silent_after),
        silent_since=row.silent_since,
    )


def _millis(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)
