"""Files for programs: the body is the file itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.drop import service
from dashboards.drop.form import receive_bytes
from dashboards.errors import Invalid, Refused
from dashboards.shell.render import services_of
from soc.access import Right
from soc.alert import Level
from soc.state.tables.figures import DropState

router = APIRouter(prefix="/imports", tags=["imports"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]


class ProblemOut(BaseModel):
    """What could not be read, and why."""

    name: str
    why: str


class ImportOut(BaseModel):
    """One file. `alerts` by level; null where the caller may see no alerts."""

    id: str
    name: str
    kind: str
    bytes: int
    unit: str
    state: DropState
    read: int
    waiting: int
    records: int
    problems: list[ProblemOut]
    alerts: dict[Level, int] | None
    alert_ids: list[str]
    ended_at: datetime | None


@router.post(
    "",
    operation_id="import_file",
    status_code=202,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def import_file(request: Request, viewer: Reader, name: str = "file", unit: str = "") -> ImportOut:
    """Takes a file; ask for its id until `state` is done or failed."""
    services = services_of(request)
    target = await run_in_threadpool(service.target, services, viewer)
    try:
        form = await receive_bytes(request.stream(), name, target)
        form.words["unit"] = unit
        begun = await run_in_threadpool(service.begin, services, viewer, form)
    except (Invalid, Refused):
        await run_in_threadpool(service.discard, target)
        raise
    return _out(await run_in_threadpool(service.look, services, viewer, begun.id))


@router.get("/{drop_id}", operation_id="get_import")
def get_import(request: Request, viewer: Reader, drop_id: str) -> ImportOut:
    """How far a file is, and its alerts."""
    return _out(service.look(services_of(request), viewer, drop_id))


def _out(view: service.DropView) -> ImportOut:
    drop = view.drop
    names = ("id", "name", "kind", "bytes", "unit", "state", "read", "waiting", "records", "ended_at")
    return ImportOut(
        **{name: getattr(drop, name) for name in names},
        problems=[ProblemOut(name=name, why=why) for name, why in drop.problems],
        alerts=view.levels,
        alert_ids=[alert.id for alert in view.alerts],
    )
