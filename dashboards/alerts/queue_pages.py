"""The queue for people: whole pages that work without scripts, fragments for htmx."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import queue as desk
from dashboards.alerts import service
from dashboards.alerts.choices import chips_of, choices_of
from dashboards.alerts.pane import pane_of
from dashboards.alerts.queue_filter import PICKED_MOST, VIEWS, QueueFilter, filter_of
from dashboards.alerts.rows import Row
from dashboards.alerts.typed import UNTYPED, FromForm, Typed, problems_of, wish_of
from dashboards.alerts.words import queue_words
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import fragment, page, services_of, wants_fragment
from soc.access import Right
from soc.alert import Action
from soc.errors import IllegalMove, NotFound, StaleRevision, StateError

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS))]
Waiting = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS, idle=True))]

FASTER = N_("Somebody changed this alert before you. It now shows the newer state; what you typed is kept.")


@dataclass(frozen=True, slots=True)
class Tab:
    """One view with its count; None where counting says nothing."""

    name: str
    label: str
    href: str
    count: int | None


def chosen(
    view: str = "",
    level: str = "",
    status: str = "",
    unit: str = "",
    text: str = "",
    rule: str = "",
    entity: str = "",
    tactic: str = "",
    age: str = "",
    owner: str = "",
    picked: Annotated[list[str] | None, Query()] = None,
) -> QueueFilter:
    return QueueFilter(
        view if view in VIEWS else "",
        level,
        status,
        unit,
        text,
        rule[:200],
        entity[:220],
        tactic,
        age,
        owner,
        ",".join(picked or ())[:PICKED_MOST],
    )


Chosen = Annotated[QueueFilter, Depends(chosen)]


@router.get("/alerts")
def queue(request: Request, viewer: Reader, filter: Chosen, after: str | None = None, open: str = "") -> Response:
    services = services_of(request)
    if not filter.view:
        filter = replace(filter, view="open" if filter.narrowed else desk.first_view(services, viewer))
    found = desk.queue(services, viewer, filter, after=after)
    pane = _opened(request, viewer, filter, open or _first_of(found))
    return page(
        request,
        "alerts/queue.html",
        **pane
        | {
            "section": "alerts",
            "filter": filter,
            "search_text": filter.text,
            "views": _tabs(filter, found.tabs),
            "rows": found.rows,
            "levels": found.levels,
            "lanes": found.lanes,
            "any_alert": found.any_alert,
            "names": found.names | pane.get("names", {}),
            "silence": found.silence,
            "own": found.own,
            "is_later": after is not None,
            "next_href": filter.href(after=found.next) if found.next else "",
            "chips": chips_of(request, filter, found),
            "choices": choices_of(request, viewer, found),
            "fresh": 0,
            "told": False,
            "may_triage": viewer.may(Right.TRIAGE),
            **_fresh_links(filter, found.newest),
            **queue_words(request, found.lanes),
        },
    )


@router.get("/alerts/fresh")
def fresh(request: Request, viewer: Waiting, filter: Chosen, since: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The bar above the list; the list itself never moves under the hand."""
    found = desk.fresh(services_of(request), viewer, filter, since)
    if not wants_fragment(request):
        return RedirectResponse(filter.href(), status_code=303)
    return fragment(request, "alerts/queue.html", "fresh", fresh=found, **_fresh_links(filter, since))


@router.post("/alerts/views")
def save_view(
    request: Request,
    viewer: Reader,
    name: Annotated[str, Form(min_length=1, max_length=80)],
    query: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """Keeps the filter under a name; it then stands among the tabs."""
    filter = filter_of(query)
    desk.save_view(services_of(request), viewer, name, filter)
    return RedirectResponse(filter.href(), status_code=303)


@router.post("/alerts/views/{view_id}/delete")
def drop_view(request: Request, viewer: Reader, view_id: str) -> Response:
    """One's own only."""
    desk.drop_view(services_of(request), viewer, view_id)
    return RedirectResponse("/alerts", status_code=303)


@router.get("/alerts/{alert_id}/row")
def row(request: Request, viewer: Waiting, alert_id: str, told: str = "") -> Response:
    """One row as it is now. `told`: the reader was about to do what somebody else has done."""
    found, names = desk.one_row(services_of(request), viewer, alert_id)
    return page(
        request,
        "alerts/row.html",
        row=found,
        names=names,
        told=told == "true",
        opened="",
        **queue_words(request, None),
    )


@router.get("/alerts/{alert_id}/pane")
def pane(request: Request, viewer: Reader, alert_id: str, filter: Chosen) -> Response:
    """The alert beside the list; the same as `/alerts?open=ID`."""
    if not wants_fragment(request):
        return RedirectResponse(f"/alerts/{alert_id}", status_code=303)
    return _pane(request, viewer, alert_id)


@router.post("/alerts/{alert_id}/pane/{action}")
def move(
    request: Request,
    viewer: Reader,
    alert_id: str,
    action: Action,
    revision: Annotated[int, Form()],
    typed: FromForm,
) -> Response:
    """A move without leaving the list: answers with the pane as it is then."""
    try:
        service.act(services_of(request), viewer, alert_id, wish_of(typed, revision), request.state.request_id)
    except (StaleRevision, IllegalMove) as error:
        status = 412 if isinstance(error, StaleRevision) else 409
        return _pane(request, viewer, alert_id, status=status, typed=typed, problems=[Problem("", FASTER)])
    except StateError as error:
        if error.code != "SOC-1607":
            raise
        return _pane(request, viewer, alert_id, status=422, typed=typed, problems=problems_of(typed))
    return _pane(request, viewer, alert_id)


def _pane(
    request: Request,
    viewer: Viewer,
    alert_id: str,
    *,
    status: int = 200,
    typed: Typed = UNTYPED,
    problems: Sequence[Problem] = (),
) -> Response:
    found = pane_of(request, viewer, alert_id, typed=typed, problems=problems)
    return page(request, "alerts/pane.html", status=status, **found | queue_words(request, None))


def _opened(request: Request, viewer: Viewer, filter: QueueFilter, alert_id: str) -> dict[str, Any]:
    """The pane of the alert in the address; one that is gone or not ours leaves the list as it is."""
    nothing: dict[str, Any] = {"opened": "", "names": {}}
    if not alert_id:
        return nothing
    try:
        return {"opened": alert_id, **pane_of(request, viewer, alert_id, back=filter)}
    except NotFound:
        return nothing


def _first_of(found: desk.QueueView) -> str:
    """Whoever opens the list reads the topmost alert at once; a narrow screen has no pane and shows the list alone."""
    return next((row.alert.id for row in found.rows if isinstance(row, Row)), "")


def _tabs(filter: QueueFilter, counts: dict[str, int]) -> list[Tab]:
    shown = (view for view in VIEWS.values() if view.tab or view.name == filter.view)
    return [Tab(view.name, view.label, _tab_href(filter, view.name), counts.get(view.name)) for view in shown]


def _tab_href(filter: QueueFilter, view: str) -> str:
    return QueueFilter(view, unit=filter.unit).href()


def _fresh_links(filter: QueueFilter, since: int) -> dict[str, Any]:
    return {"fresh_href": filter.href("/alerts/fresh", since=since), "here_first": filter.href()}
