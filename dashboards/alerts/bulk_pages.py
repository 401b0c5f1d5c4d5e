"""One action on all alerts of the filter, as a form: what it would touch first, then a job."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import bulk, service
from dashboards.alerts.queue_filter import QueueFilter
from dashboards.alerts.queue_pages import Chosen
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import fragment, page, services_of, wants_fragment
from soc.access import Right
from soc.alert import OTHER_NOTE, REASONS, Action, Verdict
from soc.errors import StateError
from soc.state.jobs import ALERTS_MOST, BulkWish

router = APIRouter(include_in_schema=False)
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]

REFUSALS = {
    bulk.NEEDS_LEAD: N_(
        "Closing critical alerts, or more than 20 high ones, in one go is for the shift lead. Narrow the filter."
    ),
    bulk.TOO_MANY: N_("These are more alerts than one job may change. Narrow the filter."),
}


@router.get("/alerts/bulk")
def form(request: Request, viewer: Worker, filter: Chosen, action: str = "close") -> Response:
    """The dry run and the form; changes nothing."""
    return _form(request, viewer, filter, choice(Action, action) or Action.CLOSE)


@router.post("/alerts/bulk")
def begin(
    request: Request,
    viewer: Worker,
    filter: Chosen,
    action: Annotated[Action, Form()],
    as_of: Annotated[int, Form(ge=0)],
    verdict: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=40)] = "",
    note: Annotated[str, Form(max_length=10_000)] = "",
    owner: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """The address carries the filter, as for the form."""
    wish = BulkWish(action, choice(Verdict, verdict), reason or None, note.strip(), owner or None)
    try:
        job = bulk.begin(services_of(request), viewer, filter, wish, as_of=as_of, request_id=request.state.request_id)
    except StateError as error:
        if error.code not in ("SOC-1607", "SOC-1612", "SOC-1617"):
            raise
        return _form(request, viewer, filter, action, wish=wish, status=422, problems=_problems(wish))
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


def _problems(wish: BulkWish) -> list[Problem]:
    if wish.action is Action.ASSIGN:
        return [Problem("owner", N_("Choose who is to work on it."))]
    if wish.action is not Action.CLOSE:
        return [Problem("", REFUSALS[bulk.TOO_MANY])]
    if wish.verdict is None:
        return [Problem("verdict", N_("Choose a verdict."))]
    if wish.reason not in REASONS[wish.verdict]:
        return [Problem("reason", N_("Choose a reason that belongs to this verdict."))]
    if len(wish.note) < OTHER_NOTE:
        return [Problem("note", N_('Write at least 10 characters: the reason is "other".'))]
    return [Problem("", REFUSALS[bulk.TOO_MANY])]


def _form(
    request: Request,
    viewer: Viewer,
    filter: QueueFilter,
    action: Action,
    *,
    wish: BulkWish | None = None,
    status: int = 200,
    problems: list[Problem] | None = None,
) -> Response:
    services = services_of(request)
    found = bulk.plan(services, viewer, filter, action)
    values: dict[str, Any] = {
        "section": "alerts",
        "filter": filter,
        "action": action,
        "actions": bulk.ACTIONS,
        "plan": found,
        "split": found.split,
        "refusal": REFUSALS.get(found.refused, ""),
        "typed": wish or BulkWish(action),
        "problems": problems or [],
        "most": ALERTS_MOST,
        "colleagues": service.colleagues(services, viewer),
        "search_text": filter.text,
    }
    if wants_fragment(request):
        return fragment(request, "alerts/bulk.html", "main", status=status, **values)
    return page(request, "alerts/bulk.html", status=status, **values)
