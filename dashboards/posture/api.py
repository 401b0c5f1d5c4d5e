"""Posture scores for programs: the same panel as on the page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.posture import service
from dashboards.shell.render import services_of
from reports.posture.method import Component
from soc.access import Right

router = APIRouter(prefix="/posture", tags=["posture"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]


class LineOut(BaseModel):
    """One unit. `shown`, `letter` null: too little is seen of it, and there is no score."""

    unit: str
    name: str
    unit_class: str
    shown: int | None
    letter: str | None
    confidence: float
    visibility: float
    caps: list[str]
    change: int | None


class BoardOut(BaseModel):
    """`province` null: the caller does not see all of it, or nothing was kept yet."""

    at: datetime | None
    province: dict[str, Any] | None
    units: list[LineOut]


class DayOut(BaseModel):
    """A day as it is stated. `revision` above 1: it was stated anew, for `reason`."""

    day: date
    revision: int
    reason: str
    stated_at: datetime
    version: str
    shown: int | None
    letter: str | None


@router.get("", operation_id="list_posture")
def list_posture(request: Request, viewer: Reader) -> BoardOut:
    """The caller's units, each kind from the lowest score up, and the province for those who see all of it."""
    board = service.board(services_of(request), viewer)
    lines = [_line(line) for some in board.kinds.values() for line in some]
    return BoardOut(at=board.at, province=dict(board.whole.panel) if board.whole else None, units=lines)


@router.get("/{unit_id}", operation_id="get_posture")
def get_posture(request: Request, viewer: Reader, unit_id: str) -> dict[str, Any]:
    """The panel of one unit: components, lost points that add up, caps, confidence, reasons and actions."""
    return dict(service.detail(services_of(request), viewer, unit_id).panel)


@router.get("/{unit_id}/days", operation_id="list_posture_days")
def list_posture_days(
    request: Request, viewer: Reader, unit_id: str, since: Annotated[date, Query()], until: Annotated[date, Query()]
) -> list[DayOut]:
    """Closed days of one unit, both ends included, each in its newest revision."""
    rows = service.closed(services_of(request), viewer, unit_id, since, until)
    return [
        DayOut(
            day=row.day,
            revision=row.revision,
            reason=row.reason,
            stated_at=row.at,
            version=row.version,
            shown=row.shown,
            letter=None if row.shown is None else row.letter,
        )
        for row in rows
        if row.day is not None
    ]


def _line(line: service.Line) -> LineOut:
    found = line.score
    return LineOut(
        unit=line.unit.id,
        name=line.unit.label,
        unit_class=found.unit_class,
        shown=found.shown,
        letter=None if found.shown is None else found.letter.letter,
        confidence=round(float(found.trust), 4),
        visibility=round(float(found.components[Component.VISIBILITY]), 2),
        caps=[cap.id for cap in found.caps],
        change=line.change,
    )
