"""What was judged before about alerts like this one (workspace.md 2.6). Proposes; applies nothing by itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select, union_all

from soc.access import Scope
from soc.alert import OTHER, Alert, Status, Verdict
from soc.state.entities import OTHER as NO_ENTITY
from soc.state.entities import keys_of
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.tables.triage import alert_entity
from soc.state.upsert import chunks

SHARED_MOST = 2_000
"""So many of an entity's latest alerts are looked at; a busy one has hundreds of thousands."""

EQUAL_MOST = 5_000
ENTITIES_MOST = 8


class PastKind(StrEnum):
    """How alike: the very same fingerprint, or the same rule on an entity of this one."""

    FINGERPRINT = "fingerprint"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class PastLine:
    """One kind of likeness: how often, judged how, by whom; the alerts themselves, youngest first, at most 500."""

    kind: PastKind
    total: int
    verdicts: tuple[tuple[Verdict, int], ...]
    by: tuple[tuple[str, int], ...]
    last: datetime | None
    alerts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastJudgement:
    """The closest likeness first; `total`, `verdicts`, `by`, `last` are those of the first line.

    `verdict`, `reason`: what key `p` proposes, which is the last judgement of the first line; None: nothing.
    """

    lines: tuple[PastLine, ...] = ()
    verdict: Verdict | None = None
    reason: str | None = None

    @property
    def total(self) -> int:
        return self.lines[0].total if self.lines else 0

    @property
    def verdicts(self) -> tuple[tuple[Verdict, int], ...]:
        return self.lines[0].verdicts if self.lines else ()

    @property
    def by(self) -> tuple[tuple[str, int], ...]:
        return self.lines[0].by if self.lines else ()

    @property
    def last(self) -> datetime | None:
        return self.lines[0].last if self.lines else None


NOTHING = PastJudgement()
LISTED = 500
_COLUMNS = (alert.c.id, alert.c.fingerprint, alert.c.verdict, alert.c.reason, alert.c.owner, alert.c.closed_at)


class Past:
    """Reads only; each judgement is one that stands: its alert is still closed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def judgement(self, one: Alert, scope: Scope, now: datetime) -> PastJudgement:
        """Both likenesses of one alert; what stands in the first is left out of the second."""
        equal = self._rows(_judged(scope, now).where(alert.c.fingerprint == one.fingerprint, alert.c.id != one.id))
        seen = {row.id for row in equal} | {one.id}
        shared = [row for row in self._rows(self._shared(one, scope, now)) if row.id not in seen]
        return _judgement({PastKind.FINGERPRINT: equal, PastKind.SHARED: shared})

    def many(self, alerts: Iterable[Alert], scope: Scope, now: datetime) -> dict[str, PastJudgement]:
        """Alert id -> judgements of its own fingerprint alone, for a list; without any: not in it."""
        wanted = {one.id: one.fingerprint for one in alerts}
        found: dict[str, list[Row[Any]]] = defaultdict(list)
        for some in chunks(wanted.values()):
            for row in self._rows(_judged(scope, now).where(alert.c.fingerprint.in_(some))):
                found[row.fingerprint].append(row)
        return {
            name: _judgement({PastKind.FINGERPRINT: rows})
            for name, fingerprint in wanted.items()
            if (rows := [row for row in found.get(fingerprint, ()) if row.id != name])
        }

    def _shared(self, one: Alert, scope: Scope, now: datetime) -> Select[Any]:
        keys = [key for key in keys_of(one.entities) if key[0] != NO_ENTITY][:ENTITIES_MOST]
        if not keys:
            return _judged(scope, now).where(alert.c.id.is_(None))
        parts = []
        for kind, key in keys:
            latest = select(alert_entity.c.alert_id, alert_entity.c.rule_id)
            latest = latest.where(alert_entity.c.kind == kind, alert_entity.c.key == key)
            latest = latest.order_by(alert_entity.c.raised_at.desc()).limit(SHARED_MOST)
            inner = latest.subquery()
            parts.append(select(inner.c.alert_id).where(inner.c.rule_id == one.rule.id))
        return _judged(scope, now).where(alert.c.id.in_(union_all(*parts)))

    def _rows(self, statement: Select[Any]) -> list[Row[Any]]:
        return list(self._connection.execute(statement))


def _judged(scope: Scope, now: datetime) -> Select[Any]:
    """Closed alerts with a verdict, the latest judgement first."""
    stands = and_(alert.c.verdict.is_not(None), alert.c.status == Status.CLOSED)
    known = or_(alert.c.closed_at.is_(None), alert.c.closed_at <= now)
    statement = select(*_COLUMNS).where(within(scope, alert.c.unit_id), stands, known)
    return statement.order_by(alert.c.closed_at.desc(), alert.c.id).limit(EQUAL_MOST)


def _judgement(found: dict[PastKind, list[Row[Any]]]) -> PastJudgement:
    lines = tuple(_line(kind, rows) for kind, rows in found.items() if rows)
    if not lines:
        return NOTHING
    last = found[lines[0].kind][0]
    # The catch-all needs a note in the person's own words, so it cannot be proposed.
    return PastJudgement(lines, last.verdict, last.reason) if last.reason != OTHER else PastJudgement(lines)


def _line(kind: PastKind, rows: Sequence[Row[Any]]) -> PastLine:
    return PastLine(
        kind=kind,
        total=len(rows),
        verdicts=tuple(Counter(row.verdict for row in rows).most_common()),
        by=tuple(Counter(row.owner for row in rows if row.owner).most_common()),
        last=rows[0].closed_at,
        alerts=tuple(row.id for row in rows[:LISTED]),
    )
