"""The alert for people: forms that work without scripts, and what a refused form shows again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import service
from dashboards.alerts.alert_page import alert_page
from dashboards.alerts.typed import FromForm, problems_of, wish_of
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from soc.access import Right
from soc.alert import Action
from soc.errors import IllegalMove, NotFound, StaleRevision, StateError

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS))]

DONE = {
    Action.TAKE: N_("You have taken this alert."),
    Action.CLOSE: N_("The alert is closed."),
    Action.ASSIGN: N_("The alert is assigned."),
    Action.REOPEN: N_("The alert is open again."),
    Action.ASK_UNIT: N_("The question is noted; the alert waits for the unit."),
    Action.RESUME: N_("The work goes on."),
}


@router.get("/alerts/{alert_id}")
def alert(request: Request, viewer: Reader, alert_id: str, done: str = "") -> Response:
    action = choice(Action, done)
    try:
        return alert_page(request, viewer, alert_id, done=translate(request, DONE[action]) if action else "")
    except NotFound:
        heading, advice = N_("Not within your scope"), N_("There is no such alert among the units that you see.")
        return page(request, "shell/error.html", status=404, heading=heading, advice=advice)


@router.post("/alerts/{alert_id}/approve_close")
def approve_close(request: Request, viewer: Reader, alert_id: str, revision: Annotated[int, Form()]) -> Response:
    """The second person's agreement to a critical alert that was closed as false."""
    try:
        service.approve_close(services_of(request), viewer, alert_id, revision, request.state.request_id)
    except (StaleRevision, IllegalMove) as error:
        text = N_("Somebody changed this alert before you. The page now shows the newer state; what you typed is kept.")
        status = 412 if isinstance(error, StaleRevision) else 409
        return alert_page(request, viewer, alert_id, status=status, problems=[Problem("", text)])
    return RedirectResponse(f"/alerts/{alert_id}", status_code=303)


@router.post("/alerts/{alert_id}/{action}")
def move(
    request: Request,
    viewer: Reader,
    alert_id: str,
    action: Action,
    revision: Annotated[int, Form()],
    typed: FromForm,
) -> Response:
    """A legal move goes back to the alert; a refused one shows what was typed, and why."""
    try:
        service.act(services_of(request), viewer, alert_id, wish_of(typed, revision), request.state.request_id)
    except (StaleRevision, IllegalMove) as error:
        status = 412 if isinstance(error, StaleRevision) else 409
        text = N_("Somebody changed this alert before you. The page now shows the newer state; what you typed is kept.")
        return alert_page(request, viewer, alert_id, status=status, typed=typed, problems=[Problem("", text)])
    except StateError as error:
        if error.code != "SOC-1607":
            raise
        return alert_page(request, viewer, alert_id, status=422, typed=typed, problems=problems_of(typed))
    return RedirectResponse(f"/alerts/{alert_id}?done={action}", status_code=303)
