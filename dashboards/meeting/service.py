"""Meetings for pages and programs: preparing, freezing anew, deciding, ending, and what a meeting shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.meeting import words
from dashboards.meeting.freezing import freeze, live, rows_by_key, world_of
from dashboards.services import Services
from dashboards.shell.deadline import NO_MOMENT, deadline_of, moment_of
from reports.kpi.secrecy import is_state_secret
from soc.access import ROOT, Right, RoleOfPerson, Scope
from soc.errors import NotFound, StateError
from soc.meeting import TEXT_MOST, TILES_MOST, Decision, FrozenTile, Meeting, MeetingState
from soc.state import task_acts
from soc.state.store import Tx
from soc.task import OPEN, Link, LinkKind, Task
from soc.task import TEXT_MOST as TASK_MOST

TITLE_MOST = 200


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision and the task it became; None: not the viewer's to see."""

    decision: Decision
    task: Task | None


@dataclass(frozen=True, slots=True)
class Slide:
    """One tile as it is shown: the last decision over it, and the open task that is due first."""

    tile: FrozenTile
    last: Decided | None
    following: Task | None


@dataclass(frozen=True, slots=True)
class MeetingView:
    """One meeting; `before` with its decisions is what it opens with."""

    meeting: Meeting
    slides: tuple[Slide, ...]
    decisions: tuple[Decided, ...]
    before: Meeting | None
    last_decisions: tuple[Decided, ...]
    may_prepare: bool
    may_decide: bool


def meetings(services: Services, viewer: Viewer) -> tuple[Meeting, ...]:
    """The latest first."""
    with services.state.read() as tx:
        return tx.meetings.all(viewer.scope(Right.READ_TILES))


def read(services: Services, viewer: Viewer, meeting_id: str) -> MeetingView:
    """Raises NotFound."""
    scope = viewer.scope(Right.READ_TILES)
    with services.state.read() as tx:
        found = tx.meetings.get(meeting_id, scope)
        before = tx.meetings.before(found, scope)
        slides = _slides(tx, found, scope)
        decided = _with_tasks(tx, tx.meetings.decisions(found, scope), scope)
        last = _with_tasks(tx, tx.meetings.decisions(before, scope), scope) if before else ()
    open_one = found.state is MeetingState.PREPARED
    may_prepare = open_one and viewer.scope(Right.PREPARE_MEETINGS).sees(found.unit)
    may_decide = open_one and viewer.scope(Right.DECIDE_MEETINGS).sees(found.unit)
    return MeetingView(found, slides, decided, before, last, may_prepare, may_decide)


def prepare(services: Services, viewer: Viewer, typed: Mapping[str, str], rows: Sequence[str]) -> Meeting:
    """Raises Invalid with every fault."""
    scope, now = viewer.scope(Right.PREPARE_MEETINGS), services.clock.now()
    faults: dict[str, str] = {}
    unit, title, agenda = (typed.get(name, "").strip() for name in ("unit", "title", "agenda"))
    if not unit or not scope.sees(unit) or (unit != ROOT and services.units.get(unit) is None):
        faults["unit"] = words.NO_UNIT if unit else words.NEEDED
    if not title:
        faults["title"] = words.NEEDED
    faults |= {name: words.TOO_LONG for name, text, most in _texts(title, agenda) if len(text) > most}
    faults |= {name: words.STATE_SECRET for name, text, _ in _texts(title, agenda) if is_state_secret([text])}
    at, as_of = (_moment(typed, name, faults) for name in ("at", "as_of"))
    if as_of is not None and as_of > now:
        faults["as_of"] = words.FUTURE
    known = rows_by_key(services)
    chosen = [known[key] for key in dict.fromkeys(rows) if key in known]
    if not chosen or len(chosen) > TILES_MOST:
        faults["tiles"] = words.NO_TILE if known else words.NO_FIGURES
    if faults or at is None or as_of is None:
        raise Invalid(faults)
    draft = Meeting(uuid4().hex, 0, unit, title, at, as_of, agenda, viewer.account)
    with services.state.read() as tx:
        tiles = freeze(tx, world_of(services), scope, unit, as_of, chosen)
    with services.state.write() as tx:
        made = tx.meetings.prepare(draft, tiles, scope, at=now)
        told = {"title": made.title, "as_of": made.as_of, "tiles": [one.tile for one in tiles]}
        tx.audit.append(viewer.actor, "meeting.prepare", made.id, at=now, unit=unit, after=told)
    return made


def freeze_anew(services: Services, viewer: Viewer, meeting_id: str, typed: Mapping[str, str]) -> Meeting:
    """The same figures at another moment; the former set is kept. Raises NotFound, Refused, Invalid."""
    scope, now = _scope(services, viewer, meeting_id, Right.PREPARE_MEETINGS), services.clock.now()
    faults: dict[str, str] = {}
    as_of = _moment(typed, "as_of", faults)
    if as_of is not None and as_of > now:
        faults["as_of"] = words.FUTURE
    if faults or as_of is None:
        raise Invalid(faults)
    known = rows_by_key(services)
    with services.state.read() as tx:
        old = tx.meetings.get(meeting_id, scope)
        keys = [str(one.content.get("row", "")) for one in tx.meetings.tiles(old, scope)]
        chosen = [known[key] for key in keys if key in known]
        tiles = freeze(tx, world_of(services), scope, old.unit, as_of, chosen)
    with services.state.write() as tx:
        old = _open(tx, meeting_id, scope)
        made = tx.meetings.freeze_anew(old, as_of, tiles, scope, at=now)
        before, told = {"as_of": old.as_of}, {"as_of": made.as_of}
        tx.audit.append(viewer.actor, "meeting.freeze", made.id, at=now, unit=old.unit, before=before, after=told)
    return made


def end(services: Services, viewer: Viewer, meeting_id: str) -> Meeting:
    """Raises NotFound, Refused, or StateError when it has ended already."""
    scope, now = _scope(services, viewer, meeting_id, Right.PREPARE_MEETINGS), services.clock.now()
    with services.state.write() as tx:
        made = tx.meetings.end(_open(tx, meeting_id, scope), scope)
        tx.audit.append(viewer.actor, "meeting.end", made.id, at=now, unit=made.unit)
    return made


def decide(services: Services, viewer: Viewer, meeting_id: str, typed: Mapping[str, str]) -> Decision:
    """A decision and its task, in one transaction. Raises NotFound, Refused, Invalid with every fault."""
    scope, now = _scope(services, viewer, meeting_id, Right.DECIDE_MEETINGS), services.clock.now()
    faults: dict[str, str] = {}
    text, lead, place = (typed.get(name, "").strip() for name in ("text", "lead", "position"))
    if not text or len(text) > TASK_MOST or is_state_secret([text]):
        faults["text"] = words.NEEDED if not text else words.TOO_LONG if len(text) > TASK_MOST else words.STATE_SECRET
    unit = services.units.get(lead)
    if unit is None or not unit.holds_on(viewer.day) or not scope.sees(lead):
        faults["lead"] = words.NO_UNIT if lead else words.NEEDED
    due = _deadline(services, typed, faults)
    with services.state.write() as tx:
        meeting = _open(tx, meeting_id, scope)
        tiles = {str(one.position): one for one in tx.meetings.tiles(meeting, scope)}
        if place and place not in tiles:
            faults["position"] = words.NO_POSITION
        if faults or due is None:
            raise Invalid(faults)
        link = Link(LinkKind.MEETING, meeting.id, f"{meeting.name} {meeting.title}")
        whose = (f"{RoleOfPerson.LEADER}@{meeting.unit}", viewer.account, now)
        draft = Task(uuid4().hex, 0, text, lead, (), *whose, due, link=link)
        task = _assigned(tx, draft, viewer, scope, now)
        made = Decision(0, text, lead, due, task.id, viewer.account, now, int(place) if place else None)
        made = tx.meetings.decide(meeting, made, tiles[place].tile if place else "", scope)
        told = {"number": made.number, "text": text, "lead": lead, "due": due, "task": task.id}
        tx.audit.append(viewer.actor, "meeting.decide", meeting.id, at=now, unit=meeting.unit, after=told)
    return made


def live_of(services: Services, viewer: Viewer, meeting: Meeting, tile: FrozenTile) -> dict[str, Any] | None:
    """The figure as it stands now; None when the profile has it no longer."""
    row = rows_by_key(services).get(str(tile.content.get("row", "")))
    if row is None:
        return None
    with services.state.read() as tx:
        return live(tx, world_of(services), viewer.scope(Right.READ_TILES), meeting.unit, services.clock.now(), row)


def _slides(tx: Tx, meeting: Meeting, scope: Scope) -> tuple[Slide, ...]:
    tiles = tx.meetings.tiles(meeting, scope)
    ids = [one.tile for one in tiles]
    last = tx.meetings.last_decisions(meeting, scope, ids)
    found = {name: _with_tasks(tx, [one], scope)[0] for name, one in last.items()}
    linked: dict[str, list[Task]] = {}
    for task in tx.tasks.linked(scope, LinkKind.TILE, ids):
        linked.setdefault(task.link.id if task.link else "", []).append(task)
    made = []
    for one in tiles:
        decided = found.get(one.tile)
        tasks = [*linked.get(one.tile, ()), *((decided.task,) if decided and decided.task else ())]
        waiting = sorted((task for task in tasks if task.state in OPEN), key=lambda task: task.due)
        made.append(Slide(one, decided, waiting[0] if waiting else None))
    return tuple(made)


def _with_tasks(tx: Tx, some: Sequence[Decision], scope: Scope) -> tuple[Decided, ...]:
    found = []
    for one in some:
        try:
            task: Task | None = tx.tasks.get(one.task, scope)
        except NotFound:
            task = None
        found.append(Decided(one, task))
    return tuple(found)


def _assigned(tx: Tx, draft: Task, viewer: Viewer, scope: Scope, now: datetime) -> Task:
    try:
        return task_acts.assign(tx, draft, by=viewer.actor, scope=scope, at=now)
    except StateError as error:
        if error.code != task_acts.CODE:
            raise
        raise Invalid({"due": NO_MOMENT}) from error


def _open(tx: Tx, meeting_id: str, scope: Scope) -> Meeting:
    found = tx.meetings.get(meeting_id, scope)
    if found.state is not MeetingState.PREPARED:
        raise StateError("the meeting has ended - prepare a new one", code="SOC-1648")
    return found


def _scope(services: Services, viewer: Viewer, meeting_id: str, right: Right) -> Scope:
    """Raises NotFound for a meeting that is not seen, Refused where the right does not reach it."""
    with services.state.read() as tx:
        found = tx.meetings.get(meeting_id, viewer.scope(Right.READ_TILES))
    scope = viewer.scope(right)
    if not scope.sees(found.unit):
        raise Refused(f"your roles do not include '{right}' over this unit")
    return replace(scope)


def _texts(title: str, agenda: str) -> tuple[tuple[str, str, int], ...]:
    return ("title", title, TITLE_MOST), ("agenda", agenda, TEXT_MOST)


def _moment(typed: Mapping[str, str], name: str, faults: dict[str, str]) -> datetime | None:
    text = typed.get(name, "").strip()
    try:
        return moment_of(text)
    except ValueError:
        faults[name] = NO_MOMENT if text else words.NEEDED
        return None


def _deadline(services: Services, typed: Mapping[str, str], faults: dict[str, str]) -> datetime | None:
    text = typed.get("due", "").strip()
    if not text:
        faults["due"] = words.NEEDED
        return None
    try:
        found = deadline_of(text, world_of(services).calendar)
    except ValueError as error:
        faults["due"] = str(error)
        return None
    if found <= services.clock.now():
        faults["due"] = words.PAST
        return None
    return found
