"""Observations for programs, as they are known now or were known at any time (ioc-hub.md 4.1, 8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from dashboards.errors import Invalid
from dashboards.hub.answers import json_of, world_of
from dashboards.hub.caller import Caller, Reader
from dashboards.shell.i18n import N_
from dashboards.shell.render import services_of
from reports.kpi.definitions import Sensitivity
from reports.kpi.world import World
from reports.kpi.writing import known_item
from soc.access import Right
from soc.observation import Known, Status
from soc.state.observation_rows import Wanted

router = APIRouter(prefix="/observations", tags=["hub"])
MOST = 500
Some = Annotated[list[str], Query(max_length=200)]


@router.get("", operation_id="list_observations")
def list_observations(
    request: Request,
    caller: Reader,
    kpi: Some = [],  # noqa: B006 - FastAPI copies the default
    unit: Some = [],  # noqa: B006
    subsystem: Annotated[str, Query(max_length=80)] = "",
    period_from: date | None = None,
    period_to: date | None = None,
    as_of: datetime | None = None,
    status: Status | None = None,
    revisions: Annotated[bool, Query(description="every revision, not only the one in force")] = False,  # noqa: FBT002
    cursor: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> Response:
    """In the order in which they were stored. `as_of`: as it was known then; `next` is the cursor of what follows."""
    if as_of is not None and as_of.tzinfo is None:
        raise Invalid({"as_of": N_("A time needs its offset, such as +07:00.")})
    services = services_of(request)
    wanted = Wanted(
        kpis=_kpis(world_of(services), caller, kpi, subsystem),
        units=tuple(unit) or None,
        start_from=period_from,
        start_to=period_to,
        forecast=status is Status.FORECAST,
    )
    with services.state.read() as tx:
        found = tx.observations.page(
            caller.scope, wanted, after=cursor, limit=limit, as_of=as_of, current=not revisions, status=status
        )
    items = [known_item(known) for known in found if _told(known, caller)]
    following = str(found[-1].seq) if len(found) == limit else None
    return json_of({"items": items, "next": following, "as_of": as_of and as_of.isoformat()})


def _kpis(world: World, caller: Caller, names: list[str], subsystem: str) -> tuple[str, ...] | None:
    """Of what was asked for, that which the caller's key is bound to; None: everything."""
    if not names and not subsystem and caller.subsystems is None:
        return None
    return tuple(
        kpi.id
        for kpi in world.catalogue.kpis.values()
        if (not names or kpi.id in names) and subsystem in ("", kpi.subsystem) and caller.sees(kpi.subsystem)
    )


def _told(known: Known, caller: Caller) -> bool:
    """A restricted figure stays with those who hand in figures of its unit."""
    if known.observation.sensitivity != Sensitivity.RESTRICTED:
        return True
    return caller.viewer.scope(Right.ENTER_FIGURES).sees(known.observation.key.unit)
