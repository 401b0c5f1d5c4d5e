"""Tasks for pages and programs: who may do what to which, and doing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.services import Services
from dashboards.shell.choice import choice
from dashboards.shell.deadline import deadline_of
from dashboards.tasks.words import FAULTS, NEEDED, NO_UNIT, STATE_SECRET
from reports.kpi.secrecy import is_state_secret
from soc.access import ROOT, Right, RoleOfPerson, Scope
from soc.calendar import Calendar, vietnam
from soc.errors import NotFound, StateError
from soc.state import task_acts
from soc.state.task_acts import TaskWish
from soc.state.tasks import TaskEvent
from soc.task import OPEN, Link, LinkKind, Side, Task, TaskFile, TaskMove, moves_of

HELPERS_MOST = 40


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task of a list. `overdue` is computed from the clock."""

    task: Task
    overdue: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task with its history, and what the viewer may do to it."""

    task: Task
    overdue: bool
    history: tuple[TaskEvent, ...]
    people: Mapping[str, str]
    moves: tuple[TaskMove, ...]


def calendar_of(services: Services) -> Calendar:
    return services.world.calendar if services.world else vietnam()


def lines(services: Services, viewer: Viewer, *, open_only: bool = False) -> list[TaskLine]:
    """Those that are overdue first, then by deadline; what has ended last."""
    now = services.clock.now()
    with services.state.read() as tx:
        found = tx.tasks.all(viewer.scope(Right.READ_TILES), states=sorted(OPEN) if open_only else ())
    made = [TaskLine(one, one.overdue(now)) for one in found]
    return sorted(made, key=lambda line: (line.task.state not in OPEN, not line.overdue, line.task.due))


def read(services: Services, viewer: Viewer, task_id: str) -> TaskView:
    """Raises NotFound."""
    scope = viewer.scope(Right.READ_TILES)
    with services.state.read() as tx:
        task = tx.tasks.get(task_id, scope)
        history = tx.tasks.history(task_id, scope)
        people = tx.people.names({event.actor for event in history} | {task.assigned_by})
    moves = moves_of(task, sides_of(viewer, task))
    return TaskView(task, task.overdue(services.clock.now()), history, people, moves)


def sides_of(viewer: Viewer, task: Task) -> frozenset[Side]:
    """On whose behalf the viewer may act on it. The IT centre alone prepares meetings, hence that right."""
    found = set()
    if viewer.scope(Right.ANSWER_TASKS).sees(task.lead):
        found.add(Side.LEAD)
    if viewer.account == task.assigned_by and viewer.scope(Right.ASSIGN_TASKS).sees(task.lead):
        found.add(Side.ASSIGNER)
    if viewer.scope(Right.PREPARE_MEETINGS).sees(task.lead):
        found.add(Side.OPERATOR)
    return frozenset(found)


def assign(services: Services, viewer: Viewer, typed: Mapping[str, str]) -> Task:
    """From text, lead, helpers (ids with commas) and due. Raises Invalid with every fault."""
    scope, now = viewer.scope(Right.ASSIGN_TASKS), services.clock.now()
    faults: dict[str, str] = {}
    helpers = tuple(dict.fromkeys(one.strip() for one in typed.get("helpers", "").split(",") if one.strip()))
    lead = typed.get("lead", "").strip()
    known = {unit.id for unit in services.units.units.values() if unit.holds_on(viewer.day)}
    if not lead or lead not in known or not scope.sees(lead):
        faults["lead"] = NO_UNIT if lead else NEEDED
    if len(helpers) > HELPERS_MOST or any(one not in known for one in helpers):
        faults["helpers"] = NO_UNIT
    due = _due(typed, faults, calendar_of(services))
    text = typed.get("text", "").strip()
    if is_state_secret([text]):
        faults["text"] = STATE_SECRET
    link = link_of(services, viewer, typed)
    others = tuple(one for one in helpers if one != lead)
    whose = (office_of(viewer), viewer.account, now)
    draft = Task(uuid4().hex, 0, text, lead, others, *whose, due or now, link=link)
    said = task_acts.draft_faults(draft, now)
    faults = {name: FAULTS.get(text, text) for name, text in said.items() if name != "due" or due} | faults
    if faults:
        raise Invalid(faults)
    with services.state.write() as tx:
        return task_acts.assign(tx, draft, by=viewer.actor, scope=scope, at=now)


def act(
    services: Services, viewer: Viewer, task_id: str, move: TaskMove, revision: int, typed: Mapping[str, str],
    file: TaskFile | None = None,
) -> Task:  # fmt: skip
    """Raises NotFound, Refused for those who have no side in it, Invalid with every fault."""
    scope, now = viewer.scope(Right.READ_TILES), services.clock.now()
    with services.state.read() as tx:
        sides = sides_of(viewer, tx.tasks.get(task_id, scope))
    if not sides:
        raise Refused("this task is neither yours nor of your assigning")
    faults: dict[str, str] = {}
    due = _due(typed, faults, calendar_of(services)) if move is TaskMove.ASK_LONGER else None
    texts = {name: typed.get(name, "").strip() for name in ("reason", "answer")}
    faults |= {name: STATE_SECRET for name, text in texts.items() if is_state_secret([text])}
    if faults:
        raise Invalid(faults)
    wish = TaskWish(move, viewer.actor, now, sides, **texts, file=file, due=due)
    try:
        with services.state.write() as tx:
            return task_acts.act(tx, task_id, wish, scope=scope, revision=revision)
    except StateError as error:
        raise _by_field(error) from error


def link_of(services: Services, viewer: Viewer, typed: Mapping[str, str]) -> Link | None:
    """What the task comes from; raises NotFound for a warning or meeting that the viewer does not see."""
    kind, name = choice(LinkKind, typed.get("link_kind", "")), typed.get("link_id", "").strip()[:200]
    if kind is None or not name:
        return None
    scope = viewer.scope(Right.READ_TILES)
    if kind is LinkKind.TILE:
        return Link(kind, name, title_of_tile(services, name, scope))
    with services.state.read() as tx:
        if kind is LinkKind.WARNING:
            return Link(kind, name, tx.warnings.get(name, scope).sentence.vi)
        meeting = tx.meetings.get(name, scope)
        return Link(kind, name, f"{meeting.name} {meeting.title}")


def title_of_tile(services: Services, tile: str, scope: Scope) -> str:
    """A tile's id is KPI, level, dimensions. Raises NotFound for another unit's level, or an unknown KPI."""
    kpi, _, rest = tile.partition(":")
    level = rest.partition(":")[0]
    known = services.world.catalogue.kpis.get(kpi) if services.world else None
    if known is None or not scope.sees(level or ROOT):
        raise NotFound
    unit = services.units.get(level)
    return f"{known.title.vi}, {unit.label}" if unit else known.title.vi


def office_of(viewer: Viewer) -> str:
    """The position that assigns: role and the top unit of its scope, as `leader@so-y-te` or `leader@*`."""
    role = RoleOfPerson.LEADER if RoleOfPerson.LEADER in viewer.roles else RoleOfPerson.IT_CENTRE
    units = viewer.scope(Right.ASSIGN_TASKS).units
    if units is None:
        return f"{role}@{ROOT}"
    tops = (unit for unit in sorted(units) if (one := viewer.units.get(unit)) and one.parent not in units)
    return f"{role}@{next(tops, '')}"


def _due(typed: Mapping[str, str], faults: dict[str, str], calendar: Calendar) -> datetime | None:
    text = typed.get("due", "").strip()
    if not text:
        faults["due"] = NEEDED
        return None
    try:
        return deadline_of(text, calendar)
    except ValueError as error:
        faults["due"] = str(error)
        return None


def _by_field(error: StateError) -> Exception:
    """What the state says by field, in words of ours; anything else as it is."""
    if error.code != task_acts.CODE:
        return error
    pairs = (part.partition(": ") for part in error.message.split("; "))
    return Invalid({name: FAULTS.get(text, text) for name, _, text in pairs})
