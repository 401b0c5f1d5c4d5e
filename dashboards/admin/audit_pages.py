"""The audit log: who did what, when, and whether the chain of entries is whole."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from dashboards.access.session import Seen, StepUp
from dashboards.access.viewer import Viewer
from dashboards.admin import records
from dashboards.shell.render import page, services_of
from dashboards.shell.unit_names import unit_name
from soc.access import Right, RoleOfPerson
from soc.state.audit import BadEntry

router = APIRouter(prefix="/admin", include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_AUDIT))]
Sure = Annotated[Viewer, Depends(StepUp(Right.READ_AUDIT))]
Word = Annotated[str, Query(max_length=80)]


@router.get("/audit")
def audit(
    request: Request,
    viewer: Reader,
    actor: Word = "",
    act: Word = "",
    thing: Word = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    return _page(request, viewer, actor.strip(), act.strip(), thing.strip(), before)


@router.post("/audit/verify")
def verify(request: Request, viewer: Sure) -> Response:
    bad = records.verify(services_of(request), viewer)
    return _page(request, viewer, "", "", "", None, verified=True, bad=bad)


@router.post("/audit/export")
def export(request: Request, viewer: Sure) -> Response:
    """All that the person may read, as a file."""
    lines = records.export(services_of(request), viewer)
    name = f"audit-{viewer.day.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _page(
    request: Request,
    viewer: Viewer,
    actor: str,
    act: str,
    thing: str,
    before: int | None,
    *,
    verified: bool = False,
    bad: BadEntry | None = None,
) -> Response:
    entries = records.audit_page(services_of(request), viewer, actor=actor, act=act, thing=thing, before=before)
    wanted = {"actor": actor, "act": act, "thing": thing}
    older = ""
    if len(entries) == records.PAGE:
        older = "?" + urlencode({name: value for name, value in wanted.items() if value} | {"before": entries[-1].seq})
    return page(
        request,
        "admin/audit.html",
        section="admin",
        tab="audit",
        entries=entries,
        wanted=wanted,
        filtered=any(wanted.values()),
        older=older,
        everything=RoleOfPerson.AUDITOR in viewer.roles,
        may_change=viewer.may(Right.MANAGE_ACCESS),
        unit_name=unit_name(request),
        verified=verified,
        bad=bad,
    )
