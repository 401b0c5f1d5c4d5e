"""The lists of the registers, and for every book: one entry, a file with its receipt, an export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.registers import incident_service, service, system_service, words
from dashboards.registers.books import Book, Effect
from dashboards.registers.fields import Field
from dashboards.registers.incident_book import FORM, INCIDENTS
from dashboards.registers.incident_service import OPEN_STATES
from dashboards.registers.typed import fresh, typed_of
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from dashboards.shell.narrowing import Choice, address, chips, spoken
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from dashboards.shell.unit_names import unit_choices, unit_name
from soc.access import Right
from soc.fold import fold_marks
from soc.incident import State

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_REGISTERS))]

PAGE = 50
DONE = {
    "saved": N_("Saved; kept in the audit log."),
    "file": N_("The good rows of the file are saved; kept in the audit log."),
    "opened": N_("The incident is open."),
    "moved": N_("Recorded in the history."),
}
EFFECTS = {Effect.NEW: N_("new"), Effect.CHANGE: N_("changes what is there"), Effect.SAME: N_("is there already")}
OPEN = "open"


@router.get("/registers")
def registers(request: Request, viewer: Reader) -> Response:
    return RedirectResponse("/registers/incidents", status_code=303)


@router.get("/registers/systems")
def systems(
    request: Request,
    viewer: Reader,
    *,
    of: str = "",
    level: str = "",
    q: str = "",
    start: int = 0,
    done: str = "",
) -> Response:
    known = system_service.lines(services_of(request), viewer)
    shown = [
        line
        for line in known
        if (not of or line.system.unit == of)
        and (not level or str(line.system.level or 0) == level)
        and _holds(q, line.system.id, line.system.name, line.system.contact)
    ]
    levels = spoken(request, [("0", N_("not proposed"))]) + tuple((str(n), str(n)) for n in range(1, 6))
    choices = [_units(request, {line.system.unit for line in known}, of)]
    choices.append(Choice("level", N_("System level"), N_("all levels"), levels, level))
    return _list(request, viewer, "systems", shown, len(known), start, choices=choices, text=q, done=done)


@router.get("/registers/incidents")
def incidents(
    request: Request,
    viewer: Reader,
    *,
    of: str = "",
    state: str = "",
    severity: str = "",
    q: str = "",
    start: int = 0,
    done: str = "",
) -> Response:
    known = incident_service.lines(services_of(request), viewer)
    wanted = OPEN_STATES if state == OPEN else {choice(State, state)} if state else set(State)
    shown = [
        line
        for line in known
        if (not of or line.incident.unit == of)
        and line.incident.state in wanted
        and (not severity or line.incident.severity == severity)
        and _holds(q, line.incident.title, f"SC-{line.incident.number:06d}")
    ]
    states = spoken(request, [(OPEN, N_("not ended")), *((one, word) for one, (_, word) in words.STATES.items())])
    choices = [
        _units(request, {line.incident.unit for line in known}, of),
        Choice("state", N_("State"), N_("all"), states, state),
        Choice("severity", N_("Severity"), N_("all"), spoken(request, words.SEVERITIES.items()), severity),
    ]
    return _list(request, viewer, "incidents", shown, len(known), start, choices=choices, text=q, done=done)


@router.get("/registers/weaknesses")
def weaknesses(
    request: Request,
    viewer: Reader,
    *,
    of: str = "",
    state: str = "",
    q: str = "",
    start: int = 0,
    done: str = "",
) -> Response:
    scope, day = viewer.scope(Right.READ_REGISTERS), viewer.day
    with services_of(request).state.read() as tx:
        known, scans = tx.weaknesses.all(scope), tx.weaknesses.scans(scope)
        names = {one.id: one.name for one in tx.systems.all(scope)}
    shown = [
        one
        for one in known
        if (not of or one.unit == of)
        and (state != "overdue" or one.overdue_on(day))
        and (state != OPEN or one.fixed_on is None)
        and _holds(q, one.code, one.title, one.system, names.get(one.system, ""))
    ]
    shown.sort(key=lambda one: (one.fixed_on is not None, one.due))
    states = spoken(request, [("overdue", N_("overdue")), (OPEN, N_("not fixed"))])
    choices = [_units(request, {one.unit for one in known}, of), Choice("state", N_("State"), N_("all"), states, state)]
    more: dict[str, Any] = {"scans": scans[:PAGE], "scan_count": len(scans), "names": names}
    return _list(request, viewer, "weaknesses", shown, len(known), start, choices=choices, text=q, done=done, **more)


@router.get("/registers/external")
def external(request: Request, viewer: Reader, *, of: str = "", start: int = 0, done: str = "") -> Response:
    scope = viewer.scope(Right.READ_REGISTERS)
    with services_of(request).state.read() as tx:
        counts = [one for one in tx.external.endpoints(scope) if not of or one.unit == of]
        listed = [one for one in tx.external.botnet(scope) if not of or one.unit == of]
    units = {one.unit for one in counts} | {one.unit for one in listed}
    choices = [_units(request, units, of)]
    more: dict[str, Any] = {"addresses": listed[:PAGE], "address_count": len(listed)}
    return _list(request, viewer, "external", counts, len(counts), start, choices=choices, text="", done=done, **more)


@router.get("/registers/{book}/entry")
def entry_form(request: Request, viewer: Reader, book: str, *, alert: str = "") -> Response:
    """Empty, or filled by the key of a record that is there (`?id=ht-1`), or from an alert."""
    chosen = _form_of(service.book_of(book))
    service.writer_scope(viewer, chosen)
    return _entry(request, viewer, chosen, fresh(request, viewer, chosen, alert), alert=alert)


@router.post("/registers/{book}/entry")
async def enter(request: Request, viewer: Reader, book: str) -> Response:
    from starlette.concurrency import run_in_threadpool

    chosen, typed = _form_of(service.book_of(book)), await typed_of(request)
    return await run_in_threadpool(_entered, request, viewer, chosen, typed)


@router.get("/registers/{book}/file")
def file_form(request: Request, viewer: Reader, book: str) -> Response:
    chosen = service.book_of(book)
    service.writer_scope(viewer, chosen)
    return _file(request, chosen)


@router.post("/registers/{book}/file")
async def take_file(request: Request, viewer: Reader, book: str) -> Response:
    """First the receipt of every row; the same text again with `save` writes the good ones."""
    from starlette.concurrency import run_in_threadpool

    chosen, typed = service.book_of(book), await typed_of(request, file="file")
    return await run_in_threadpool(_taken, request, viewer, chosen, typed)


@router.get("/registers/{book}/export")
def export(request: Request, viewer: Reader, book: str) -> Response:
    text = service.export(services_of(request), viewer, book)
    headers = {"Content-Disposition": f'attachment; filename="{service.book_of(book).name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def problems_of(request: Request, error: Invalid, known: Iterable[Field] = ()) -> list[Problem]:
    """The faults of a form, each naming its field and leading to it."""
    labels = {one.name: translate(request, one.label) for one in known}
    faults = ((name, translate(request, text)) for name, text in error.fields.items())
    return [Problem(name, f"{labels[name]}: {text}" if name in labels else text) for name, text in faults]


def field_values(request: Request, viewer: Viewer, right: Right) -> dict[str, Any]:
    """What the fields of forms choose from."""
    services, scope = services_of(request), viewer.scope(right)
    with services.state.read() as tx:
        systems = [one for one in tx.systems.all(scope) if not one.retired]
        sources = tx.sources.all(scope)
    return {"unit_choices": unit_choices(viewer, right), "system_choices": systems, "source_choices": sources}


def _entered(request: Request, viewer: Viewer, book: Book, typed: Mapping[str, str]) -> Response:
    services, alert = services_of(request), typed.get("alert", "")
    try:
        if book is FORM:
            made = incident_service.open_incident(services, viewer, typed, alert=alert)
            return RedirectResponse(f"/registers/incidents/{made.id}?done=opened", status_code=303)
        service.enter(services, viewer, book.name, typed)
    except Invalid as error:
        return _entry(
            request, viewer, book, typed, status=422, problems=problems_of(request, error, book.fields), alert=alert
        )
    back = f"/registers/systems/{typed['id']}" if book.name == "systems" else book.home
    return RedirectResponse(f"{back}?done=saved", status_code=303)


def _taken(request: Request, viewer: Viewer, book: Book, typed: Mapping[str, str]) -> Response:
    text, save = typed.get("file") or typed.get("text", ""), typed.get("save") == "1"
    try:
        receipt = service.take_file(services_of(request), viewer, book.name, text, save=save)
    except Invalid as error:
        return _file(request, book, status=422, problems=problems_of(request, error))
    if save and not receipt.bad:
        return RedirectResponse(f"{book.home}?done=file", status_code=303)
    return _file(request, book, receipt=receipt, text="" if save else text)


def _list(
    request: Request,
    viewer: Viewer,
    name: str,
    shown: list[Any],
    known: int,
    start: int,
    *,
    choices: list[Choice],
    text: str,
    done: str,
    **more: Any,
) -> Response:
    begin = max(0, min(start, 100_000))
    return page(
        request,
        f"registers/{name}.html",
        section="registers",
        place=name,
        listed=shown[begin : begin + PAGE],
        found=len(shown),
        known=known,
        begin=begin,
        earlier=address(request, without="", start=str(max(begin - PAGE, 0))) if begin else "",
        later=address(request, without="", start=str(begin + PAGE)) if begin + PAGE < len(shown) else "",
        choices=choices,
        chips=list(chips(request, choices, [("q", N_("Text"), text)])),
        text_asked=text,
        done=translate(request, DONE[done]) if done in DONE else "",
        may_manage=viewer.may(Right.MANAGE_REGISTERS),
        may_open=viewer.may(Right.TRIAGE),
        unit_name=unit_name(request),
        api_href=f"/api/v1/registers/{'endpoints' if name == 'external' else name}",
        words=words,
        SHAPES=words.SHAPES,
        told=told_in(request),
        **more,
    )


def told_in(request: Request) -> Any:
    """What is left of a clock, in the reader's language."""
    from dashboards.shell.render import language_of
    from reports.clocks import told

    language = language_of(request)
    return lambda left: told(left).of(language)


def _entry(
    request: Request,
    viewer: Viewer,
    book: Book,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    problems: list[Problem] | None = None,
    alert: str = "",
) -> Response:
    return page(
        request,
        "registers/entry.html",
        status=status,
        section="registers",
        book=book,
        typed=typed,
        problems=problems or [],
        alert=alert,
        api_href=f"/api/v1/registers/{book.name}",
        **field_values(request, viewer, book.right),
    )


def _file(
    request: Request, book: Book, *, status: int = 200, problems: list[Problem] | None = None, receipt: Any = None,
    text: str = "",
) -> Response:  # fmt: skip
    return page(
        request,
        "registers/file.html",
        status=status,
        section="registers",
        book=book,
        problems=problems or [],
        receipt=receipt,
        csv=text,
        EFFECTS=EFFECTS,
        Effect=Effect,
        api_href=f"/api/v1/registers/{book.name}/file",
    )


def _form_of(book: Book) -> Book:
    return FORM if book is INCIDENTS else book


def _units(request: Request, units: set[str], chosen: str) -> Choice:
    named = unit_name(request)
    return Choice("of", N_("Unit"), N_("all units"), tuple((unit, named(unit)) for unit in sorted(units)), chosen)


def _holds(text: str, *values: str) -> bool:
    wanted = fold_marks(text.strip())
    return not wanted or any(wanted in fold_marks(value) for value in values)
