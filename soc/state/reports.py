"""Reports as rows, each step with its line of history and its audit entry. What may be done stands in soc/report.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from soc.access import Scope
from soc.alert import Actor
from soc.errors import NotFound, StaleRevision
from soc.report import ReportRecord, ReportState
from soc.state.scoped import within
from soc.state.tables.reports import report, report_event

if TYPE_CHECKING:
    from soc.state.store import Tx


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """One line of a report's history; never changed, never deleted."""

    seq: int
    at: datetime
    actor: str
    kind: str
    after: Mapping[str, Any]
    note: str


class Reports:
    """Those of the province belong to ROOT, which only a scope over everything sees."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, report_id: str, scope: Scope) -> ReportRecord:
        """Raises NotFound, also outside the scope."""
        mine = (report.c.id == report_id, within(scope, report.c.unit_id))
        found = self._connection.scalar(select(report.c.record).where(*mine))
        if found is None:
            raise NotFound
        return msgspec.convert(found, ReportRecord)

    def all(self, scope: Scope, *, kind: str = "", label: str = "") -> tuple[ReportRecord, ...]:
        """The newest first."""
        statement = select(report.c.record).where(within(scope, report.c.unit_id))
        for column, wanted in ((report.c.kind, kind), (report.c.label, label)):
            if wanted:
                statement = statement.where(column == wanted)
        rows = self._connection.scalars(statement.order_by(report.c.made_at.desc(), report.c.id.desc()))
        return tuple(msgspec.convert(one, ReportRecord) for one in rows)

    def in_force(self, scope: Scope, *, kind: str, label: str) -> ReportRecord | None:
        """The issued one of that period, if any."""
        found = self.all(scope, kind=kind, label=label)
        return next((one for one in found if one.state is ReportState.ISSUED), None)

    def history(self, report_id: str, scope: Scope) -> tuple[ReportEvent, ...]:
        """Oldest first."""
        mine = (report_event.c.report_id == report_id, within(scope, report_event.c.unit_id))
        rows = self._connection.execute(select(report_event).where(*mine).order_by(report_event.c.seq))
        names = [one.name for one in fields(ReportEvent)]
        return tuple(ReportEvent(**{name: getattr(row, name) for name in names}) for row in rows)

    def open(self, new: ReportRecord, *, at: datetime, note: str = "") -> None:
        """The first line of its history; the audit entry is the caller's."""
        self._connection.execute(insert(report), _row(new))
        self._tell(new, "make", {"as_of": new.as_of, "digest": new.digest}, note, by=new.made_by, at=at)

    def record(self, old: ReportRecord, new: ReportRecord, kind: str, *, by: str, at: datetime, note: str = "") -> None:
        """Raises StaleRevision when another step was faster."""
        mine = (report.c.id == old.id, report.c.revision == old.revision)
        if not self._connection.execute(update(report).where(*mine).values(_row(new))).rowcount:
            raise StaleRevision("somebody has moved this report meanwhile - look at it again", code="SOC-1609")
        self._tell(new, kind, _changed(old, new), note, by=by, at=at)

    def _tell(self, of: ReportRecord, kind: str, after: Mapping[str, Any], note: str, *, by: str, at: datetime) -> None:
        line = {"report_id": of.id, "unit_id": of.unit, "at": at, "actor": by, "kind": kind, "after": after}
        self._connection.execute(insert(report_event), line | {"note": note})


def step(tx: Tx, old: ReportRecord, new: ReportRecord, kind: str, *, by: Actor, at: datetime, note: str = "") -> None:
    """One step with its audit entry, in the caller's transaction."""
    tx.reports.record(old, new, kind, by=by.id, at=at, note=note)
    before, after = {"state": old.state}, {"state": new.state, "digest": new.digest}
    tx.audit.append(by, f"report.{kind}", old.id, at=at, unit=old.unit, before=before, after=after, reason=note)


def _changed(old: ReportRecord, new: ReportRecord) -> dict[str, Any]:
    return {one.name: getattr(new, one.name) for one in fields(new) if getattr(old, one.name) != getattr(new, one.name)}


def _row(of: ReportRecord) -> dict[str, Any]:
    same = {name: getattr(of, name) for name in ("id", "state", "kind", "label", "made_at", "revision")}
    return same | {"unit_id": of.unit, "record": msgspec.to_builtins(of)}
