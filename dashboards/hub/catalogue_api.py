"""The catalogues that senders need: KPIs, units, functions and the schema; and whether the hub is there."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from dashboards.hub.answers import json_of, tagged, world_of
from dashboards.hub.caller import Anyone, Writer
from dashboards.shell.render import services_of
from reports.kpi import schema
from reports.kpi.contract import SCHEMA
from reports.kpi.definitions import Kpi
from reports.kpi.world import World
from reports.wording import Text
from soc import __version__
from soc.calendar import ZONE
from soc.state.receipts import Beat

router = APIRouter(tags=["hub"])


@router.get("/kpis", operation_id="list_kpis")
def list_kpis(request: Request, caller: Anyone, subsystem: str = "") -> Response:
    """Definitions in force, with breakdowns and their values."""
    world = world_of(services_of(request))
    kpis = [_kpi(world, kpi) for kpi in world.catalogue.kpis.values() if subsystem in ("", kpi.subsystem)]
    dimensions = [
        {"id": one.id, "title": _text(one.title), "values": {name: _text(text) for name, text in one.values.items()}}
        for one in world.catalogue.dimensions.values()
        if not one.private
    ]
    subsystems = [
        {"id": one.id, "title": _text(one.title), "function": one.function}
        for one in world.catalogue.subsystems.values()
    ]
    version = world.catalogue.version
    body = {"version": version, "profile": world.profile.id, "subsystems": subsystems, "dimensions": dimensions}
    return tagged(request, body | {"kpis": kpis})


@router.get("/units", operation_id="list_hub_units")
def list_units(request: Request, caller: Anyone, at: date | None = None) -> Response:
    """Units that exist on a day (today), with their heirs where they end."""
    services = services_of(request)
    world, day = world_of(services), at or services.clock.now().astimezone(ZONE).date()
    units = [
        {
            "id": unit.id,
            "name_vi": unit.name_vi,
            "name_en": unit.name_en,
            "kind": unit.kind,
            "parent": unit.parent,
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
            "successor": unit.successor,
        }
        for unit in world.organisation.units_on(day)
    ]
    return tagged(request, {"at": day, "province": world.organisation.province, "units": units})


@router.get("/functions", operation_id="list_functions")
def list_functions(request: Request, caller: Anyone, at: date | None = None) -> Response:
    """Who answers for what on a day (today); null where nobody does."""
    services = services_of(request)
    world, day = world_of(services), at or services.clock.now().astimezone(ZONE).date()
    functions = [
        {"id": one.id, "name_vi": one.name_vi, "name_en": one.name_en, "holder": one.holder(day)}
        for one in world.organisation.functions.values()
    ]
    return tagged(request, {"at": day, "functions": functions})


@router.get(
    "/schema/kpi-contract-1.json",
    operation_id="get_contract_schema",
    response_class=Response,
    responses={200: {"content": {"application/schema+json": {}}}},
)
def get_schema() -> Response:
    """JSON Schema 2020-12 of a batch; no sign-in."""
    return Response(schema.shipped(), media_type="application/schema+json")


@router.get("/health", operation_id="get_hub_health")
def get_health(request: Request) -> Response:
    """Version, clock, whether figures are taken; no sign-in and no secrets."""
    services = services_of(request)
    body = {"status": "ok" if services.world else "no_catalogue", "version": __version__, "contract": SCHEMA}
    return json_of(body | {"now": services.clock.now().isoformat(), "queue": 0})


@router.post("/heartbeat", operation_id="beat", status_code=204)
def beat(request: Request, caller: Writer, system: str = "") -> Response:
    """ "I am alive, nothing new": expected every five minutes from those who push."""
    services = services_of(request)
    bound = None if caller.subsystems is None else tuple(sorted(caller.subsystems))
    sender = caller.sender
    with services.state.write() as tx:
        tx.receipts.beat(Beat(sender.id, sender.unit, system[:80], bound, services.clock.now()))
    return Response(status_code=204)


def _kpi(world: World, kpi: Kpi) -> dict[str, Any]:
    low, high = kpi.range or (None, None)
    return {
        "id": kpi.id,
        "version": kpi.version,
        "subsystem": kpi.subsystem,
        "title": _text(kpi.title),
        "kind": str(kpi.kind),
        "unit": kpi.unit,
        "period": str(kpi.period),
        "calendar": str(world.reporting_of(kpi)),
        "direction": str(kpi.direction),
        "over_units": str(kpi.over_units),
        "over_time": str(kpi.over_time),
        "unit_is": str(kpi.axis),
        "dimensions": [name for name in kpi.dimensions if not world.is_private(name)],
        "parts_required": kpi.needs_parts,
        "numerator": kpi.numerator or None,
        "denominator": kpi.denominator or None,
        "factor": None if kpi.factor is None else format(kpi.factor, "f"),
        "range": [None if one is None else format(one, "f") for one in (low, high)],
        "decimals": kpi.decimals,
        "sensitivity": str(kpi.sensitivity),
        "function": kpi.function,
        "formula": _text(kpi.formula),
    }


def _text(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
