"""Findings: failed checks that somebody must answer (ioc-hub.md 7). Answers are kept as history, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, select, update

from soc.access import Scope
from soc.observation import NaturalKey
from soc.state.observation_rows import dimensions_text
from soc.state.scoped import within
from soc.state.tables.receipts import FindingAnswer, FindingEventKind, finding, finding_event
from soc.state.upsert import chunks


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A check that failed over a figure. `told`: sentences by language; `figures`: ids of observations."""

    check: str
    key: NaturalKey
    figures: tuple[str, ...]
    told: Mapping[str, str]
    owner_unit: str | None
    owner_person: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """As it stands. `count`: how often the check failed over the same figure and period."""

    id: int
    check: str
    kpi: str
    unit: str
    period: str
    start: date
    dimensions: str
    figures: tuple[str, ...]
    told: Mapping[str, str]
    owner_unit: str | None
    owner_person: str
    opened_at: datetime
    last_at: datetime
    due_at: datetime
    count: int
    answer: FindingAnswer | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FindingEvent:
    """One line of its history."""

    at: datetime
    by: str
    kind: FindingEventKind
    text: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a finding, by whom."""

    kind: FindingEventKind
    by: str
    text: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class WantedFindings:
    """Which. None: any."""

    open_only: bool = True
    kpis: tuple[str, ...] | None = None
    checks: tuple[str, ...] | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    limit: int = 500


_Place = tuple[str, ...]


class Findings:
    """Methods of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, some: Iterable[NewFinding], *, at: datetime, by: str = "hub") -> tuple[int, ...]:
        """Opens each, or counts it again; one that was answered is open again, since the check failed anew."""
        wanted = list(some)
        known = self._known(wanted)
        fresh: dict[_Place, NewFinding] = {}
        for one in wanted:
            place = _place(one)
            if place not in known and place in fresh:
                known |= self._insert([fresh.pop(place)], at=at, by=by)
            if place in known:
                self._again(known[place], one, at=at, by=by)
            else:
                fresh[place] = one
        known |= self._insert(list(fresh.values()), at=at, by=by)
        return tuple(known[_place(one)] for one in wanted)

    def answer(self, finding_id: int, answer: Answer, scope: Scope, *, at: datetime) -> Finding | None:
        """None when it does not exist, lies outside the scope, or its state takes no such answer."""
        found = self.get(finding_id, scope)
        if found is None or (found.answer is not None) != (answer.kind is FindingEventKind.RETURNED):
            return None
        if answer.kind is FindingEventKind.RETURNED and found.answer is not FindingAnswer.RULE_WRONG:
            return None
        said = None if answer.kind is FindingEventKind.RETURNED else FindingAnswer(answer.kind)
        values = {"answer": said, "answered_at": at if said else None}
        self._connection.execute(update(finding).where(finding.c.id == finding_id).values(values))
        self._note(finding_id, found.unit, FindingEvent(at, answer.by, answer.kind, answer.text, answer.evidence))
        return self.get(finding_id, scope)

    def close_corrected(self, keys: Iterable[NaturalKey], *, at: datetime, by: str) -> int:
        """New figures were accepted: what was open over them counts as corrected."""
        some = list(keys)
        places = {(key.kpi, key.unit, period_text(key), dimensions_text(key.dimensions)) for key in some}
        table, closed = finding, 0
        columns = (table.c.id, table.c.kpi_id, table.c.unit_id, table.c.period, table.c.dimensions)
        for condition in _around(some):
            rows = self._connection.execute(select(*columns).where(condition, table.c.answer.is_(None)))
            for number, *place in rows.all():
                if tuple(place) in places:
                    self._close(number, place[1], FindingEvent(at, by, FindingEventKind.CORRECTED))
                    closed += 1
        return closed

    def _close(self, number: int, unit: str, event: FindingEvent) -> None:
        values = {"answer": FindingAnswer.CORRECTED, "answered_at": event.at}
        self._connection.execute(update(finding).where(finding.c.id == number).values(values))
        self._note(number, unit, event)

    def get(self, finding_id: int, scope: Scope) -> Finding | None:
        statement = select(finding).where(finding.c.id == finding_id, within(scope, finding.c.unit_id))
        return next((_finding(row) for row in self._connection.execute(statement).mappings()), None)

    def page(self, scope: Scope, wanted: WantedFindings) -> tuple[Finding, ...]:
        """The most urgent first."""
        statement = select(finding).where(within(scope, finding.c.unit_id), *_conditions(wanted))
        statement = statement.order_by(finding.c.due_at, finding.c.id).limit(wanted.limit)
        return tuple(_finding(row) for row in self._connection.execute(statement).mappings())

    def counts(self, scope: Scope) -> dict[str, int]:
        """Open ones by unit."""
        statement = select(finding.c.unit_id, func.count()).where(within(scope, finding.c.unit_id))
        statement = statement.where(finding.c.answer.is_(None)).group_by(finding.c.unit_id)
        return {row[0]: row[1] for row in self._connection.execute(statement)}

    def history(self, finding_id: int, scope: Scope) -> tuple[FindingEvent, ...]:
        """Oldest first."""
        table = finding_event
        statement = select(table).where(table.c.finding_id == finding_id, within(scope, table.c.unit_id))
        rows = self._connection.execute(statement.order_by(table.c.seq)).mappings()
        names = ("at", "by", "kind", "text", "evidence")
        return tuple(FindingEvent(**{name: row[name] for name in names}) for row in rows)

    def _known(self, some: Sequence[NewFinding]) -> dict[_Place, int]:
        table = finding
        found: dict[_Place, int] = {}
        columns = (table.c.check, table.c.kpi_id, table.c.unit_id, table.c.period, table.c.dimensions, table.c.id)
        for condition in _around([one.key for one in some]):
            for *place, number in self._connection.execute(select(*columns).where(condition)):
                found[tuple(place)] = number
        return found

    def _again(self, number: int, one: NewFinding, *, at: datetime, by: str) -> None:
        stored = self._connection.execute(select(finding.c.figures).where(finding.c.id == number)).one()
        figures = list(dict.fromkeys([*stored.figures, *one.figures]))[-20:]
        values: dict[str, Any] = {"count": finding.c.count + 1, "last_at": at, "figures": figures}
        values |= {"told": dict(one.told), "answer": None, "answered_at": None, "due_at": one.due_at}
        self._connection.execute(update(finding).where(finding.c.id == number).values(values))
        self._note(number, one.key.unit, FindingEvent(at, by, FindingEventKind.SEEN_AGAIN))

    def _insert(self, some: Sequence[NewFinding], *, at: datetime, by: str) -> dict[_Place, int]:
        if not some:
            return {}
        statement = insert(finding).returning(finding.c.id, sort_by_parameter_order=True)
        numbers = list(self._connection.scalars(statement, [_row(one, at) for one in some]))
        events = [
            {"finding_id": number, "unit_id": one.key.unit, "at": at, "by": by, "text": "", "evidence": ""}
            | {"kind": FindingEventKind.OPENED}
            for number, one in zip(numbers, some, strict=True)
        ]
        self._connection.execute(insert(finding_event), events)
        return {_place(one): number for one, number in zip(some, numbers, strict=True)}

    def _note(self, finding_id: int, unit: str, one: FindingEvent) -> None:
        row = {"finding_id": finding_id, "unit_id": unit, "at": one.at, "by": one.by, "kind": one.kind}
        self._connection.execute(insert(finding_event), row | {"text": one.text, "evidence": one.evidence})


def period_text(key: NaturalKey) -> str:
    """The period of a figure as findings name it: type, first day, and whether it is a year to date."""
    return f"{key.period.key}:{key.cumulative}"


def _place(one: NewFinding) -> _Place:
    key = one.key
    return one.check, key.kpi, key.unit, period_text(key), dimensions_text(key.dimensions)


def _row(one: NewFinding, at: datetime) -> dict[str, Any]:
    check, kpi, unit, period, dimensions = _place(one)
    return {
        "check": check,
        "kpi_id": kpi,
        "unit_id": unit,
        "period": period,
        "start": one.key.period.start,
        "dimensions": dimensions,
        "figures": list(one.figures),
        "told": dict(one.told),
        "owner_unit": one.owner_unit,
        "owner_person": one.owner_person,
        "opened_at": at,
        "last_at": at,
        "due_at": one.due_at,
        "count": 1,
    }


def _around(keys: Sequence[NaturalKey]) -> Iterator[ColumnElement[bool]]:
    """Findings near these figures; which of them it is, the caller looks."""
    if not keys:
        return
    starts = [key.period.start for key in keys]
    days = and_(finding.c.start >= min(starts), finding.c.start <= max(starts))
    for some in chunks(sorted({key.unit for key in keys})):
        yield and_(finding.c.unit_id.in_(some), days)


def _conditions(wanted: WantedFindings) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.open_only:
        found.append(finding.c.answer.is_(None))
    if wanted.kpis is not None:
        found.append(finding.c.kpi_id.in_(wanted.kpis))
    if wanted.checks is not None:
        found.append(finding.c.check.in_(wanted.checks))
    if wanted.opened_from is not None:
        found.append(finding.c.opened_at >= wanted.opened_from)
    if wanted.opened_to is not None:
        found.append(finding.c.opened_at < wanted.opened_to)
    return found


def _finding(row: RowMapping) -> Finding:
    named = dict(row)
    named |= {"kpi": named.pop("kpi_id"), "unit": named.pop("unit_id"), "figures": tuple(named["figures"])}
    return Finding(**named)
