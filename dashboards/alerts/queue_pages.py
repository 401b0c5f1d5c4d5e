"""The queue for people: whole pages that work without scripts, fragments for htmx."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import service
from dashboards.alerts.service import QueueFilter
from dashboards.alerts.words import words
from dashboards.shell.i18n import N_
from dashboards.shell.render import fragment, page, services_of, wants_fragment
from dashboards.shell.unit_names import unit_choices
from soc.access import Right

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS))]

VIEW_LABELS = {
    "open": N_("All open"),
    "untaken": N_("Not taken"),
    "mine": N_("Mine"),
    "waiting": N_("Waiting for units"),
    "closed": N_("Closed alerts"),
}


@dataclass(frozen=True, slots=True)
class View:
    """One tab."""

    name: str
    label: str
    href: str


def chosen(view: str = "open", level: str = "", status: str = "", unit: str = "", text: str = "") -> QueueFilter:
    return QueueFilter(view if view in service.VIEWS else "open", level, status, unit, text)


Waiting = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS, idle=True))]
Chosen = Annotated[QueueFilter, Depends(chosen)]


@router.get("/alerts")
def queue(request: Request, viewer: Reader, filter: Chosen, after: str | None = None) -> Response:
    found = service.queue(services_of(request), viewer, filter, after=after)
    return page(
        request,
        "alerts/queue.html",
        section="alerts",
        filter=filter,
        search_text=filter.text,
        views=[View(name, label, f"/alerts?view={name}") for name, label in VIEW_LABELS.items()],
        alerts=found.page.alerts,
        counts=found.counts,
        any_alert=found.any_alert,
        names=found.names,
        silence=found.silence,
        next_href=_href(filter, after=found.page.next) if found.page.next else "",
        unit_choices=unit_choices(viewer, Right.READ_ALERT_HEADS),
        fresh=0,
        **_fresh_links(filter, found.newest),
        **words(request),
    )


@router.get("/alerts/fresh")
def fresh(request: Request, viewer: Waiting, filter: Chosen, since: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The bar above the list; the list itself never moves under the hand."""
    found = service.fresh(services_of(request), viewer, filter, since)
    if not wants_fragment(request):
        return RedirectResponse(_href(filter), status_code=303)
    return fragment(request, "alerts/queue.html", "fresh", fresh=found, **_fresh_links(filter, since))


def _fresh_links(filter: QueueFilter, since: int) -> dict[str, Any]:
    return {"fresh_href": _href(filter, path="/alerts/fresh", since=str(since)), "here_first": _href(filter)}


def _href(filter: QueueFilter, *, path: str = "/alerts", **more: str | None) -> str:
    pairs = {"view": filter.view, "level": filter.level, "status": filter.status, "unit": filter.unit}
    pairs |= {"text": filter.text} | {name: value or "" for name, value in more.items()}
    return f"{path}?{urlencode({name: value for name, value in pairs.items() if value})}"
