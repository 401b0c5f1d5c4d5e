"""Warnings for pages and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.services import Services
from dashboards.warnings.words import NEEDS_REASON
from soc.access import Right
from soc.errors import StateError
from soc.state import warning_acts
from soc.state.reminders import Reminder
from soc.state.warnings import Warned, WarningEvent
from soc.task import LinkKind, Task
from soc.warning import WARNING_MOVES, WarningState


@dataclass(frozen=True, slots=True)
class WarningView:
    """One warning with its history, the tasks that came of it, and what the viewer may do."""

    warning: Warned
    history: tuple[WarningEvent, ...]
    people: Mapping[str, str]
    tasks: tuple[Task, ...]
    moves: tuple[WarningState, ...]


def warnings(services: Services, viewer: Viewer, *, open_only: bool) -> tuple[Warned, ...]:
    """By level, then by age."""
    with services.state.read() as tx:
        return tx.warnings.all(viewer.scope(Right.READ_TILES), open_only=open_only)


def read(services: Services, viewer: Viewer, warning_id: str) -> WarningView:
    """Raises NotFound."""
    scope = viewer.scope(Right.READ_TILES)
    with services.state.read() as tx:
        found = tx.warnings.get(warning_id, scope)
        history = tx.warnings.history(warning_id, scope)
        people = tx.people.names({event.actor for event in history})
        tasks = tx.tasks.linked(scope, LinkKind.WARNING, [warning_id])
    return WarningView(found, history, people, tasks, moves_of(viewer, found))


def moves_of(viewer: Viewer, one: Warned) -> tuple[WarningState, ...]:
    if not viewer.scope(Right.ANSWER_WARNINGS).sees(one.unit):
        return ()
    return tuple(state for state in WarningState if state in WARNING_MOVES[one.state])


def move(services: Services, viewer: Viewer, warning_id: str, to: WarningState, revision: int, reason: str) -> Warned:
    """Raises NotFound, Refused where the right does not reach, Invalid without a reason."""
    scope, now = viewer.scope(Right.ANSWER_WARNINGS), services.clock.now()
    with services.state.read() as tx:
        seen = tx.warnings.get(warning_id, viewer.scope(Right.READ_TILES))
    if not scope.sees(seen.unit):
        raise Refused(f"your roles do not include '{Right.ANSWER_WARNINGS}' over this unit")
    try:
        with services.state.write() as tx:
            return warning_acts.move(
                tx, warning_id, to, reason, scope=scope, revision=revision, by=viewer.actor, at=now
            )
    except StateError as error:
        raise Invalid({"reason": NEEDS_REASON}) if error.code == warning_acts.CODE else error from error


def reminders(services: Services, viewer: Viewer) -> tuple[Reminder, ...]:
    """The newest first."""
    with services.state.read() as tx:
        return tx.reminders.all(viewer.scope(Right.READ_TILES))
