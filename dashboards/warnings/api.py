"""Warnings and reminders for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.shell.render import services_of
from dashboards.warnings import service
from soc.access import Right
from soc.reminder import Receiver, ReminderKind
from soc.state.warnings import Warned
from soc.warning import WarningCause, WarningLevel, WarningState

router = APIRouter(tags=["warnings"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]


class SaidOut(BaseModel):
    """The same in both languages."""

    vi: str
    en: str


class WarningOut(BaseModel):
    """One warning. `receiver`: to whom it has gone so far; `gone_at`: since when its cause is gone."""

    id: str
    name: str
    cause: WarningCause
    subject: str
    unit: str
    level: WarningLevel
    state: WarningState
    sentence: SaidOut
    advice: SaidOut
    figures: list[str]
    raised_at: datetime
    updated_at: datetime
    deadline: datetime
    receiver: Receiver
    gone_at: datetime | None
    reason: str
    revision: int


class WarningMoveIn(BaseModel):
    """One step, with the revision that the caller has read. `unconfirmed` needs a reason."""

    model_config = ConfigDict(extra="forbid")

    state: WarningState
    revision: int = Field(ge=1)
    reason: str = Field("", max_length=2_000)


class ReminderOut(BaseModel):
    """One row of the outbox. No channel sends yet: `sent_at` stays empty."""

    unit: str
    kind: ReminderKind
    receiver: Receiver
    text: SaidOut
    link: str
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None


@router.get("/warnings", operation_id="list_warnings")
def list_warnings(request: Request, viewer: Reader, *, open_only: bool = True) -> list[WarningOut]:
    """By level, the most urgent first, then by age."""
    return [_out(one) for one in service.warnings(services_of(request), viewer, open_only=open_only)]


@router.get("/warnings/{warning_id}", operation_id="get_warning")
def get_warning(request: Request, viewer: Reader, warning_id: str) -> WarningOut:
    """One warning."""
    return _out(service.read(services_of(request), viewer, warning_id).warning)


@router.post("/warnings/{warning_id}/moves", operation_id="move_warning")
def move_warning(request: Request, viewer: Reader, warning_id: str, given: WarningMoveIn) -> WarningOut:
    """One step of its life."""
    return _out(service.move(services_of(request), viewer, warning_id, given.state, given.revision, given.reason))


@router.get("/reminders", operation_id="list_reminders")
def list_reminders(request: Request, viewer: Reader) -> list[ReminderOut]:
    """The outbox over the caller's units, the newest first."""
    return [
        ReminderOut(
            unit=one.unit,
            kind=one.kind,
            receiver=one.receiver,
            text=SaidOut(vi=one.text["vi"], en=one.text["en"]),
            link=one.link,
            created_at=one.created_at,
            not_before=one.not_before,
            sent_at=one.sent_at,
        )
        for one in service.reminders(services_of(request), viewer)
    ]


def _out(one: Warned) -> WarningOut:
    return WarningOut(
        id=one.id,
        name=one.name,
        cause=one.cause,
        subject=one.subject,
        unit=one.unit,
        level=one.level,
        state=one.state,
        sentence=SaidOut(vi=one.sentence.vi, en=one.sentence.en),
        advice=SaidOut(vi=one.advice.vi, en=one.advice.en),
        figures=list(one.figures),
        raised_at=one.raised_at,
        updated_at=one.updated_at,
        deadline=one.deadline,
        receiver=one.receiver,
        gone_at=one.gone_at,
        reason=one.reason,
        revision=one.revision,
    )
