"""Pages by which people hand figures in: the template, the file with its receipt per row, the form."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from dashboards.errors import Refused
from dashboards.hub import handing, owed
from dashboards.hub.answers import world_of
from dashboards.hub.caller import Asked, Caller
from dashboards.hub.figure_pages import figures_page
from dashboards.hub.upload_form import read_upload
from dashboards.hub.words import RESULTS
from dashboards.shell.problems import Problem
from dashboards.shell.render import language_of, services_of
from dashboards.shell.unit_names import unit_choices
from reports.kpi.sheets import template
from reports.kpi.sheets.columns import NumberStyle, SheetRefused
from soc.access import Right
from soc.calendar import ZONE
from soc.errors import NotFound
from soc.period import Period, PeriodType

router = APIRouter(prefix="/figures", include_in_schema=False)
Writer = Annotated[Caller, Depends(Asked(Right.ENTER_FIGURES, ()))]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Words = Annotated[str, Form(max_length=2_000)]


@router.get("/upload")
def choose(request: Request, caller: Writer, unit: str = "") -> Response:
    return _page(request, caller, unit=unit)


@router.get("/template.xlsx")
def get_template(request: Request, caller: Writer, unit: str, subsystem: str, kind: PeriodType, day: date) -> Response:
    """The workbook for a unit and a period."""
    world, period = _asked(request, caller, unit, subsystem, kind, day)
    lines = owed.lines(world, unit, subsystem, period)
    title = f"{world.catalogue.subsystems[subsystem].title.vi} - {period.start:%d/%m/%Y}-{period.end:%d/%m/%Y}"
    data = template.write(lines, owed.marker(world, unit, subsystem, period), title)
    name = f"{subsystem}-{unit}-{period.start}.xlsx"
    return Response(data, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/upload")
async def look(request: Request, caller: Writer) -> Response:
    """What would become of each row; nothing is stored before it is confirmed."""
    try:
        data, words = await read_upload(request)
        return await run_in_threadpool(_look, request, caller, data, words)
    except SheetRefused as error:
        text = error.text.of(language_of(request))
        return await run_in_threadpool(_refused, request, caller, text)
    except Refused as error:
        if error.code != "SOC-1842":
            raise
        return await run_in_threadpool(_refused, request, caller, error.message)


@router.post("/upload/{token}")
def confirm(request: Request, caller: Writer, token: str, style: Words = "vi", reason: Words = "") -> Response:
    services = services_of(request)
    looked = handing.take_file(services, caller, handing.kept(services, caller, token), _style(style), reason)
    return _page(request, caller, looked=looked, done="taken")


def _look(request: Request, caller: Caller, data: bytes, words: dict[str, str]) -> Response:
    services, style, reason = services_of(request), _style(words.get("style", "")), words.get("reason", "")[:2_000]
    looked = handing.look_at_file(services, caller, data, style, reason)
    token = handing.keep(services, caller, data) if looked.usable else ""
    return _page(request, caller, looked=looked, token=token, style=style, reason=reason)


def _refused(request: Request, caller: Caller, text: str) -> Response:
    return _page(request, caller, status=422, problems=[Problem("file", text)])


def _style(text: str) -> NumberStyle:
    return NumberStyle.EN if text == NumberStyle.EN else NumberStyle.VI


def _asked(
    request: Request, caller: Caller, unit: str, subsystem: str, kind: PeriodType, day: date
) -> tuple[Any, Period]:
    """Raises NotFound for a unit that is not the caller's, or a sheet that nobody owes."""
    world = world_of(services_of(request))
    period = owed.period_named(world, subsystem, kind, day)
    if not caller.scope.sees(unit) or period is None or not owed.lines(world, unit, subsystem, period):
        raise NotFound
    return world, period


def _page(
    request: Request,
    caller: Caller,
    *,
    status: int = 200,
    unit: str = "",
    looked: handing.Looked | None = None,
    token: str = "",
    style: NumberStyle = NumberStyle.VI,
    reason: str = "",
    problems: list[Problem] | None = None,
    done: str = "",
) -> Response:
    services = services_of(request)
    units = unit_choices(caller.viewer, Right.ENTER_FIGURES)
    chosen = unit or (units[0].id if len(units) == 1 else "")
    today = services.clock.now().astimezone(ZONE).date()
    language, world = language_of(request), world_of(services)
    offered = owed.choices(world, chosen, today) if chosen and caller.scope.sees(chosen) else ()
    return figures_page(
        request,
        caller,
        "hub/upload.html",
        status=status,
        place="upload",
        units=units,
        chosen=chosen,
        offered=offered,
        sector=lambda name: world.catalogue.subsystems[name].title.of(language),
        looked=looked,
        token=token,
        style=str(style),
        reason=reason,
        problems=problems or [],
        done=done,
        RESULTS=RESULTS,
    )
