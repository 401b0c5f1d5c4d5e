"""Forecasts for programs: a figure's past, what is to come, and how good the method was."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboards.hub.answers import json_of, world_of
from dashboards.hub.caller import Reader
from dashboards.shell.render import services_of
from reports.kpi.board import View
from reports.kpi.definitions import Kpi
from reports.kpi.forecast import Guess
from reports.kpi.foresight import Foresight, foresight
from reports.kpi.reorganised import Units
from soc.access import Right
from soc.errors import NotFound

router = APIRouter(tags=["hub"])


@router.get("/forecasts/{kpi_id}", operation_id="get_forecast")
def get_forecast(
    request: Request,
    caller: Reader,
    kpi_id: str,
    unit: Annotated[str, Query(max_length=80)] = "",
    units: Units = Units.THEN,
) -> Response:
    """At the province, or at the unit asked for; `units` now: with what it has taken over. `record` null: there is no
    forecast, and `words` says why."""
    services = services_of(request)
    world = world_of(services)
    kpi = world.catalogue.kpis.get(kpi_id)
    level = unit or world.organisation.province
    if kpi is None or not caller.sees(kpi.subsystem) or not caller.scope.sees(level):
        raise NotFound
    owned = caller.viewer.scope(Right.ENTER_FIGURES).units or frozenset()
    with services.state.read() as tx:
        found = foresight(tx, world, View(caller.scope, services.clock.now(), level, owned=owned), kpi, units=units)
    return json_of(_body(kpi, found))


def _body(kpi: Kpi, found: Foresight) -> dict[str, Any]:
    record = found.record
    told = (
        None
        if record is None
        else {
            "method": record.method,
            "error": _number(kpi.rounded(record.error)),
            "error_share": _number(record.error_share),
            "held": record.held,
            "of": record.of,
        }
    )
    known = [
        {"start": point.period.start, "end": point.period.end, "value": _number(point.value), "foreseen": _guess(guess)}
        for point, guess in zip(found.points, found.past or (None,) * len(found.points), strict=True)
    ]
    return {
        "kpi_id": kpi.id,
        "level": found.level,
        "period": kpi.period,
        "points": known,
        "ahead": [{"start": one.period.start, "end": one.period.end, **(_guess(one) or {})} for one in found.guesses],
        "record": told,
        "words": {"vi": found.words.vi, "en": found.words.en},
        "year": found.year and {"vi": found.year.vi, "en": found.year.en},
    }


def _guess(one: Guess | None) -> dict[str, Any] | None:
    return None if one is None else {"value": _number(one.value), "low": _number(one.low), "high": _number(one.high)}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
