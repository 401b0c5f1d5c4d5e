"""The list of sources, the page of each, and what may be changed there."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from dashboards.shell.narrowing import Choice, address, chips, spoken
from dashboards.shell.problems import Problem
from dashboards.shell.render import fragment, page, services_of, translate, wants_fragment
from dashboards.shell.silence import silence
from dashboards.shell.unit_names import unit_choices, unit_name
from dashboards.sources import changes, charts, detail, service
from dashboards.sources.changes import Description
from dashboards.sources.service import PAGE, WORDS, SourceFilter, SourceLine
from soc.access import Right
from soc.state.tables.sources import SourceClass
from soc.watch import Standing

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]
Text = Annotated[str, Form(max_length=500)]

FAULTS = {
    "unit": N_("Choose a unit that exists today, for a sender that still waits."),
    "name": N_("A source needs a name of at most 120 characters."),
    "contact": N_("At most 120 characters."),
    "owner": N_("At most 120 characters."),
    "level": N_("The system level is 1 to 5."),
    "product": N_("There is no such product."),
    "source": N_("This sender does not wait any more: somebody was faster."),
    "act": N_("This is not possible in the source's present state."),
}
DONE = {
    "approve": N_("The sender is approved; its next records belong to the unit."),
    "describe": N_("Saved; it holds from now on."),
    "pause": N_("Paused: what it sends is kept in quarantine and not read."),
    "resume": N_("The source is read again from now on."),
    "retire": N_("Retired: it is not expected any more."),
}
CLASSES = {
    SourceClass.FIREWALL: N_("firewall, router"),
    SourceClass.SERVER: N_("server"),
    SourceClass.ENDPOINT: N_("workstations"),
    SourceClass.APPLICATION: N_("application"),
    SourceClass.SENSOR: N_("sensor"),
    SourceClass.OTHER: N_("other"),
}


@router.get("/sources")
def sources(
    request: Request,
    viewer: Reader,
    *,
    state: str = "",
    of: str = "",
    product: str = "",
    q: str = "",
    start: int = 0,
    done: str = "",
) -> Response:
    chosen = SourceFilter(choice(Standing, state), of[:80], product[:80], q[:120].strip())
    begin = max(0, min(start, 100_000))
    return _list(request, viewer, chosen, begin=begin, done=DONE.get("approve" if done == "true" else done, ""))


@router.post("/sources/approve")
def approve(request: Request, viewer: Reader, source: Text = "", unit: Text = "") -> Response:
    try:
        changes.adopt(services_of(request), viewer, source, Description(unit=unit))
    except Invalid as error:
        return _list(request, viewer, SourceFilter(), status=422, problems=problems_of(request, error, anchors=False))
    return RedirectResponse("/sources?done=approve", status_code=303)


@router.get("/sources/{source_id}")
def source(request: Request, viewer: Reader, source_id: str, *, done: str = "") -> Response:
    return _detail(request, viewer, source_id, done=DONE.get(done, ""))


@router.post("/sources/{source_id}")
def describe(
    request: Request,
    viewer: Reader,
    source_id: str,
    name: Text = "",
    unit: Text = "",
    contact: Text = "",
    owner: Text = "",
    level: Text = "",
    kind: Text = "",
    product: Text = "",
) -> Response:
    said = Description(name, unit or None, contact, owner, whole(level), choice(SourceClass, kind), product or None)
    try:
        changes.describe(services_of(request), viewer, source_id, said)
    except Invalid as error:
        return _detail(request, viewer, source_id, status=422, problems=problems_of(request, error), typed=said)
    return RedirectResponse(f"/sources/{source_id}?done=describe", status_code=303)


@router.post("/sources/{source_id}/{act}")
def move(request: Request, viewer: Reader, source_id: str, act: str) -> Response:
    try:
        changes.move(services_of(request), viewer, source_id, act)
    except Invalid as error:
        return _detail(request, viewer, source_id, status=422, problems=problems_of(request, error, anchors=False))
    return RedirectResponse(f"/sources/{source_id}?done={act}", status_code=303)


def whole(text: str) -> int | None:
    """A small number of a form; 0 for none, a wrong one is kept wrong."""
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1


def problems_of(request: Request, error: Invalid, *, anchors: bool = True) -> list[Problem]:
    """The faults of a form, each leading to its field."""
    texts = [(name if anchors else "", FAULTS.get(name, N_("At most 120 characters."))) for name in error.fields]
    return [Problem(field, translate(request, text)) for field, text in texts]


def _list(
    request: Request,
    viewer: Viewer,
    chosen: SourceFilter,
    *,
    begin: int = 0,
    status: int = 200,
    done: str = "",
    problems: list[Problem] | None = None,
) -> Response:
    services = services_of(request)
    known, pending = service.lines(services, viewer)
    shown = [line for line in known if chosen.holds(line)]
    choices = _choices(request, chosen, known)
    counts = {one: sum(line.standing is one for line in (*known, *pending)) for one in Standing}
    values: dict[str, Any] = {"week": charts.week(request), "unit_name": unit_name(request), "known": known}
    values |= _part(request, shown, begin)
    if wants_fragment(request):
        return fragment(request, "sources/sources.html", "rows", **values)
    return page(
        request,
        "sources/sources.html",
        status=status,
        section="sources",
        pending=pending,
        filter=chosen,
        counts=[(one, WORDS[one], n) for one, n in counts.items() if n and one is not Standing.PENDING],
        choices=choices,
        chips=list(chips(request, choices, [("q", N_("Text"), chosen.text)])),
        silence=silence(services, viewer),
        may_manage=viewer.may(Right.MANAGE_SOURCES),
        unit_choices=unit_choices(viewer, Right.MANAGE_SOURCES),
        done=translate(request, done) if done else "",
        problems=problems or [],
        **values,
    )


def _part(request: Request, shown: list[SourceLine], begin: int) -> dict[str, Any]:
    """One page of the list, and the way to the others."""
    return {
        "listed": shown[begin : begin + PAGE],
        "found": len(shown),
        "begin": begin,
        "here": address(request, without="", start=str(begin)),
        "earlier": address(request, without="", start=str(max(begin - PAGE, 0))) if begin else "",
        "later": address(request, without="", start=str(begin + PAGE)) if begin + PAGE < len(shown) else "",
    }


def _choices(request: Request, chosen: SourceFilter, known: list[SourceLine]) -> list[Choice]:
    named = unit_name(request)
    units = tuple((unit, named(unit)) for unit in sorted({line.unit for line in known}))
    products = tuple((name, name) for name in sorted({line.product for line in known if line.product}))
    states = spoken(request, ((one, word) for one, (_, word) in WORDS.items() if one is not Standing.PENDING))
    return [
        Choice("state", N_("State"), N_("all"), states, chosen.standing or ""),
        Choice("of", N_("Unit"), N_("all units"), units, chosen.unit),
        Choice("product", N_("Product"), N_("all products"), products, chosen.product),
    ]


def _detail(
    request: Request,
    viewer: Viewer,
    source_id: str,
    *,
    status: int = 200,
    done: str = "",
    problems: list[Problem] | None = None,
    typed: Description | None = None,
) -> Response:
    from collectors.registry import names

    view = detail.read(services_of(request), viewer, source_id)
    return page(
        request,
        "sources/source.html",
        status=status,
        section="sources",
        view=view,
        line=view.line,
        month=charts.month(request, view.month),
        typed=typed,
        classes=CLASSES,
        products=("auto", *names()),
        may_manage=viewer.may(Right.MANAGE_SOURCES) and viewer.scope(Right.MANAGE_SOURCES).sees(view.source.unit),
        acts=[act for act, (_, allowed) in changes.STATES.items() if view.source.state in allowed],
        unit_choices=unit_choices(viewer, Right.MANAGE_SOURCES),
        unit_name=unit_name(request),
        done=translate(request, done) if done else "",
        problems=problems or [],
    )
