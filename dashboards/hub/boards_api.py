"""The boards as data: tiles, freshness, readiness, quality and contributions, over the caller's units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboards.errors import Invalid
from dashboards.hub.answers import json_of, world_of
from dashboards.hub.caller import Caller, Reader, top_of
from dashboards.shell.i18n import N_
from dashboards.shell.render import services_of
from reports.kpi.board import BoardTile, Row, View, board, every_row, rows_of
from reports.kpi.contributing import contributions
from reports.kpi.quality import Ranked, Tally, scores
from reports.kpi.readiness import GivenReason, counted
from reports.kpi.readying import SubsystemRow, readiness_board
from reports.kpi.tile_body import board_body
from reports.kpi.world import World
from reports.wording import Text
from soc.access import ROOT, Right
from soc.calendar import ZONE
from soc.errors import NotFound
from soc.period import Period, PeriodType, label, period_of

router = APIRouter(tags=["hub"])
Name = Annotated[str, Query(max_length=80)]


@router.get("/tiles", operation_id="list_hub_tiles")
def list_tiles(
    request: Request, caller: Reader, subsystem: Name = "", unit: Name = "", as_of: datetime | None = None
) -> Response:
    """The headline figures of every subsystem, or all of one; `unit`: at that unit. `as_of`: as it was known then."""
    return json_of({"items": [board_body(one) for one in _tiles(request, caller, subsystem, unit, as_of)]})


@router.get("/freshness", operation_id="list_freshness")
def list_freshness(request: Request, caller: Reader, subsystem: Name = "", unit: Name = "") -> Response:
    """How each figure stands in time, when the next is due, who answers, and which units are late."""
    names = ("id", "kpi_id", "level", "state", "state_words", "times", "coverage", "responsible", "lack")
    found = []
    for one in _tiles(request, caller, subsystem, unit, None):
        body = board_body(one)
        found.append({name: body[name] for name in (*names, "service", "subsystem")})
    return json_of({"items": found})


@router.get("/readiness", operation_id="list_readiness")
def list_readiness(request: Request, caller: Reader) -> Response:
    """Which subsystems live, of how many, and why the others do not."""
    services = services_of(request)
    world, view = world_of(services), View(caller.scope, services.clock.now())
    with services.state.read() as tx:
        rows = readiness_board(tx, world, view)
    live, all_of = counted(row.readiness for row in rows)
    items = [_ready(row) for row in rows if caller.sees(row.subsystem.id)]
    return json_of({"live": live, "of": all_of, "items": items})


@router.get("/quality", operation_id="get_quality")
def get_quality(request: Request, caller: Reader, subsystem: Name = "", month: date | None = None) -> Response:
    """The four scores over the caller's units in a month, and the lowest of them."""
    found, period, name = _contributions(request, caller, subsystem, month)
    total = sum((one.contribution.tally for one in found), Tally())
    return json_of({"month": name, "start": period.start, "end": period.end, **_scores(total)})


@router.get("/contributions", operation_id="list_contributions")
def list_contributions(request: Request, caller: Reader, subsystem: Name = "", month: date | None = None) -> Response:
    """What every unit owed and gave in a month, its scores and its rank among units of its kind."""
    found, period, name = _contributions(request, caller, subsystem, month)
    items = [_contribution(one) for one in found]
    return json_of({"month": name, "start": period.start, "end": period.end, "items": items})


def _tiles(request: Request, caller: Caller, subsystem: str, unit: str, as_of: datetime | None) -> Sequence[BoardTile]:
    services = services_of(request)
    world = world_of(services)
    if subsystem and subsystem not in world.catalogue.subsystems:
        raise NotFound
    rows: Sequence[Row] = every_row(world, subsystem) if subsystem else rows_of(world)
    chosen = [row for row in rows if caller.sees(row.subsystem)]
    with services.state.read() as tx:
        return board(tx, world, _view(request, caller, unit, as_of), chosen)


def _view(request: Request, caller: Caller, unit: str, as_of: datetime | None) -> View:
    """At the unit asked for, else at the top of what the caller sees. Raises NotFound for a foreign one."""
    services = services_of(request)
    if unit and not caller.scope.sees(unit):
        raise NotFound
    if as_of is not None and as_of.tzinfo is None:
        raise Invalid({"as_of": N_("A time needs its offset, such as +07:00.")})
    top = top_of(caller.scope, services.units)
    owned = caller.viewer.scope(Right.ENTER_FIGURES).units or frozenset()
    at = as_of or services.clock.now()
    return View(caller.scope, at, unit or ("" if top == ROOT else top), past=as_of is not None, owned=owned)


def _contributions(
    request: Request, caller: Caller, subsystem: str, month: date | None
) -> tuple[Sequence[Ranked], Period, str]:
    """Of the month that holds the day; without one, the last that is over."""
    services = services_of(request)
    world = world_of(services)
    if subsystem and (subsystem not in world.catalogue.subsystems or not caller.sees(subsystem)):
        raise NotFound
    period = _month(world, month or services.clock.now().astimezone(ZONE).date())
    with services.state.read() as tx:
        found = contributions(tx, world, View(caller.scope, services.clock.now()), period, subsystem)
    return found, period, label(period, world.profile.default_reporting)


def _month(world: World, day: date) -> Period:
    return period_of(PeriodType.MONTH, day, world.profile.default_reporting)


def _ready(row: SubsystemRow) -> dict[str, Any]:
    found = row.readiness
    return {
        "subsystem": row.subsystem.id,
        "title": _text(row.subsystem.title),
        "state": found.state,
        "share": _number(found.share),
        "fresh": found.today.fresh,
        "due": found.today.due,
        "units_missing": list(found.today.missing_units),
        "last_accepted": found.last_accepted and found.last_accepted.isoformat(),
        "reason": found.reason,
        "words": _text(found.words),
        "given": _given(found.given),
        "responsible": row.responsible,
        "asked": found.asked,
    }


def _given(one: GivenReason | None) -> dict[str, Any] | None:
    """What a person said, by name and day."""
    if one is None:
        return None
    deadline = one.deadline and one.deadline.isoformat()
    return {"by": one.by, "on": one.on.isoformat(), "next_step": one.next_step, "deadline": deadline}


def _contribution(one: Ranked) -> dict[str, Any]:
    given = one.contribution
    return {
        "unit_id": given.unit,
        "kind": given.kind,
        **_scores(given.tally),
        "in_time": given.in_time,
        "restated": given.restated,
        "findings_opened": given.opened,
        "findings_answered": given.answered,
        "method": given.method,
        "rank": one.rank,
        "among": one.among,
        "reason": _text(one.reason),
    }


def _scores(tally: Tally) -> dict[str, Any]:
    found = scores(tally)
    four = {str(score): _number(value) for score, value in found.all.items()}
    counts = {"owed": tally.owed, "given": tally.given, "received": tally.received}
    return {"scores": four, "honesty": _number(found.honesty), "lowest": found.lowest, **counts}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(round(value, 4).normalize(), "f")


def _text(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
