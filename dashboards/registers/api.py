"""The registers for programs: an entry is a row of the CSV, by the same names and in the same words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.registers import incident_service, service, system_service
from dashboards.registers.books import Effect
from dashboards.registers.service import BYTES_MOST
from dashboards.registers.system_service import SourceAct
from dashboards.shell.render import services_of
from reports.clocks import Confidence, Punctuality, Standing
from soc.access import Right
from soc.incident import Category, Channel, Incident, Move, ReportForm, Severity, State

router = APIRouter(prefix="/registers", tags=["registers"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_REGISTERS))]
Approver = Annotated[Viewer, Depends(Seen(Right.APPROVE_REGISTERS))]
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]
Text = Annotated[str, Field(max_length=5_000)]


class EntryIn(BaseModel):
    """Column -> text, as in the CSV. A day is 2026-11-24, a moment 2026-11-24T14:03, both the province's own time."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, Text] = Field(max_length=40)


class FileIn(BaseModel):
    """A CSV file as text. Without `save` nothing is written: the answer says what would be."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=BYTES_MOST)
    save: bool = False


class RowOut(BaseModel):
    """What one row of a file does, or what is wrong with it."""

    line: int
    effect: Effect | None
    faults: dict[str, str]


class FileOut(BaseModel):
    """All rows of a file; `unknown`: columns that were not read."""

    saved: bool
    unknown: list[str]
    rows: list[RowOut]


class MoveIn(EntryIn):
    """One move of an incident, with the revision that the caller has read."""

    move: Move
    revision: int = Field(ge=1)


class SourceActIn(BaseModel):
    """What becomes of an expected source. `since` and `reason` are for `remove`."""

    model_config = ConfigDict(extra="forbid")

    act: SourceAct
    since: str = Field("", max_length=20)
    reason: str = Field("", max_length=500)


class ExpectedOut(BaseModel):
    """A source that a system owes. A removal that nobody has approved changes nothing in what counts."""

    id: int
    system: str
    source: str
    since: date
    removed_since: date | None
    removal_reason: str
    removal_asked_by: str
    removal_approved_by: str


class ReportOut(BaseModel):
    """A report that was sent."""

    id: str
    form: ReportForm
    sent_at: datetime
    channel: Channel
    receiver: str
    document_number: str
    receipt: str
    withdrawn: str


class ClockOut(BaseModel):
    """A duty to report. `left`: seconds, below zero when overdue; `confidence`: how far the law's text was checked."""

    id: str
    law: str
    due: datetime
    standing: Standing
    left: int
    confidence: Confidence
    advice: bool


class IncidentOut(BaseModel):
    """One incident with its duties and the moves there are."""

    id: str
    number: int
    unit: str
    title: str
    category: Category
    severity: Severity
    state: State
    t0: datetime
    confirmed_at: datetime | None
    contained_at: datetime | None
    closed_at: datetime | None
    personal_data_at: datetime | None
    grave: bool
    hidden: bool
    waived: bool
    systems: list[str]
    alerts: list[str]
    summary: str
    revision: int
    punctuality: Punctuality
    moves: list[Move]
    reports: list[ReportOut]
    clocks: list[ClockOut]


@router.get("/incidents/{incident_id}", operation_id="get_incident")
def get_incident(request: Request, viewer: Reader, incident_id: str) -> IncidentOut:
    """One incident."""
    return _incident(incident_service.read(services_of(request), viewer, incident_id))


@router.post("/incidents/{incident_id}/moves", operation_id="move_incident")
def move_incident(request: Request, viewer: Worker, incident_id: str, wanted: MoveIn) -> IncidentOut:
    """One move of its table; its values are the fields of the form."""
    services = services_of(request)
    incident_service.act(services, viewer, incident_id, wanted.move, wanted.revision, wanted.values)
    return _incident(incident_service.read(services, viewer, incident_id))


@router.get("/systems/{system_id}/sources", operation_id="list_expected_sources")
def list_expected(request: Request, viewer: Reader, system_id: str) -> list[ExpectedOut]:
    """What a system owes, with the removals that were asked for."""
    view = system_service.read(services_of(request), viewer, system_id)
    return [
        ExpectedOut(
            **{name: getattr(one, name) for name in ("id", "system", "source", "since")},
            removed_since=one.removal.since if one.removal else None,
            removal_reason=one.removal.reason if one.removal else "",
            removal_asked_by=one.removal.asked_by if one.removal else "",
            removal_approved_by=(one.removal.approved_by or "") if one.removal else "",
        )
        for one in view.expected
    ]


@router.post("/systems/{system_id}/sources/{expected_id}", operation_id="act_on_expected_source", status_code=204)
def act_on_expected(request: Request, viewer: Approver, system_id: str, expected_id: int, wanted: SourceActIn) -> None:
    """Asks for its removal, approves one that somebody else asked for, or refuses it."""
    typed = {"since": wanted.since, "reason": wanted.reason}
    system_service.act_on(services_of(request), viewer, system_id, expected_id, wanted.act, typed)


@router.get("/{book}", operation_id="list_register")
def list_register(request: Request, viewer: Reader, book: str) -> list[dict[str, str]]:
    """Every row of a book: systems, sources, incidents, scans, weaknesses, endpoints or botnet."""
    return service.listing(services_of(request), viewer, book)


@router.post("/{book}", operation_id="enter_in_register", status_code=201)
def enter(request: Request, viewer: Reader, book: str, entry: EntryIn) -> dict[str, str]:
    """Writes one row; one with the key of a record changes it."""
    known = service.book_of(book).columns
    if unknown := [name for name in entry.values if name not in known]:
        raise Invalid({name: f"no column of '{book}'; there are {', '.join(known)}" for name in unknown})
    services = services_of(request)
    service.enter(services, viewer, book, entry.values)
    return entry.values


@router.post("/{book}/file", operation_id="load_register_file")
def load(request: Request, viewer: Reader, book: str, file: FileIn) -> FileOut:
    """A receipt for every row of a CSV file."""
    receipt = service.take_file(services_of(request), viewer, book, file.text, save=file.save)
    rows = [RowOut(line=row.line, effect=row.effect, faults=dict(row.faults)) for row in receipt.rows]
    return FileOut(saved=receipt.saved, unknown=list(receipt.unknown), rows=rows)


def _incident(view: incident_service.IncidentView) -> IncidentOut:
    one: Incident = view.line.incident
    same = (
        *("id", "number", "unit", "title", "category", "severity", "state", "t0", "confirmed_at", "contained_at"),
        *("closed_at", "personal_data_at", "grave", "hidden", "summary", "revision"),
    )
    sent = ("id", "form", "sent_at", "channel", "receiver", "document_number", "receipt", "withdrawn")
    return IncidentOut(
        **{name: getattr(one, name) for name in same},
        waived=one.waiver is not None,
        systems=list(one.systems),
        alerts=list(one.alerts),
        punctuality=view.line.punctual,
        moves=list(view.moves),
        reports=[ReportOut(**{name: getattr(each, name) for name in sent}) for each in one.reports],
        clocks=[
            ClockOut(
                id=clock.rule.id,
                law=clock.law,
                due=clock.due,
                standing=clock.standing,
                left=int(clock.left.total_seconds()),
                confidence=clock.rule.confidence,
                advice=clock.rule.advice,
            )
            for clock in view.clocks
        ],
    )
