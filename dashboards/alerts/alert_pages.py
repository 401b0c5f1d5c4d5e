"""The alert for people: forms that work without scripts, and what a refused form shows again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import service
from dashboards.alerts.alert_page import Typed, alert_page
from dashboards.alerts.service import Wish
from dashboards.shell.choice import choice
from dashboards.shell.formats import ZONE
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import page, services_of, translate
from soc.access import Right
from soc.alert import REASONS, Action, Verdict
from soc.errors import IllegalMove, NotFound, StaleRevision, StateError
from soc.state.moves import Question

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
    verdict: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=40)] = "",
    note: Annotated[str, Form(max_length=10_000)] = "",
    owner: Annotated[str, Form(max_length=64)] = "",
    question: Annotated[str, Form(max_length=2_000)] = "",
    contact: Annotated[str, Form(max_length=200)] = "",
    deadline: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    """A legal move goes back to the alert; a refused one shows what was typed, and why."""
    typed = Typed(action, verdict, reason, note, owner, question, contact, deadline)
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


def wish_of(typed: Typed, revision: int) -> Wish:
    return Wish(
        action=Action(typed.action),
        revision=revision,
        verdict=choice(Verdict, typed.verdict),
        reason=typed.reason or None,
        note=typed.note,
        owner=typed.owner or None,
        question=_question(typed),
    )


def _question(typed: Typed) -> Question | None:
    try:
        deadline = datetime.fromisoformat(typed.deadline).replace(tzinfo=ZONE)
    except ValueError:
        return None
    return Question(typed.question.strip(), typed.contact.strip(), deadline)


def problems_of(typed: Typed) -> list[Problem]:
    """Every field that the state's rule refuses, in the order of the page."""
    if typed.action == Action.CLOSE:
        return list(_close_problems(typed))
    if typed.action == Action.ASSIGN:
        return [Problem("owner", N_("Choose who is to work on it."))]
    wanted = {
        "question": N_("Write the question."),
        "contact": N_("Say who at the unit is asked."),
        "deadline": N_("Say until when the answer is needed."),
    }
    missing = [Problem(name, text) for name, text in wanted.items() if not getattr(typed, name).strip()]
    return missing or [Problem("note", N_("The text is too long."))]


def _close_problems(typed: Typed) -> Sequence[Problem]:
    verdict = choice(Verdict, typed.verdict)
    if verdict is None:
        return [Problem("verdict", N_("Choose a verdict."))]
    if typed.reason not in REASONS[verdict]:
        return [Problem("reason", N_("Choose a reason that belongs to this verdict."))]
    return [Problem("note", N_('Write at least 10 characters: the reason is "other".'))]
