"""The list of warnings by level and age, one warning, and the outbox of reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from dashboards.shell.narrowing import Choice, chips, leaf, spoken
from dashboards.shell.problems import Problem
from dashboards.shell.render import language_of, page, services_of, translate
from dashboards.shell.unit_names import unit_name
from dashboards.warnings import service, words
from soc.access import Right
from soc.errors import NotFound
from soc.fold import fold_marks
from soc.state.warnings import Warned
from soc.warning import WarningLevel, WarningState

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]

PAGE = 50
ALL = "all"
DONE = {"moved": N_("Recorded in the history.")}


@router.get("/warnings")
def warnings(
    request: Request, viewer: Reader, *, of: str = "", level: str = "", state: str = "", q: str = "", start: int = 0
) -> Response:
    """The open ones; `state=all` also those that have ended."""
    closed = state in {ALL, WarningState.HANDLED, WarningState.UNCONFIRMED}
    known = service.warnings(services_of(request), viewer, open_only=not closed)
    wanted = fold_marks(q.strip())
    shown = [
        one
        for one in known
        if (not of or one.unit == of)
        and (not level or one.level is choice(WarningLevel, level))
        and (state in ("", ALL) or one.state is choice(WarningState, state))
        and (not wanted or wanted in fold_marks(f"{one.sentence.vi} {one.sentence.en} {one.name}"))
    ]
    choices = _choices(request, known, of, level, state)
    return page(
        request,
        "warnings/warnings.html",
        section="warnings",
        known=len(known),
        choices=choices,
        chips=list(chips(request, choices, [("q", N_("Text"), q)])),
        text_asked=q,
        unit_name=unit_name(request),
        language=language_of(request),
        words=words,
        api_href="/api/v1/warnings",
        **leaf(request, shown, start, PAGE),
    )


@router.get("/warnings/{warning_id}")
def warning(request: Request, viewer: Reader, warning_id: str, *, done: str = "") -> Response:
    return _warning(request, viewer, warning_id, done=done)


@router.post("/warnings/{warning_id}/{state}")
async def move_warning(request: Request, viewer: Reader, warning_id: str, state: str) -> Response:
    wanted = choice(WarningState, state)
    if wanted is None:
        raise NotFound
    form = await request.form(max_files=0, max_fields=5)
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_moved, request, viewer, warning_id, wanted, typed)


@router.get("/reminders")
def reminders(request: Request, viewer: Reader) -> Response:
    return page(
        request,
        "warnings/reminders.html",
        section="reminders",
        listed=service.reminders(services_of(request), viewer),
        unit_name=unit_name(request),
        words=words,
        api_href="/api/v1/reminders",
    )


def _choices(request: Request, known: Sequence[Warned], of: str, level: str, state: str) -> list[Choice]:
    named = unit_name(request)
    units = tuple((unit, named(unit)) for unit in sorted({one.unit for one in known}))
    levels = spoken(request, ((one, word) for one, (_, word) in words.LEVELS.items()))
    states = spoken(request, [(ALL, N_("also ended")), *((one, word) for one, (_, word) in words.STATES.items())])
    return [
        Choice("of", N_("Unit"), N_("all units"), units, of),
        Choice("level", N_("Level"), N_("all"), levels, level),
        Choice("state", N_("State"), N_("not ended"), states, state),
    ]


def _moved(request: Request, viewer: Viewer, warning_id: str, to: WarningState, typed: Mapping[str, str]) -> Response:
    text = typed.get("revision", "")
    revision = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    try:
        service.move(services_of(request), viewer, warning_id, to, revision, typed.get("reason", ""))
    except Invalid as error:
        problems = [Problem(name, translate(request, said)) for name, said in error.fields.items()]
        return _warning(request, viewer, warning_id, status=422, problems=problems, open_move=to)
    return RedirectResponse(f"/warnings/{warning_id}?done=moved", status_code=303)


def _warning(
    request: Request, viewer: Viewer, warning_id: str, *, status: int = 200, done: str = "",
    problems: list[Problem] | None = None, open_move: WarningState | None = None,
) -> Response:  # fmt: skip
    view = service.read(services_of(request), viewer, warning_id)
    return page(
        request,
        "warnings/warning.html",
        status=status,
        section="warnings",
        view=view,
        one=view.warning,
        problems=problems or [],
        open_move=open_move,
        done=translate(request, DONE[done]) if done in DONE else "",
        may_assign=viewer.scope(Right.ASSIGN_TASKS).sees(view.warning.unit),
        unit_name=unit_name(request),
        words=words,
        api_href=f"/api/v1/warnings/{view.warning.id}",
    )
