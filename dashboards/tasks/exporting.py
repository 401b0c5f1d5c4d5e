"""Tasks for the document system of the office: as CSV, and the number that came back (ioc-hub.md 13)."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.services import Services
from dashboards.shell.formats import iso
from dashboards.tasks.service import lines, sides_of
from dashboards.tasks.words import NEEDED
from soc import sheet
from soc.access import Right
from soc.errors import StaleRevision
from soc.task import Side, Task

COLUMNS = (
    *("number", "text", "lead", "helpers", "office", "assigned_at", "due", "state", "overdue", "answer"),
    *("reported_at", "ended_at", "reference"),
)
REFERENCE_MOST = 80


def export(services: Services, viewer: Viewer) -> str:
    """What the viewer sees, as CSV that no spreadsheet takes for formulas; written in the audit log."""
    found = lines(services, viewer)
    rows = [_row(line.task, overdue=line.overdue) for line in found]
    text = "".join(sheet.lines(COLUMNS, rows))
    after = {"rows": len(rows), "sha256": sha256(text.encode()).hexdigest()}
    with services.state.write() as tx:
        tx.audit.append(viewer.actor, "task.export", "tasks", at=services.clock.now(), after=after)
    return text


def refer(services: Services, viewer: Viewer, task_id: str, reference: str, revision: int) -> Task:
    """Stores the number of the document system. Raises NotFound, Refused, StaleRevision, Invalid."""
    given, now, scope = reference.strip(), services.clock.now(), viewer.scope(Right.READ_TILES)
    if not given or len(given) > REFERENCE_MOST:
        raise Invalid({"reference": NEEDED})
    with services.state.write() as tx:
        old = tx.tasks.get(task_id, scope)
        if not sides_of(viewer, old) & {Side.ASSIGNER, Side.OPERATOR}:
            raise Refused("only who assigned it, or the IT centre, notes its number")
        if old.revision != revision:
            raise StaleRevision(f"task is at revision {old.revision}, you read {revision}", code="SOC-1609")
        new = replace(old, reference=given)
        made, before, told = tx.tasks.record(old, new, scope, "reference", given, by=viewer.actor, at=now)
        tx.audit.append(viewer.actor, "task.reference", old.id, at=now, unit=old.lead, before=before, after=told)
    return made


def _row(task: Task, *, overdue: bool) -> tuple[str, ...]:
    moments = [iso(at) if at else "" for at in (task.assigned_at, task.due, task.reported_at, task.ended_at)]
    assigned, due, reported, ended = moments
    who = (task.name, task.text, task.lead, ", ".join(task.helpers), task.office, assigned, due)
    return (*who, str(task.state), "yes" if overdue else "no", task.answer, reported, ended, task.reference)
