"""The page on which people say why a subsystem is not in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.errors import Invalid
from dashboards.hub import reason_service
from dashboards.hub.answers import world_of
from dashboards.hub.caller import Asked, Caller
from dashboards.hub.figure_pages import figures_page
from dashboards.shell.problems import Problem
from dashboards.shell.render import services_of, translate
from reports.kpi.board import View
from reports.kpi.readiness import LABELS, Ready
from reports.kpi.readying import SubsystemRow, readiness_board
from reports.kpi.reasons import answering
from soc.access import ROOT, Right
from soc.calendar import ZONE
from soc.state.readiness import Said

router = APIRouter(prefix="/figures", include_in_schema=False)
Reader = Annotated[Caller, Depends(Asked(Right.READ_TILES, ()))]
Writer = Annotated[Caller, Depends(Asked(Right.ENTER_FIGURES, ()))]
Words = Annotated[str, Form(max_length=600)]
MARKS = {Ready.LIVE: "ok", Ready.PARTIAL: "late", Ready.NOT_CONNECTED: "lost"}


@dataclass(frozen=True, slots=True)
class Line:
    """A subsystem. `unit`: which answers, None when nobody does. `mine`: the caller may say why."""

    row: SubsystemRow
    unit: str | None
    mine: bool
    history: tuple[Said, ...]


@router.get("/reasons")
def reasons(request: Request, caller: Reader, done: str = "") -> Response:
    return _page(request, caller, done=done)


@router.post("/reasons/{subsystem}")
def say(
    request: Request,
    caller: Writer,
    subsystem: str,
    reason: Words = "",
    person: Words = "",
    on: Words = "",
    next_step: Words = "",
    deadline: Words = "",
) -> Response:
    typed = {"reason": reason, "person": person, "on": on, "next_step": next_step, "deadline": deadline}
    try:
        reason_service.say(services_of(request), caller, subsystem, typed)
    except Invalid as error:
        problems = [Problem(f"{name}-{subsystem}", translate(request, text)) for name, text in error.fields.items()]
        return _page(request, caller, status=422, problems=problems, typed={subsystem: typed})
    return RedirectResponse("/figures/reasons?done=said", status_code=303)


def _page(
    request: Request,
    caller: Caller,
    *,
    status: int = 200,
    problems: list[Problem] | None = None,
    typed: dict[str, dict[str, str]] | None = None,
    done: str = "",
) -> Response:
    services = services_of(request)
    world, now = world_of(services), services.clock.now()
    day: date = now.astimezone(ZONE).date()
    writer = caller.viewer.scope(Right.ENTER_FIGURES)
    lines = []
    with services.state.read() as tx:
        for row in readiness_board(tx, world, View(caller.scope, now)):
            unit = answering(world, row.subsystem.id, day)
            said = tuple(tx.readiness.history(row.subsystem.id, caller.scope))
            lines.append(Line(row, None if unit == ROOT else unit, writer.sees(unit), said))
    return figures_page(
        request,
        caller,
        "hub/reasons.html",
        status=status,
        problems=problems or [],
        place="reasons",
        lines=lines,
        typed=typed or {},
        person=caller.viewer.name,
        today=day.isoformat(),
        REASONS=reason_service.REASONS,
        LABELS=LABELS,
        MARKS=MARKS,
        done=done,
    )
