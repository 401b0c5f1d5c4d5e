"""Meetings: the list, preparing one, one with its decisions, its show, its package."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.meeting import package, service, words
from dashboards.meeting.freezing import rows_by_key, world_of
from dashboards.shell.charts import spark
from dashboards.shell.deadline import moment_of, next_working_day, written
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import language_of, page, services_of, translate
from dashboards.shell.unit_names import unit_choices, unit_name
from soc.access import ROOT, Right
from soc.calendar import ZONE
from soc.meeting import FrozenTile

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]
Preparer = Annotated[Viewer, Depends(Seen(Right.PREPARE_MEETINGS))]

MORNING = time(8)
PROPOSED_DAYS = 5
DONE = {
    "prepared": N_("The meeting is prepared; its figures stand still."),
    "frozen": N_("The figures are frozen anew; the former set is kept."),
    "decided": N_("Decided; the task is assigned."),
    "ended": N_("The meeting has ended; it is kept as it was."),
}


@router.get("/meetings")
def meetings(request: Request, viewer: Reader) -> Response:
    return page(
        request,
        "meeting/meetings.html",
        section="meetings",
        listed=service.meetings(services_of(request), viewer),
        may_prepare=viewer.may(Right.PREPARE_MEETINGS),
        unit_name=whose(request),
        api_href="/api/v1/meetings",
    )


@router.get("/meetings/new")
def new_meeting(request: Request, viewer: Preparer) -> Response:
    now = services_of(request).clock.now()
    day = f"{now.astimezone(ZONE):%d/%m/%Y}"
    morning = moment_of(day, at=MORNING)
    typed = {"at": written(now), "as_of": written(morning if morning <= now else now)}
    return _form(request, viewer, typed, ())


@router.post("/meetings/new")
async def prepare_meeting(request: Request, viewer: Preparer) -> Response:
    form = await request.form(max_files=0, max_fields=200)
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    rows = [value for value in form.getlist("tiles") if isinstance(value, str)]
    return await run_in_threadpool(_prepared, request, viewer, typed, rows)


@router.get("/meetings/{meeting_id}")
def meeting(request: Request, viewer: Reader, meeting_id: str, *, done: str = "") -> Response:
    return _meeting(request, viewer, meeting_id, done=done)


@router.get("/meetings/{meeting_id}/show")
def show(request: Request, viewer: Reader, meeting_id: str, *, n: int = 0, live: bool = False) -> Response:
    """One page at a time: 0 opens, 1 and on are the figures, the last one lists what was decided."""
    view = service.read(services_of(request), viewer, meeting_id)
    last = len(view.slides) + 1
    here = max(0, min(n, last))
    slide = view.slides[here - 1] if 1 <= here < last else None
    now = service.live_of(services_of(request), viewer, view.meeting, slide.tile) if slide and live else None
    base = f"/meetings/{view.meeting.id}"
    return page(
        request,
        "meeting/show.html",
        section="meetings",
        slide=slide,
        here=here,
        last=last,
        now_tile=now,
        back=base,
        earlier=f"{base}/show?n={here - 1}" if here else "",
        later=f"{base}/show?n={here + 1}" if here < last else "",
        **_shown(request, view),
    )


@router.get("/meetings/{meeting_id}/package")
def package_of(request: Request, viewer: Reader, meeting_id: str) -> Response:
    view = service.read(services_of(request), viewer, meeting_id)
    answer = page(
        request,
        "meeting/package.html",
        section="meetings",
        inside=package.inside(),
        turning=package.turning(),
        **_shown(request, view),
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{view.meeting.name}.html"'
    return answer


@router.post("/meetings/{meeting_id}/freeze")
async def freeze_anew(request: Request, viewer: Reader, meeting_id: str) -> Response:
    typed = await _typed(request)
    return await run_in_threadpool(_frozen, request, viewer, meeting_id, typed)


@router.post("/meetings/{meeting_id}/end")
def end(request: Request, viewer: Reader, meeting_id: str) -> Response:
    service.end(services_of(request), viewer, meeting_id)
    return RedirectResponse(f"/meetings/{meeting_id}?done=ended", status_code=303)


@router.post("/meetings/{meeting_id}/decisions")
async def decide(request: Request, viewer: Reader, meeting_id: str) -> Response:
    typed = await _typed(request)
    return await run_in_threadpool(_decided, request, viewer, meeting_id, typed)


def whose(request: Request) -> Any:
    """Unit id -> name; the whole province has one, too."""
    named = unit_name(request)
    return lambda unit: translate(request, words.PROVINCE) if unit == ROOT else named(unit)


def drawn(tile: FrozenTile, language: str) -> Any:
    """The trend of a frozen tile; '' when there is none."""
    points = [None if one is None else float(one) for one in tile.content.get("points", ())]
    if sum(one is not None for one in points) < 2:
        return ""
    return spark(points, title=tile.content["title"][language], width=1760, height=220)


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=20)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _shown(request: Request, view: service.MeetingView) -> dict[str, Any]:
    language = language_of(request)
    return {
        "view": view,
        "one": view.meeting,
        "unit_name": whose(request),
        "words": words,
        "drawn": lambda tile: drawn(tile, language),
    }


def _prepared(request: Request, viewer: Viewer, typed: Mapping[str, str], rows: list[str]) -> Response:
    try:
        made = service.prepare(services_of(request), viewer, typed, rows)
    except Invalid as error:
        return _form(request, viewer, typed, rows, status=422, problems=_problems(request, error))
    return RedirectResponse(f"/meetings/{made.id}?done=prepared", status_code=303)


def _frozen(request: Request, viewer: Viewer, meeting_id: str, typed: Mapping[str, str]) -> Response:
    try:
        service.freeze_anew(services_of(request), viewer, meeting_id, typed)
    except Invalid as error:
        return _meeting(request, viewer, meeting_id, status=422, problems=_problems(request, error), typed=typed)
    return RedirectResponse(f"/meetings/{meeting_id}?done=frozen", status_code=303)


def _decided(request: Request, viewer: Viewer, meeting_id: str, typed: Mapping[str, str]) -> Response:
    try:
        service.decide(services_of(request), viewer, meeting_id, typed)
    except Invalid as error:
        return _meeting(request, viewer, meeting_id, status=422, problems=_problems(request, error), typed=typed)
    return RedirectResponse(f"/meetings/{meeting_id}?done=decided#decisions", status_code=303)


def _form(
    request: Request, viewer: Viewer, typed: Mapping[str, str], rows: tuple[str, ...] | list[str], *,
    status: int = 200, problems: list[Problem] | None = None,
) -> Response:  # fmt: skip
    services, language = services_of(request), language_of(request)
    groups: dict[str, list[tuple[str, str]]] = {}
    if services.world is not None:
        titles = {one.id: one.title.of(language) for one in services.world.profile.services}
        for key, row in rows_by_key(services).items():
            kpi = services.world.catalogue.kpis[row.headline.kpi]
            title = row.headline.title if row.headline.title.vi else kpi.title
            groups.setdefault(titles.get(row.service, row.service), []).append((key, title.of(language)))
    whole = viewer.scope(Right.PREPARE_MEETINGS).units is None
    return page(
        request,
        "meeting/new.html",
        status=status,
        section="meetings",
        typed=typed,
        chosen=set(rows),
        groups=groups,
        problems=problems or [],
        whole=ROOT if whole else "",
        leads=unit_choices(viewer, Right.PREPARE_MEETINGS),
        unit_name=whose(request),
        api_href="/api/v1/meetings",
    )


def _meeting(
    request: Request, viewer: Viewer, meeting_id: str, *, status: int = 200, done: str = "",
    problems: list[Problem] | None = None, typed: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    services = services_of(request)
    view = service.read(services, viewer, meeting_id)
    now = services.clock.now()
    proposed = ""
    if view.may_decide:
        proposed = f"{next_working_day(now, world_of(services).calendar, PROPOSED_DAYS):%d/%m/%Y}"
    return page(
        request,
        "meeting/meeting.html",
        status=status,
        section="meetings",
        typed=dict(typed or {}) or {"due": proposed, "as_of": written(now)},
        problems=problems or [],
        done=translate(request, DONE[done]) if done in DONE else "",
        leads=unit_choices(viewer, Right.DECIDE_MEETINGS),
        api_href=f"/api/v1/meetings/{meeting_id}",
        **_shown(request, view),
    )


def _problems(request: Request, error: Invalid) -> list[Problem]:
    return [Problem(name, translate(request, text)) for name, text in error.fields.items()]
