"""The alert for people: a page that works without scripts, its forms, and what a refused form shows again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import correlated, matched, service, story
from dashboards.alerts.service import Wish
from dashboards.alerts.words import words
from dashboards.shell.choice import choice
from dashboards.shell.formats import ZONE
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import language_of, page, services_of, translate
from soc.access import Right
from soc.alert import REASONS, Action, Alert, Verdict
from soc.errors import IllegalMove, StaleRevision, StateError
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


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the form that was refused; it is shown again."""

    action: str = ""
    verdict: str = ""
    reason: str = ""
    note: str = ""
    owner: str = ""
    question: str = ""
    contact: str = ""
    deadline: str = ""


@router.get("/alerts/{alert_id}")
def alert(request: Request, viewer: Reader, alert_id: str, done: str = "") -> Response:
    action = choice(Action, done)
    return _alert_page(request, viewer, alert_id, done=translate(request, DONE[action]) if action else "")


@router.post("/alerts/{alert_id}/approve_close")
def approve_close(request: Request, viewer: Reader, alert_id: str, revision: Annotated[int, Form()]) -> Response:
    """The second person's agreement to a critical alert that was closed as false."""
    try:
        service.approve_close(services_of(request), viewer, alert_id, revision, request.state.request_id)
    except (StaleRevision, IllegalMove) as error:
        text = N_("Somebody changed this alert before you. The page now shows the newer state; what you typed is kept.")
        status = 412 if isinstance(error, StaleRevision) else 409
        return _alert_page(request, viewer, alert_id, status=status, problems=[Problem("", text)])
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
        service.act(services_of(request), viewer, alert_id, _wish(typed, revision), request.state.request_id)
    except (StaleRevision, IllegalMove) as error:
        status = 412 if isinstance(error, StaleRevision) else 409
        text = N_("Somebody changed this alert before you. The page now shows the newer state; what you typed is kept.")
        return _alert_page(request, viewer, alert_id, status=status, typed=typed, problems=[Problem("", text)])
    except StateError as error:
        if error.code != "SOC-1607":
            raise
        return _alert_page(request, viewer, alert_id, status=422, typed=typed, problems=_problems(typed))
    return RedirectResponse(f"/alerts/{alert_id}?done={action}", status_code=303)


def _wish(typed: Typed, revision: int) -> Wish:
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


def _problems(typed: Typed) -> list[Problem]:
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


def _alert_page(
    request: Request,
    viewer: Viewer,
    alert_id: str,
    *,
    status: int = 200,
    done: str = "",
    typed: Typed = Typed(),
    problems: Sequence[Problem] = (),
) -> Response:
    services = services_of(request)
    view = service.read(services, viewer, alert_id)
    speak = partial(translate, request)
    main = _main(view.legal)
    events = service.events_of(services, viewer, view.alert)
    return page(
        request,
        "alerts/alert.html",
        status=status,
        section="alerts",
        alert=view.alert,
        names=view.names,
        meaning=story.meaning_of(view.alert, language_of(request)),
        entity_parts=story.entities_of(view.alert, speak),
        **_reasons(request, view.alert),
        **_evidence(request, view.alert, events),
        history=story.history_of(view.history, view.names, speak),
        moves=sorted(view.legal, key=lambda move: move is not main),
        main_move=main,
        colleagues=view.colleagues,
        typed=typed,
        problems=[Problem(problem.field, translate(request, problem.text)) for problem in problems],
        done=done,
        may_approve=view.may_approve,
        **words(request),
    )


def _reasons(request: Request, alert: Alert) -> dict[str, Any]:
    """What the rule says of this alert."""
    why = matched.explain(alert, services_of(request).settings.rules, language_of(request))
    return {
        "matched": why.lines,
        "condition": why.condition,
        "guide": [(title, story.steps_of(alert, steps)) for title, steps in _guide(why) if steps],
        "techniques": story.techniques_of(alert),
        "rule_link": story.link_of(alert),
    }


def _evidence(request: Request, alert: Alert, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The events, and for a correlation its facts in words and which base rule each event met."""
    facts, marks = alert.correlation, story.marks_of(alert)
    if facts is None:
        return {"correlated": None, "marks": marks, "samples": [story.sample_of(event) for event in events]}
    book, language = correlated.book_of(services_of(request).settings.rules), language_of(request)
    met = correlated.met(facts, events, book, language)
    return {
        "correlated": correlated.told(alert.rule, facts, book, language, partial(translate, request)),
        "marks": marks,
        "samples": [story.sample_of(event, rules) for event, rules in zip(events, met, strict=True)],
    }


def _guide(why: matched.Why) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (N_("What to check"), why.check), (N_("What to do"), why.act)


def _main(legal: Sequence[Action]) -> Action | None:
    """One main button a screen: take what nobody has, close what is in work."""
    return next((action for action in (Action.TAKE, Action.CLOSE, Action.REOPEN) if action in legal), None)
