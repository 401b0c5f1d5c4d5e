"""Reports for programs: the same steps as on the page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.reports import service
from dashboards.reports.pages import TYPES
from dashboards.shell.render import services_of
from reports.monthly.package import Format
from soc.access import Right
from soc.report import TEXT_MOST, Issue, ReportRecord, ReportState

router = APIRouter(prefix="/reports", tags=["reports"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_REPORTS))]
Writer = Annotated[Viewer, Depends(Seen(Right.WRITE_REPORTS))]
Issuer = Annotated[Viewer, Depends(Seen(Right.ISSUE_REPORTS))]
Line = Annotated[str, Field(max_length=500)]


class Typed(BaseModel):
    """What a body holds is named, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class NewReportIn(Typed):
    """A month such as 2026-10; empty: the last one that is over. `reason`: why it replaces an issued one."""

    period: str = Field("", max_length=7)
    reason: Line = ""


class TextsIn(Typed):
    """Section -> what people write in it: VIII, IX, X."""

    texts: dict[str, Annotated[str, Field(max_length=TEXT_MOST)]] = Field(max_length=3)


class SubmitIn(Typed):
    """`override`: why it is submitted although figures are missing."""

    override: Line = ""


class RemarkIn(Typed):
    """What is to be mended."""

    remark: Line


class IssueIn(Typed):
    """What the clerk enters."""

    number: str = Field(max_length=20)
    day: date
    signer: str = Field(max_length=120)


class ReportOut(BaseModel):
    """One report. `digest`: SHA-256 of the manifest of its package."""

    id: str
    kind: str
    label: str
    start: date
    end: date
    state: ReportState
    revision: int
    as_of: datetime
    figures: int
    incomplete: list[str]
    texts: dict[str, str]
    made_by: str
    submitted_by: str
    override: str
    remark: str
    number: str
    issued_on: date | None
    signer: str
    issued_by: str
    digest: str
    replaces: str
    replaced_by: str


@router.get("", operation_id="list_reports")
def list_reports(request: Request, viewer: Reader) -> list[ReportOut]:
    """The newest first."""
    return [_out(one) for one in service.listing(services_of(request), viewer)]


@router.post("", operation_id="make_report", status_code=201)
def make_report(request: Request, viewer: Writer, wanted: NewReportIn) -> ReportOut:
    """A draft with its figures, read at the cut-off of the period."""
    return _out(service.begin(services_of(request), viewer, wanted.period, wanted.reason))


@router.get("/{report_id}", operation_id="get_report")
def get_report(request: Request, viewer: Reader, report_id: str) -> ReportOut:
    return _out(service.read(services_of(request), viewer, report_id).record)


@router.get("/{report_id}/file/{form}", operation_id="get_report_file", response_class=Response)
def get_file(request: Request, viewer: Reader, report_id: str, form: Format) -> Response:
    """html, pdf, docx or xlsx; of an issued report the very bytes."""
    return Response(service.file(services_of(request), viewer, report_id, form), media_type=TYPES[form])


@router.post("/{report_id}/refresh", operation_id="refresh_report")
def refresh(request: Request, viewer: Writer, report_id: str) -> ReportOut:
    """The figures of a draft as they are known now."""
    return _out(service.refresh(services_of(request), viewer, report_id))


@router.post("/{report_id}/texts", operation_id="write_report")
def write(request: Request, viewer: Writer, report_id: str, wanted: TextsIn) -> ReportOut:
    """Sections that people write."""
    return _out(service.write(services_of(request), viewer, report_id, wanted.texts))


@router.post("/{report_id}/submit", operation_id="submit_report")
def submit(request: Request, viewer: Writer, report_id: str, wanted: SubmitIn) -> ReportOut:
    """Refused with everything that lacks."""
    return _out(service.submit(services_of(request), viewer, report_id, wanted.override))


@router.post("/{report_id}/return", operation_id="return_report")
def send_back(request: Request, viewer: Issuer, report_id: str, wanted: RemarkIn) -> ReportOut:
    """Back to its authors."""
    return _out(service.send_back(services_of(request), viewer, report_id, wanted.remark))


@router.post("/{report_id}/issue", operation_id="issue_report")
def issue(request: Request, viewer: Issuer, report_id: str, wanted: IssueIn) -> ReportOut:
    """By a second person; from then on nothing of it changes."""
    entered = Issue(wanted.number, wanted.day, wanted.signer)
    return _out(service.issue(services_of(request), viewer, report_id, entered))


def _out(one: ReportRecord) -> ReportOut:
    same = (
        *("id", "kind", "label", "start", "end", "state", "revision", "as_of", "figures", "made_by", "submitted_by"),
        *("override", "remark", "issued_by", "digest", "replaces", "replaced_by"),
    )
    issue = one.issue
    return ReportOut(
        **{name: getattr(one, name) for name in same},
        incomplete=list(one.incomplete),
        texts=dict(one.texts),
        number=issue.number if issue else "",
        issued_on=issue.day if issue else None,
        signer=issue.signer if issue else "",
    )
