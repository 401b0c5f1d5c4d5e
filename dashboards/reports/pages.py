"""The list of reports, and one report with its texts and steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.reports import service
from dashboards.services import Services
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from reports.monthly.making import PeriodError
from reports.monthly.model import Missing, Paragraph
from reports.monthly.package import Format
from reports.monthly.render.html import said_as_of
from soc.access import Right
from soc.errors import IllegalMove, NotFound, StaleRevision, StateError
from soc.report import MOVES, WRITTEN, Issue, ReportMove, ReportState

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_REPORTS))]
Writer = Annotated[Viewer, Depends(Seen(Right.WRITE_REPORTS))]
Issuer = Annotated[Viewer, Depends(Seen(Right.ISSUE_REPORTS))]

FIELDS_MOST, TEXT_MOST = 10, 100_000
TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STATES = {
    ReportState.DRAFT: ("new", N_("Draft")),
    ReportState.REVIEW: ("in_progress", N_("Under review")),
    ReportState.ISSUED: ("ok", N_("Issued")),
    ReportState.REPLACED: ("closed", N_("Replaced")),
}
"""State -> its mark and word."""

TOLD = {
    "make": N_("made the draft"),
    "refresh": N_("read the figures anew"),
    "write": N_("changed the texts"),
    "submit": N_("submitted it"),
    "return": N_("returned it"),
    "issue": N_("issued it"),
    "replace": N_("issued another one in its place"),
}
DONE = {
    "make": N_("The draft is made."),
    "refresh": N_("The figures were read anew."),
    "write": N_("The texts are saved."),
    "submit": N_("The report waits for a second person."),
    "return": N_("The report is a draft again."),
    "issue": N_("The report is issued; nothing of it changes any more."),
}
REFUSED = {
    "is not complete": N_("It is not complete: what lacks is listed below."),
    "differ when they are read again": N_("Some figures are not the same when read again; tell the administrators."),
    "second person": N_("A second person issues the report, never one who wrote it."),
    "number and signer": N_("Enter number, day and signer."),
    "say what is to be mended": N_("Say what is to be mended, in at least 5 letters."),
    "say why another one": N_("A report of this month is issued: say why another one takes its place."),
    "no month": N_("Write the month as 2026-10."),
    "had not begun": N_("This month has not begun yet."),
}
OTHERWISE = N_("This step was refused; look at the report again.")
FIELDS = ("period", "reason", "override", "remark", "number", "day", "signer")
SECTIONS = {
    "VIII": N_("VIII. Assessment"),
    "IX": N_("IX. Tasks of the next period"),
    "X": N_("X. Proposals"),
}


@router.get("/reports")
def reports(request: Request, viewer: Reader) -> Response:
    return _list(request, viewer)


@router.post("/reports")
async def make_report(request: Request, viewer: Writer) -> Response:
    typed = await _typed(request)
    return await run_in_threadpool(_begin, request, viewer, typed)


@router.get("/reports/{report_id}")
def report(request: Request, viewer: Reader, report_id: str, *, done: str = "") -> Response:
    return _one(request, viewer, report_id, done=done)


@router.get("/reports/{report_id}/file/{form}")
def report_file(request: Request, viewer: Reader, report_id: str, form: str) -> Response:
    """Always saved, never shown by us: the paper's own styles are no part of this page."""
    if form not in set(Format):
        raise NotFound
    text = service.file(services_of(request), viewer, report_id, Format(form))
    name = f'attachment; filename="bao-cao-{report_id[:8]}.{form}"'
    return Response(text, media_type=TYPES[Format(form)], headers={"Content-Disposition": name})


@router.post("/reports/{report_id}/refresh")
async def refresh(request: Request, viewer: Writer, report_id: str) -> Response:
    return await _act(request, viewer, report_id, "refresh")


@router.post("/reports/{report_id}/texts")
async def write(request: Request, viewer: Writer, report_id: str) -> Response:
    return await _act(request, viewer, report_id, "write")


@router.post("/reports/{report_id}/submit")
async def submit(request: Request, viewer: Writer, report_id: str) -> Response:
    return await _act(request, viewer, report_id, "submit")


@router.post("/reports/{report_id}/return")
async def send_back(request: Request, viewer: Issuer, report_id: str) -> Response:
    return await _act(request, viewer, report_id, "return")


@router.post("/reports/{report_id}/issue")
async def issue(request: Request, viewer: Issuer, report_id: str) -> Response:
    return await _act(request, viewer, report_id, "issue")


def _day(text: str) -> date:
    """As people here write it, or as browsers do."""
    parts = text.strip().split("/")
    try:
        return date.fromisoformat("-".join(part.zfill(2) for part in reversed(parts)))
    except ValueError:
        raise Invalid({"day": N_("Write the day as 05/11/2026.")}) from None


Typed = Mapping[str, str]
ACTS: Mapping[str, Callable[[Services, Viewer, str, Typed], object]] = {
    "refresh": lambda services, viewer, id, typed: service.refresh(services, viewer, id),
    "write": lambda services, viewer, id, typed: service.write(
        services, viewer, id, {name: typed[name] for name in WRITTEN if name in typed}
    ),
    "submit": lambda services, viewer, id, typed: service.submit(services, viewer, id, typed.get("override", "")),
    "return": lambda services, viewer, id, typed: service.send_back(services, viewer, id, typed.get("remark", "")),
    "issue": lambda services, viewer, id, typed: service.issue(
        services, viewer, id, Issue(typed.get("number", ""), _day(typed.get("day", "")), typed.get("signer", ""))
    ),
}


async def _act(request: Request, viewer: Viewer, report_id: str, kind: str) -> Response:
    typed = await _typed(request)
    return await run_in_threadpool(_acted, request, viewer, report_id, kind, typed)


def _acted(request: Request, viewer: Viewer, report_id: str, kind: str, typed: Typed) -> Response:
    try:
        ACTS[kind](services_of(request), viewer, report_id, typed)
    except Invalid as error:
        found = [Problem(field, translate(request, text)) for field, text in error.fields.items()]
        return _one(request, viewer, report_id, status=422, found=found, typed=typed)
    except (IllegalMove, StaleRevision, NotFound):
        raise
    except StateError as error:
        text = next((said for part, said in REFUSED.items() if part in str(error)), OTHERWISE)
        found = [Problem("", translate(request, text))]
        return _one(request, viewer, report_id, status=422, found=found, typed=typed)
    return RedirectResponse(f"/reports/{report_id}?done={kind}", status_code=303)


def _begin(request: Request, viewer: Viewer, typed: Typed) -> Response:
    period = typed.get("period", "")
    try:
        made = service.begin(services_of(request), viewer, period, typed.get("reason", ""))
    except (StateError, PeriodError) as error:
        text = next((said for part, said in REFUSED.items() if part in str(error)), OTHERWISE)
        found = [Problem("period", translate(request, text))]
        return _list(request, viewer, status=422, typed=typed, found=found)
    return RedirectResponse(f"/reports/{made.id}?done=make", status_code=303)


def _list(
    request: Request,
    viewer: Viewer,
    *,
    status: int = 200,
    typed: Typed | None = None,
    found: list[Problem] | None = None,
) -> Response:
    listed = service.listing(services_of(request), viewer)
    return page(
        request,
        "reports/reports.html",
        status=status,
        section="reports",
        listed=listed,
        typed=dict.fromkeys(FIELDS, "") | dict(typed or {}),
        problems=found or [],
        STATES=STATES,
        may_write=viewer.scope(Right.WRITE_REPORTS).units is None,
        api_href="/api/v1/reports",
    )


def _one(
    request: Request,
    viewer: Viewer,
    report_id: str,
    *,
    status: int = 200,
    done: str = "",
    found: list[Problem] | None = None,
    typed: Typed | None = None,
) -> Response:
    view = service.read(services_of(request), viewer, report_id)
    one = view.record
    with services_of(request).state.read() as tx:
        names = tx.people.names({event.actor for event in view.history})
    return page(
        request,
        "reports/report.html",
        status=status,
        section="reports",
        view=view,
        one=one,
        lines=[block for block in view.report.summary if isinstance(block, Paragraph | Missing)],
        texts={name: (typed or {}).get(name, one.texts.get(name, "")) for name in WRITTEN},
        typed=dict.fromkeys(FIELDS, "") | dict(typed or {}),
        problems=found or [],
        done=translate(request, DONE[done]) if done in DONE else "",
        said_as_of=said_as_of(view.report),
        STATES=STATES,
        TOLD=TOLD,
        SECTIONS=SECTIONS,
        FORMS=tuple(Format),
        person=lambda account: names.get(account, account),
        **_may(viewer, view),
        api_href=f"/api/v1/reports/{one.id}",
    )


def _may(viewer: Viewer, view: service.ReportView) -> dict[str, Any]:
    moves = MOVES[view.record.state]
    unit = view.record.unit
    writes = viewer.scope(Right.WRITE_REPORTS).sees(unit)
    issues = viewer.scope(Right.ISSUE_REPORTS).sees(unit)
    return {
        "may_write": writes and ReportMove.WRITE in moves,
        "may_issue": issues and ReportMove.ISSUE in moves,
        "is_author": viewer.account in view.record.authors,
    }


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=FIELDS_MOST, max_part_size=TEXT_MOST)
    return {name: value for name, value in form.items() if isinstance(value, str)}
