"""Observations on two time axes: every revision is kept, and any past view can be read again (ioc-hub.md 8).

`as_of` is known time. A held value counts from the moment at which its unit confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from soc.access import Scope
from soc.observation import Dimensions, Known, NaturalKey, Observation, Status
from soc.period import PeriodType
from soc.state.observation_rows import (
    KEY,
    SHOWN,
    Hold,
    Wanted,
    by_kpi,
    conditions,
    dimensions_text,
    hold_of,
    key_of,
    known_of,
    latest_row,
    rank,
    replaced_by,
    row_of,
    selected,
    shown,
    time_order,
)
from soc.state.scoped import within
from soc.state.tables.hub import HoldAnswer, observation, observation_hold, observation_latest
from soc.state.upsert import chunks, upsert


class Observations:
    """Methods of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, observations: Sequence[Observation], *, batch: str, sender: str, at: datetime) -> tuple[int, ...]:
        """Stores revisions that are accepted, in order; answers their positions. The caller has checked them."""
        seqs = self._insert(observations, batch=batch, sender=sender, at=at, held=False)
        self._renew(zip(observations, seqs, strict=True))
        return seqs

    def hold(
        self, one: Observation, codes: Sequence[str], *, batch: str, sender: str, at: datetime, confirm_before: datetime
    ) -> int:
        """Stores a revision that is not shown before its unit has confirmed it."""
        held = [(one, codes)]
        return self.hold_many(held, batch=batch, sender=sender, at=at, confirm_before=confirm_before)[0]

    def hold_many(
        self,
        some: Sequence[tuple[Observation, Sequence[str]]],
        *,
        batch: str,
        sender: str,
        at: datetime,
        confirm_before: datetime,
    ) -> tuple[int, ...]:
        """Each with the checks that held it."""
        seqs = self._insert([one for one, _ in some], batch=batch, sender=sender, at=at, held=True)
        rows = [
            {"seq": seq, "unit_id": one.key.unit, "codes": list(codes), "confirm_before": confirm_before}
            for seq, (one, codes) in zip(seqs, some, strict=True)
        ]
        if rows:
            self._connection.execute(insert(observation_hold), rows)
        return seqs

    def answer(self, seq: int, answer: HoldAnswer, scope: Scope, *, by: str, reason: str, at: datetime) -> Known | None:
        """The unit's answer to a held value; None when it is not held, not in the scope, or answered already."""
        changed = self._connection.execute(
            update(observation_hold)
            .where(
                observation_hold.c.seq == seq,
                observation_hold.c.answer.is_(None),
                within(scope, observation_hold.c.unit_id),
            )
            .values(answer=answer, answered_at=at, answered_by=by, reason=reason)
        )
        if not changed.rowcount:
            return None
        row = self._connection.execute(selected().where(observation.c.seq == seq)).one()
        known = known_of(row)
        if answer is HoldAnswer.CONFIRMED:
            self._renew([(known.observation, seq)])
        return known

    def held(self, scope: Scope, *, open_only: bool = True, limit: int = 500) -> tuple[Hold, ...]:
        """Values that wait, the most urgent first; with `open_only` False also the answered ones."""
        statement = selected(
            observation_hold.c.codes, observation_hold.c.confirm_before, observation_hold.c.answered_by
        )
        statement = statement.where(observation.c.held.is_(True), within(scope, observation.c.unit_id))
        if open_only:
            statement = statement.where(observation_hold.c.answer.is_(None))
        statement = statement.order_by(observation_hold.c.confirm_before, observation.c.seq).limit(limit)
        return tuple(hold_of(row) for row in self._connection.execute(statement))

    def find(self, ids: Iterable[str]) -> dict[str, tuple[int, str]]:
        """Which of the observation ids are stored: id -> position and hash of the content. No content is told."""
        found: dict[str, tuple[int, str]] = {}
        columns = (observation.c.id, observation.c.seq, observation.c.content)
        for some in chunks(ids):
            rows = self._connection.execute(select(*columns).where(observation.c.id.in_(some)))
            found |= {row[0]: (row[1], row[2]) for row in rows}
        return found

    def last_revisions(self, keys: Iterable[NaturalKey]) -> dict[NaturalKey, int]:
        """The highest stored revision of each key, held ones too; a key without any is left out. No content is told."""
        return {key: revision for key, (revision, _) in self.last_of(keys).items()}

    def last_of(self, keys: Iterable[NaturalKey]) -> dict[NaturalKey, tuple[int, str]]:
        """As `last_revisions`, with the id of that revision."""
        wanted = set(keys)
        found: dict[NaturalKey, tuple[int, str]] = {}
        for kpi, units in by_kpi(wanted).items():
            starts = [key.period.start for key in wanted if key.kpi == kpi]
            for some in chunks(sorted(units)):
                condition = and_(observation.c.kpi_id == kpi, observation.c.unit_id.in_(some))
                condition = and_(condition, observation.c.start >= min(starts), observation.c.start <= max(starts))
                statement = select(*KEY, observation.c.revision, observation.c.id).where(condition)
                for row in self._connection.execute(statement):
                    key = key_of(row)
                    if key in wanted:
                        found[key] = max(found.get(key, (-1, "")), (row.revision, row.id))
        return found

    def replaced(self, ids: Iterable[str], *, by: str, at: datetime) -> int:
        """Held revisions of these ids that wait no longer, since the next one has come; how many there were."""
        answered = 0
        for some in chunks(ids):
            seqs = select(observation.c.seq).where(observation.c.id.in_(some), observation.c.held.is_(True))
            answered += self._connection.execute(
                update(observation_hold)
                .where(observation_hold.c.seq.in_(seqs), observation_hold.c.answer.is_(None))
                .values(answer=HoldAnswer.CORRECTED, answered_at=at, answered_by=by, reason="")
            ).rowcount
        return answered

    def in_force(self, scope: Scope, wanted: Wanted, *, as_of: datetime | None = None) -> tuple[Known, ...]:
        """The highest revision of each natural key, as known at `as_of` (None: now), oldest period first."""
        statement = selected().where(SHOWN, within(scope, observation.c.unit_id), *conditions(wanted))
        if as_of is not None:
            known = or_(observation.c.held.is_(False), observation_hold.c.answered_at <= as_of)
            statement = statement.where(observation.c.known_at <= as_of, known)
        newest: dict[NaturalKey, Known] = {}
        for row in self._connection.execute(statement.order_by(observation.c.seq)):
            known_one = known_of(row)
            key = known_one.observation.key
            if key not in newest or newest[key].observation.revision <= known_one.observation.revision:
                newest[key] = known_one
        return tuple(sorted(newest.values(), key=time_order))

    def latest(
        self, scope: Scope, kpis: Iterable[str], *, dimensions: Dimensions = (), as_of: datetime | None = None
    ) -> tuple[Known, ...]:
        """Of each series (KPI, unit, type, cumulative) of these dimensions the revision in force of its newest period;
        no forecasts. Of now it costs one indexed read; of the past, one pass over the series of these KPIs."""
        if as_of is None:
            return tuple(self._latest_now(scope, kpis, dimensions))
        return tuple(each for some in chunks(kpis) for each in self._latest_then(scope, some, dimensions, as_of))

    def last_of_day(
        self, scope: Scope, pairs: Iterable[tuple[str, str]], day: date, *, dimensions: Dimensions = (), as_of: datetime
    ) -> tuple[Known, ...]:
        """Of the realtime figures of KPI and unit the last instant of that day."""
        table = observation.c
        found: list[Known] = []
        for kpi, units in _units(pairs).items():
            for some in chunks(units):
                wanted = Wanted((kpi,), tuple(some), PeriodType.REALTIME, day, day, dimensions)
                instants = select(table.unit_id, func.max(table.at).label("at")).where(
                    within(scope, table.unit_id), table.known_at <= as_of, *conditions(wanted)
                )
                last = instants.group_by(table.unit_id).subquery()
                matched = and_(table.unit_id == last.c.unit_id, table.at == last.c.at)
                statement = selected().join(last, matched).where(SHOWN, table.known_at <= as_of, *conditions(wanted))
                found += map(known_of, self._connection.execute(statement.order_by(table.revision)))
        return tuple({(one.observation.key.kpi, one.observation.key.unit): one for one in found}.values())

    def revisions(self, key: NaturalKey, scope: Scope) -> tuple[Known, ...]:
        """Every revision, oldest first, held ones too."""
        start = key.period.start
        wanted = Wanted(
            (key.kpi,), (key.unit,), key.period.type, start, start, key.dimensions, key.cumulative, key.forecast
        )
        statement = selected().where(within(scope, observation.c.unit_id), *conditions(wanted))
        rows = self._connection.execute(statement.order_by(observation.c.revision, observation.c.seq))
        return tuple(known for row in rows if (known := known_of(row)).observation.key == key)

    def page(
        self,
        scope: Scope,
        wanted: Wanted,
        *,
        after: int,
        limit: int,
        as_of: datetime | None = None,
        current: bool = False,
        status: Status | None = None,
    ) -> tuple[Known, ...]:
        """Revisions in the order of storing, after position `after`; those that were held then are left out.
        `current`: only the one in force of each natural key."""
        statement = selected().where(
            shown(as_of), within(scope, observation.c.unit_id), observation.c.seq > after, *conditions(wanted)
        )
        if current:
            statement = statement.where(~replaced_by(as_of))
        if status is not None:
            statement = statement.where(observation.c.status == status)
        return tuple(map(known_of, self._connection.execute(statement.order_by(observation.c.seq).limit(limit))))

    def position(self) -> int:
        """Of the last revision; 0 when there is none. No content."""
        return self._connection.scalar(select(func.max(observation.c.seq))) or 0

    def _insert(
        self, some: Sequence[Observation], *, batch: str, sender: str, at: datetime, held: bool
    ) -> tuple[int, ...]:
        if not some:
            return ()
        told = {"known_at": at, "batch_id": batch, "sender": sender, "held": held}
        statement = insert(observation).returning(observation.c.seq, sort_by_parameter_order=True)
        return tuple(self._connection.scalars(statement, [row_of(one) | told for one in some]))

    def _renew(self, pairs: Iterable[tuple[Observation, int]]) -> None:
        """Moves the newest of each series on; an older period, or a lower revision of the same, changes nothing."""
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        for one, seq in pairs:
            row = latest_row(one, seq)
            series = tuple(row[column.name] for column in observation_latest.primary_key)
            if series not in rows or rank(rows[series]) <= rank(row):
                rows[series] = row
        stored = self._stored({(row["kpi_id"], row["unit_id"]) for row in rows.values()})
        newer = [row for series, row in rows.items() if series not in stored or stored[series] <= rank(row)]
        upsert(self._connection, observation_latest, newer, update=("seq", "end", "at", "revision"))

    def _stored(self, pairs: set[tuple[str, str]]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        table, found = observation_latest, {}
        for kpi in sorted({kpi for kpi, _ in pairs}):
            for some in chunks(unit for one, unit in sorted(pairs) if one == kpi):
                statement = select(table).where(table.c.kpi_id == kpi, table.c.unit_id.in_(some))
                for row in self._connection.execute(statement).mappings():
                    found[tuple(row[column.name] for column in table.primary_key)] = rank(dict(row))
        return found

    def _latest_then(self, scope: Scope, kpis: list[str], dimensions: Dimensions, as_of: datetime) -> Iterator[Known]:
        table = observation.c
        known = or_(table.held.is_(False), observation_hold.c.answered_at <= as_of)
        asked = (
            *(SHOWN, within(scope, table.unit_id), table.known_at <= as_of, known),
            *conditions(Wanted(kpis=tuple(kpis), dimensions=dimensions)),
        )
        series = (table.kpi_id, table.unit_id, table.period_type, table.cumulative)
        joined = observation.outerjoin(observation_hold, observation_hold.c.seq == table.seq)
        ends = select(*series, func.max(table.end).label("end"), func.max(table.at).label("at")).select_from(joined)
        last = ends.where(*asked).group_by(*series).subquery()
        same = and_(*(column == last.c[column.name] for column in series), table.end == last.c.end)
        same = and_(same, or_(table.at == last.c.at, and_(table.at.is_(None), last.c.at.is_(None))))
        newest: dict[NaturalKey, Known] = {}
        for row in self._connection.execute(selected().join(last, same).where(*asked).order_by(table.seq)):
            each = known_of(row)
            key = each.observation.key
            if key not in newest or newest[key].observation.revision <= each.observation.revision:
                newest[key] = each
        yield from newest.values()

    def _latest_now(self, scope: Scope, kpis: Iterable[str], dimensions: Dimensions) -> Iterator[Known]:
        table = observation_latest
        for some in chunks(kpis):
            statement = selected().join(table, table.c.seq == observation.c.seq)
            statement = statement.where(
                table.c.kpi_id.in_(some),
                table.c.dimensions == dimensions_text(dimensions),
                table.c.forecast.is_(False),
                within(scope, table.c.unit_id),
            )
            yield from map(known_of, self._connection.execute(statement.order_by(table.c.kpi_id, table.c.unit_id)))


def _units(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kpi, unit in pairs:
        found.setdefault(kpi, []).append(unit)
    return found
