"""The parts of the alert page that ask the event store: they come after the page, each also a page of its own."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import service, work
from dashboards.alerts.alert_page import alert_page
from dashboards.alerts.context import NARROW, around
from dashboards.alerts.elsewhere import HURRY, elsewhere
from dashboards.alerts.timeline import drawn, gap_words, listed, near
from dashboards.alerts.tree import HURRY as TREE_HURRY
from dashboards.alerts.tree import tree_of
from dashboards.alerts.typed import Typed
from dashboards.alerts.unseen import unseen
from dashboards.alerts.words import words
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import fragment, language_of, page, services_of, translate, wants_fragment
from soc.access import Right
from soc.state.mentions import NotForThem

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_EVENTS))]
TITLES = {
    "context": N_("Timeline"),
    "tree": N_("Process tree"),
    "elsewhere": N_("These values elsewhere"),
    "unseen": N_("Cannot be checked"),
}
Minutes = Annotated[int, Query(ge=1, le=120)]


@router.get("/alerts/{alert_id}/context")
def context(request: Request, viewer: Reader, alert_id: str, minutes: Minutes = NARROW) -> Response:
    """The timeline; as a page of its own with the list of all that was read."""
    alert = service.find(services_of(request), viewer, alert_id)
    found = around(services_of(request), viewer, alert, minutes=minutes)
    speak = partial(translate, request)
    sentence = speak(N_("%(n)d events in %(lanes)d lanes, %(gaps)d gaps")) % {
        "n": found.events,
        "lanes": len(found.lanes),
        "gaps": len(found.gaps),
    }
    lines = listed(found)
    picture = drawn(found, speak, sentence) if found.lanes else ""
    return _answer(
        request,
        "context",
        alert=alert,
        context=found,
        picture=picture,
        lines=lines,
        near_lines=near(lines, found.at),
        gap_words=partial(gap_words, translate=speak),
    )


@router.get("/alerts/{alert_id}/tree")
def tree(request: Request, viewer: Reader, alert_id: str, event: Annotated[str, Query(max_length=64)] = "") -> Response:
    """The process tree of the first event that names a process, or of the chosen one."""
    services = services_of(request)
    alert = service.find(services, viewer, alert_id)
    seconds = TREE_HURRY if wants_fragment(request) else None
    found = tree_of(services, viewer, service.events_of(services, viewer, alert), event_id=event, seconds=seconds)
    return _answer(request, "tree", alert=alert, tree=found)


@router.get("/alerts/{alert_id}/elsewhere")
def places(request: Request, viewer: Reader, alert_id: str) -> Response:
    """The alert's values in other units."""
    alert = service.find(services_of(request), viewer, alert_id)
    seconds = HURRY if wants_fragment(request) else None
    found = elsewhere(services_of(request), viewer, alert, seconds=seconds)
    return _answer(request, "elsewhere", alert=alert, places=found)


@router.get("/alerts/{alert_id}/unseen")
def not_seen(request: Request, viewer: Reader, alert_id: str) -> Response:
    """What could not be checked."""
    alert = service.find(services_of(request), viewer, alert_id)
    found = unseen(services_of(request), viewer, alert, language_of(request))
    return _answer(
        request,
        "unseen",
        alert=alert,
        unseen=found,
        gap_words=partial(gap_words, translate=partial(translate, request)),
    )


@router.post("/alerts/{alert_id}/ticks")
def tick(
    request: Request,
    viewer: Reader,
    alert_id: str,
    step: Annotated[int, Form(ge=0)],
    text: Annotated[str, Form(max_length=1_000)] = "",
    done: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """A step of the guide is done, or not after all."""
    service.tick(services_of(request), viewer, alert_id, step, text, request.state.request_id, done=bool(done))
    return RedirectResponse(f"/alerts/{alert_id}#guide", status_code=303)


@router.post("/alerts/{alert_id}/comments")
def comment(
    request: Request, viewer: Reader, alert_id: str, text: Annotated[str, Form(max_length=10_000)] = ""
) -> Response:
    """A remark that moves nothing; an empty one changes nothing."""
    if not text.strip():
        return RedirectResponse(f"/alerts/{alert_id}#history", status_code=303)
    try:
        work.comment(services_of(request), viewer, alert_id, text, request.state.request_id)
    except NotForThem as error:
        return _refused(request, viewer, alert_id, error, Typed("comment", note=text))
    return RedirectResponse(f"/alerts/{alert_id}#history", status_code=303)


@router.post("/alerts/{alert_id}/comments/{seq}")
def correct(
    request: Request, viewer: Reader, alert_id: str, seq: int, text: Annotated[str, Form(max_length=10_000)] = ""
) -> Response:
    """Other words for one's own remark; the first ones stay in the log."""
    if not text.strip():
        return RedirectResponse(f"/alerts/{alert_id}#history", status_code=303)
    try:
        work.correct(services_of(request), viewer, alert_id, seq, text, request.state.request_id)
    except NotForThem as error:
        return _refused(request, viewer, alert_id, error, Typed("correct", note=text, seq=seq))
    return RedirectResponse(f"/alerts/{alert_id}#history", status_code=303)


def _refused(request: Request, viewer: Viewer, alert_id: str, error: NotForThem, typed: Typed) -> Response:
    """The page with what was typed, and who may not be called."""
    names = ", ".join(f"@{name}" for name in error.names)
    text = translate(request, N_("%(names)s may not see this alert. Take the name out or choose another."), names=names)
    problem = Problem(f"correct-{typed.seq}" if typed.seq else "remark", text)
    return alert_page(request, viewer, alert_id, status=422, typed=typed, problems=[problem])


def _answer(request: Request, part: str, **values: Any) -> Response:
    """The part alone for htmx, else a page around it."""
    everything = values | words(request) | {"part_title": translate(request, TITLES[part])}
    if wants_fragment(request):
        return fragment(request, f"alerts/{part}.html", "part", alone=False, **everything)
    return page(request, f"alerts/{part}.html", section="alerts", alone=True, **everything)
