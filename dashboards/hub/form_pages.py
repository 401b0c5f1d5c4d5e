"""The form: one line a figure, the value before beside the box, a jump asks for its reason (ioc-hub.md 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from dashboards.hub import handing, owed
from dashboards.hub.answers import world_of
from dashboards.hub.caller import Asked, Caller
from dashboards.hub.figure_pages import figures_page
from dashboards.hub.words import RESULTS, STATUSES
from dashboards.shell.render import language_of, services_of
from reports.kpi.entries import Entry
from reports.kpi.fields import Wrong
from reports.kpi.sheets.columns import NumberStyle
from reports.kpi.sheets.numbers import plain
from reports.kpi.sheets.template import Line
from reports.kpi.world import World
from reports.wording import Text
from soc.access import Right
from soc.errors import NotFound
from soc.observation import Known, Status
from soc.period import Period, PeriodType, label
from soc.state.observation_rows import Wanted

router = APIRouter(prefix="/figures", include_in_schema=False)
Writer = Annotated[Caller, Depends(Asked(Right.ENTER_FIGURES, ()))]
NUMBERS = ("value", "numerator", "denominator")
MOST_FIELDS = 2_000


@dataclass(frozen=True, slots=True)
class FormLine:
    """A figure to be typed. `before`: the newest earlier one; `now`: what is known of this period."""

    line: Line
    before: Known | None
    now: Known | None
    typed: Mapping[str, str]
    result: handing.RowResult | None = None
    faults: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """What the form is of."""

    world: World
    unit: str
    subsystem: str
    period: Period
    lines: tuple[Line, ...]


@router.get("/form")
def form(
    request: Request, caller: Writer, unit: str, subsystem: str, kind: PeriodType, day: date, done: str = ""
) -> Response:
    place = _place(request, caller, unit, subsystem, kind, day)
    return _page(request, caller, place, {}, done=done)


@router.post("/form")
async def hand_in(request: Request, caller: Writer, unit: str, subsystem: str, kind: PeriodType, day: date) -> Response:
    """Looked at first; stored when no line is refused and every jump has its reason."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as typed:
        return await run_in_threadpool(_hand_in, request, caller, (unit, subsystem, kind, day), typed)


def _hand_in(request: Request, caller: Caller, asked: tuple[str, str, PeriodType, date], typed: FormData) -> Response:
    services, place = services_of(request), _place(request, caller, *asked)
    words = {name: value[:2_000] for name, value in typed.items() if isinstance(value, str)}
    style = NumberStyle.EN if language_of(request) == "en" else NumberStyle.VI
    entries, faults = _entries(place, words, style)
    looked = handing.hand_in(services, caller, entries, "", dry_run=True)
    unexplained = [one for one in looked.rows if one.result == "quarantined" and not _said(entries, one.row)]
    refused = any(one.result == "rejected" for one in looked.rows)
    if faults or refused or unexplained or not looked.usable:
        return _page(
            request, caller, place, words, looked=looked, faults=faults, status=422 if entries or faults else 200
        )
    stored = handing.hand_in(services, caller, entries, "", dry_run=False)
    return _page(request, caller, place, {}, looked=stored, done="taken")


def _said(entries: Sequence[Entry], row: int) -> bool:
    return any(entry.row == row and len(entry.reason.strip()) >= 5 for entry in entries)


def _entries(
    place: Place, words: Mapping[str, str], style: NumberStyle
) -> tuple[list[Entry], dict[int, tuple[Text, ...]]]:
    """Lines with anything in them, and what is no number."""
    entries: list[Entry] = []
    faults: dict[int, tuple[Text, ...]] = {}
    for row, line in enumerate(place.lines, 1):
        typed = {name: words.get(f"{name}-{row}", "").strip() for name in (*NUMBERS, "status", "reason")}
        status = typed["status"] if typed["status"] in STATUSES else "preliminary"
        if not any(typed[name] for name in NUMBERS) and status != "missing":
            continue
        try:
            numbers = {name: plain(typed[name], style) if typed[name] else "" for name in NUMBERS}
        except Wrong as wrong:
            faults[row] = (wrong.text,)
            continue
        made = Entry(line.kpi.id, place.unit, place.period, row, line.dimensions, status=Status(status))
        value, over, under = (numbers[name] for name in NUMBERS)
        entries.append(replace(made, value=value, numerator=over, denominator=under, reason=typed["reason"]))
    return entries, faults


def _place(request: Request, caller: Caller, unit: str, subsystem: str, kind: PeriodType, day: date) -> Place:
    """Raises NotFound for a unit that is not the caller's, or figures that nobody owes."""
    world = world_of(services_of(request))
    period = owed.period_named(world, subsystem, kind, day)
    lines = owed.lines(world, unit, subsystem, period) if period and caller.scope.sees(unit) else ()
    if period is None or not lines:
        raise NotFound
    return Place(world, unit, subsystem, period, lines)


def _page(
    request: Request,
    caller: Caller,
    place: Place,
    typed: Mapping[str, str],
    *,
    looked: handing.Looked | None = None,
    faults: Mapping[int, tuple[Text, ...]] | None = None,
    status: int = 200,
    done: str = "",
) -> Response:
    language = language_of(request)
    reporting = place.world.reporting_of(place.lines[0].kpi)
    return figures_page(
        request,
        caller,
        "hub/form.html",
        status=status,
        place="upload",
        form=place,
        rows=list(enumerate(_lines(request, caller, place, typed, looked, faults or {}), 1)),
        name=label(place.period, reporting),
        sector=place.world.catalogue.subsystems[place.subsystem].title.of(language),
        looked=looked,
        done=done,
        RESULTS=RESULTS,
        STATUSES=STATUSES,
    )


def _lines(
    request: Request,
    caller: Caller,
    place: Place,
    typed: Mapping[str, str],
    looked: handing.Looked | None,
    faults: Mapping[int, tuple[Text, ...]],
) -> list[FormLine]:
    kpis = tuple(line.kpi.id for line in place.lines)
    wanted = Wanted(kpis, (place.unit,), place.period.type, start_to=place.period.start, dimensions=())
    with services_of(request).state.read() as tx:
        found = tx.observations.in_force(caller.scope, wanted)
    results: dict[int, Any] = {one.row: one for one in looked.rows} if looked else {}
    made = []
    for row, line in enumerate(place.lines, 1):
        known = [one for one in found if one.observation.key.kpi == line.kpi.id]
        before = [one for one in known if one.observation.key.period.end < place.period.start]
        now = [one for one in known if one.observation.key.period == place.period]
        own = {name: typed.get(f"{name}-{row}", "") for name in (*NUMBERS, "status", "reason")}
        last = before[-1] if before else None
        made.append(FormLine(line, last, now[-1] if now else None, own, results.get(row), faults.get(row, ())))
    return made
