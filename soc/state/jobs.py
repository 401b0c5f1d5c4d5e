"""Jobs over many alerts: what was wished, which alerts, how far it is. What a job does is in `bulk.py`."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, func, insert, literal, select, update

from soc.access import Scope
from soc.alert import Action, Actor, Level, Verdict
from soc.errors import NotFound
from soc.state.matching import AlertFilter, matches
from soc.state.tables.alerts import alert, alert_event
from soc.state.tables.pipeline import rule_card
from soc.state.tables.work import ItemState, JobState, job, job_item
from soc.state.upsert import chunks

CHUNK = 500
ALERTS_MOST = 50_000
UNDO = timedelta(minutes=10)
OPEN_STATES = (JobState.WAITING, JobState.RUNNING, JobState.UNDOING)
ENDED_STATES = (JobState.DONE, JobState.STOPPED, JobState.UNDONE)


@dataclass(frozen=True, slots=True)
class BulkWish:
    """What is to be done to each alert."""

    action: Action
    verdict: Verdict | None = None
    reason: str | None = None
    note: str = ""
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `described`: the filter as it was asked, for people; `trouble`: why it stopped."""

    id: str
    by: str
    actor: Actor
    scope: Scope
    wish: BulkWish
    described: Mapping[str, str]
    as_of: int
    at: datetime
    state: JobState
    total: int
    done: int
    failed: int
    undone: int
    skipped: int
    changed_at: datetime
    ended_at: datetime | None
    trouble: str

    @property
    def running(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def undo_until(self) -> datetime | None:
        """None while it runs, and once it was undone."""
        ended = self.state in (JobState.DONE, JobState.STOPPED) and self.done > 0
        return self.ended_at + UNDO if ended and self.ended_at else None

    def may_undo(self, now: datetime) -> bool:
        return self.undo_until is not None and now < self.undo_until


@dataclass(frozen=True, slots=True)
class Item:
    """One alert of a job."""

    place: int
    alert_id: str
    unit: str
    state: ItemState
    revision: int
    reason: str
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """An alert that the job could not change, or the undo left alone."""

    alert_id: str
    number: int
    unit: str
    state: ItemState
    reason: str


@dataclass(frozen=True, slots=True)
class Split:
    """What a filter would touch. `cells`: alerts by level, unit and rule."""

    as_of: int
    cells: Mapping[tuple[Level, str, str], int]

    @property
    def total(self) -> int:
        return sum(self.cells.values())

    def by(self, place: int) -> tuple[tuple[str, int], ...]:
        """0: levels, heaviest first; 1: units; 2: rules, most first."""
        found: Counter[str] = Counter()
        for cell, number in self.cells.items():
            found[cell[place]] += number
        if place == 0:
            return tuple((level, found[level]) for level in Level if found[level])
        return tuple(found.most_common())

    def units_of(self, *levels: Level) -> frozenset[str]:
        return frozenset(unit for level, unit, _ in self.cells if level in levels)


class Jobs:
    """Belongs to the person who began it; what it may touch is the scope that it was begun with."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def position(self) -> int:
        """Number of the last line in any alert's history."""
        return self._connection.scalar(select(func.max(alert_event.c.seq))) or 0

    def split(self, wanted: AlertFilter, scope: Scope, as_of: int) -> Split:
        """Counts beyond ALERTS_MOST stop at one more."""
        columns = (alert.c.level, alert.c.unit_id, alert.c.rule_id)
        some = self._chosen(wanted, scope, as_of).with_only_columns(*columns).limit(ALERTS_MOST + 1).subquery()
        names = (some.c.level, some.c.unit_id, some.c.rule_id)
        rows = self._connection.execute(select(*names, func.count()).group_by(*names))
        return Split(as_of, {(row[0], row[1], row[2]): row[3] for row in rows})

    def titles(self, rules: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Rule -> its title in English and Vietnamese, as its youngest card has it."""
        found: dict[str, tuple[str, str]] = {}
        for some in chunks(rules):
            cards = self._connection.scalars(select(rule_card.c.card).where(rule_card.c.rule_id.in_(some)))
            found |= {card["id"]: (card["title"], card.get("title_vi") or "") for card in cards}
        return found

    def start(
        self,
        wish: BulkWish,
        wanted: AlertFilter,
        *,
        by: Actor,
        scope: Scope,
        as_of: int,
        described: Mapping[str, str],
        at: datetime,
        request_id: str,
    ) -> Job:
        """Which alerts is decided here, once; how many there may be is the caller's to check before."""
        name = secrets.token_hex(8)
        row: dict[str, Any] = {"id": name, "by": by.id, "actor": msgspec.to_builtins(by), "as_of": as_of}
        row |= {"units": None if scope.units is None else sorted(scope.units), "wish": msgspec.to_builtins(wish)}
        row |= {"described": dict(described), "at": at, "state": JobState.WAITING, "changed_at": at}
        row |= dict.fromkeys(("total", "done", "failed", "undone", "skipped"), 0)
        self._connection.execute(insert(job), row | {"ended_at": None, "trouble": "", "request_id": request_id})
        order = func.row_number().over(order_by=(alert.c.band, alert.c.rank, alert.c.id))
        columns = [literal(name), order, alert.c.id, alert.c.unit_id, literal("waiting"), literal(0), literal("")]
        chosen = self._chosen(wanted, scope, as_of).with_only_columns(*columns).limit(ALERTS_MOST)
        names = ["job_id", "place", "alert_id", "unit_id", "state", "revision", "reason"]
        total = self._connection.execute(insert(job_item).from_select(names, chosen)).rowcount
        self._connection.execute(update(job).where(job.c.id == name).values(total=total))
        return self.get(name)

    def get(self, job_id: str) -> Job:
        """Raises NotFound. Whose it is, the caller looks at."""
        row = self._connection.execute(select(job).where(job.c.id == job_id)).mappings().first()
        if row is None:
            raise NotFound
        return _job(row)

    def of(self, account: str, limit: int = 20) -> tuple[Job, ...]:
        """A person's jobs, youngest first."""
        statement = select(job).where(job.c.by == account).order_by(job.c.at.desc()).limit(limit)
        return tuple(_job(row) for row in self._connection.execute(statement).mappings())

    def open(self) -> tuple[Job, ...]:
        """What is still to be done, oldest first."""
        statement = select(job).where(job.c.state.in_(OPEN_STATES)).order_by(job.c.at)
        return tuple(_job(row) for row in self._connection.execute(statement).mappings())

    def changed_since(self, at: datetime) -> tuple[Job, ...]:
        """Jobs that got on after `at`."""
        statement = select(job).where(job.c.changed_at > at).order_by(job.c.changed_at).limit(100)
        return tuple(_job(row) for row in self._connection.execute(statement).mappings())

    def items(self, job_id: str, state: ItemState, limit: int) -> tuple[Item, ...]:
        """The next ones in that state."""
        statement = select(job_item).where(job_item.c.job_id == job_id, job_item.c.state == state)
        rows = self._connection.execute(statement.order_by(job_item.c.place).limit(limit)).mappings()
        names = ("place", "alert_id", "state", "revision", "reason")
        return tuple(
            Item(**{name: row[name] for name in names}, unit=row["unit_id"], before=row["before"] or {}) for row in rows
        )

    def note(self, job_id: str, items: Sequence[Item]) -> None:
        """What became of these."""
        key = and_(job_item.c.job_id == job_id, job_item.c.place == bindparam("of"))
        names = ("state", "revision", "reason", "before")
        statement = update(job_item).where(key).values({name: bindparam(f"new_{name}") for name in names})
        rows = [{"of": item.place} | {f"new_{name}": getattr(item, name) for name in names} for item in items]
        if rows:
            self._connection.execute(statement, rows)

    def advance(self, job_id: str, state: JobState, *, at: datetime, trouble: str = "") -> Job:
        """Counts what there is, and says where the job stands."""
        statement = select(job_item.c.state, func.count()).where(job_item.c.job_id == job_id)
        found = {row[0]: row[1] for row in self._connection.execute(statement.group_by(job_item.c.state))}
        names = ("done", "failed", "undone", "skipped")
        values: dict[str, Any] = {name: found.get(ItemState(name), 0) for name in names}
        values |= {"state": state, "changed_at": at, "trouble": trouble}
        values["ended_at"] = at if state in ENDED_STATES else None
        self._connection.execute(update(job).where(job.c.id == job_id).values(values))
        return self.get(job_id)

    def troubles(self, job_id: str, limit: int | None = None) -> Iterator[Trouble]:
        """The alerts that failed or were skipped, in their order."""
        columns = (job_item.c.alert_id, alert.c.number, job_item.c.unit_id, job_item.c.state, job_item.c.reason)
        states = job_item.c.state.in_((ItemState.FAILED, ItemState.SKIPPED))
        statement = select(*columns).join(alert, alert.c.id == job_item.c.alert_id)
        statement = statement.where(job_item.c.job_id == job_id, states).order_by(job_item.c.place).limit(limit)
        for row in self._connection.execute(statement):
            yield Trouble(*row)

    def _chosen(self, wanted: AlertFilter, scope: Scope, as_of: int) -> Select[Any]:
        """The alerts of the filter that were raised up to `as_of`."""
        first = select(func.min(alert_event.c.seq)).where(alert_event.c.alert_id == alert.c.id).scalar_subquery()
        return select(alert.c.id).where(matches(self._connection, wanted, scope), first <= as_of)


def _job(row: RowMapping) -> Job:
    units = row["units"]
    names = ("id", "by", "described", "as_of", "at", "state", "total", "done", "failed", "undone", "skipped")
    return Job(
        **{name: row[name] for name in (*names, "changed_at", "ended_at", "trouble")},
        actor=msgspec.convert(row["actor"], Actor),
        scope=Scope(None if units is None else frozenset(units)),
        wish=msgspec.convert(row["wish"], BulkWish),
    )
