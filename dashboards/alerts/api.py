"""Alerts for programs: the same functions as the pages, JSON in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dashboards.access.program import SeenOrKey
from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import service, work
from dashboards.alerts.service import Wish
from dashboards.errors import Refused, problem
from dashboards.shell.render import services_of
from soc.access import Right
from soc.alert import Action, Alert, AlertEvent, Level, Status, Verdict
from soc.errors import StaleRevision
from soc.state.keys import ALERTS_READ
from soc.state.moves import Question
from soc.state.rows import number_text

router = APIRouter(prefix="/alerts", tags=["alerts"])
Worker = Annotated[Viewer, Depends(Seen(Right.READ_EVENTS))]
Reader = Annotated[Viewer, Depends(SeenOrKey(Right.READ_EVENTS, ALERTS_READ))]
HeadReader = Annotated[Viewer, Depends(SeenOrKey(Right.READ_ALERT_HEADS, ALERTS_READ))]


class Body(BaseModel):
    """What comes in is closed: an unknown field is a fault, not silence."""

    model_config = ConfigDict(extra="forbid")


class RuleOut(BaseModel):
    """The rule as the alert keeps it."""

    id: str
    title: str
    title_vi: str
    level: Level
    author: str
    link: str
    tags: list[str]


class Head(BaseModel):
    """An alert in a list."""

    id: str
    number: str
    level: Level
    status: Status
    unit: str
    owner: str | None
    verdict: Verdict | None
    reason: str | None
    raised_at: datetime
    first_event: datetime
    last_event: datetime
    count: int
    entities: list[tuple[str, str]]
    rule: RuleOut
    revision: int


class Correlation(BaseModel):
    """Why a correlation fired."""

    type: str
    group: list[tuple[str, str]]
    first: datetime
    last: datetime
    count: float
    condition: str
    rules: list[str]


class Detail(Head):
    """An alert with its evidence. `legal`: the moves that the caller has now."""

    matched: dict[str, Any]
    events: list[dict[str, Any]]
    correlation: Correlation | None
    weak_filter: list[str]
    flags: list[str]
    legal: list[Action]


class HistoryItem(BaseModel):
    """One line of an alert's history."""

    seq: int
    at: datetime
    actor: str
    actor_kind: str
    kind: str
    before: dict[str, Any]
    after: dict[str, Any]
    note: str


class QuestionIn(Body):
    """What is asked of the unit."""

    text: str = Field(min_length=1, max_length=2_000)
    contact: str = Field(min_length=1, max_length=200)
    deadline: AwareDatetime


class MoveIn(Body):
    """A move. `close` needs verdict and reason, `assign` an owner, `ask_unit` a question."""

    action: Action
    verdict: Verdict | None = None
    reason: str | None = Field(None, max_length=40)
    note: str = Field("", max_length=10_000)
    owner: str | None = Field(None, max_length=64)
    question: QuestionIn | None = None


class CommentIn(Body):
    """A remark that moves nothing."""

    text: str = Field(min_length=1, max_length=10_000)


@router.get("/{alert_id}", operation_id="get_alert")
def get_alert(request: Request, response: Response, viewer: Reader, alert_id: str) -> Detail:
    """One alert; the `ETag` is its revision, to be sent back as `If-Match`."""
    view = service.read(services_of(request), viewer, alert_id)
    events = service.events_of(services_of(request), viewer, view.alert)
    response.headers["ETag"] = f'"{view.alert.revision}"'
    return _detail(view.alert, list(events), list(view.legal))


@router.get("/{alert_id}/history", operation_id="get_alert_history")
def get_history(request: Request, viewer: Reader, alert_id: str) -> list[HistoryItem]:
    """Oldest first; nothing in it is ever changed."""
    return [_item(event) for event in service.read(services_of(request), viewer, alert_id).history]


@router.post("/{alert_id}/actions", operation_id="act_on_alert", response_model=Head)
def act_on_alert(
    request: Request,
    response: Response,
    viewer: Worker,
    alert_id: str,
    move: MoveIn,
    if_match: Annotated[str | None, Header()] = None,
) -> Head | Response:
    """409 with the legal moves when the state forbids it, 412 when somebody was faster, 422 for what is missing."""
    asked = move.question
    wish = Wish(
        action=move.action,
        revision=_revision(if_match),
        verdict=move.verdict,
        reason=move.reason,
        note=move.note,
        owner=move.owner,
        question=None if asked is None else Question(asked.text, asked.contact, asked.deadline),
    )
    try:
        changed = service.act(services_of(request), viewer, alert_id, wish, request.state.request_id)
    except StaleRevision as error:
        return _newer(request, viewer, alert_id, error)
    response.headers["ETag"] = f'"{changed.revision}"'
    return Head(**head_of(changed))


@router.post("/{alert_id}/comments", operation_id="comment_on_alert", status_code=201)
def comment_on_alert(request: Request, viewer: Worker, alert_id: str, comment: CommentIn) -> Head:
    """Adds a line to the history."""
    changed = work.comment(services_of(request), viewer, alert_id, comment.text, request.state.request_id)
    return Head(**head_of(changed))


@router.post("/{alert_id}/approve_close", operation_id="approve_close_of_alert", response_model=Head)
def approve_close_of_alert(
    request: Request, viewer: Worker, alert_id: str, if_match: Annotated[str | None, Header()] = None
) -> Head | Response:
    """The second person's agreement to a critical alert that was closed as false."""
    revision = _revision(if_match)
    try:
        changed = service.approve_close(services_of(request), viewer, alert_id, revision, request.state.request_id)
    except StaleRevision as error:
        return _newer(request, viewer, alert_id, error)
    return Head(**head_of(changed))


def _newer(request: Request, viewer: Viewer, alert_id: str, error: StaleRevision) -> Response:
    """412 with the newer state, so that a program can decide again without asking first."""
    found = service.find(services_of(request), viewer, alert_id)
    current = Head(**head_of(found)).model_dump(mode="json")
    response = problem(request, 412, error.code, error.message, current=current)
    response.headers["ETag"] = f'"{found.revision}"'
    return response


def _revision(if_match: str | None) -> int:
    text = (if_match or "").removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 18:
        raise Refused("send the alert's ETag as If-Match", code="SOC-1725", status=428)
    return int(text)


def head_of(alert: Alert) -> dict[str, Any]:
    """An alert in a list."""
    rule = alert.rule
    same = ("id", "level", "status", "unit", "owner", "verdict", "reason", "raised_at", "first_event", "last_event")
    return {name: getattr(alert, name) for name in (*same, "count", "entities", "revision")} | {
        "number": number_text(alert.number),
        "rule": RuleOut(
            id=rule.id,
            title=rule.title,
            title_vi=rule.title_vi,
            level=rule.level,
            author=rule.author,
            link=rule.link,
            tags=list(rule.tags),
        ),
    }


def _detail(alert: Alert, events: list[dict[str, Any]], legal: list[Action]) -> Detail:
    facts = alert.correlation
    names = ("type", "group", "first", "last", "count", "condition", "rules")
    return Detail(
        **head_of(alert),
        matched=alert.matched,
        events=events,
        correlation=None if facts is None else Correlation(**{name: getattr(facts, name) for name in names}),
        weak_filter=list(alert.weak_filter),
        flags=list(alert.flags),
        legal=legal,
    )


def _item(event: AlertEvent) -> HistoryItem:
    names = ("seq", "at", "actor", "actor_kind", "kind", "before", "after", "note")
    return HistoryItem(**{name: getattr(event, name) for name in names})
