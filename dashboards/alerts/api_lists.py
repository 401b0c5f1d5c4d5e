"""Lists of alerts for programs: filtered, sorted, paged; and all of a filter as NDJSON or CSV."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from dashboards.access.program import SeenOrKey
from dashboards.access.session import require_factor
from dashboards.access.viewer import Viewer
from dashboards.alerts import lists
from dashboards.alerts.api import Head, head_of
from dashboards.alerts.queue_filter import QueueFilter
from dashboards.errors import Invalid
from dashboards.shell.render import services_of
from soc import sheet
from soc.access import Right
from soc.alert import Alert, Level, Status
from soc.state.keys import ALERTS_READ
from soc.state.queue import Order

router = APIRouter(prefix="/alerts", tags=["alerts"])
HeadReader = Annotated[Viewer, Depends(SeenOrKey(Right.READ_ALERT_HEADS, ALERTS_READ))]
COLUMNS = ("number", "id", "level", "status", "unit", "owner", "verdict", "reason", "raised_at", "last_event", "count")


class AlertList(BaseModel):
    """One page; `next` is the `cursor` of the next one."""

    alerts: list[Head]
    next: str | None


class Format(StrEnum):
    """How a stream is written."""

    NDJSON = "ndjson"
    CSV = "csv"


def chosen(
    view: str = "open",
    level: Level | None = None,
    status: Status | None = None,
    unit: Annotated[str, Query(max_length=200)] = "",
    text: Annotated[str, Query(max_length=200)] = "",
    rule: Annotated[str, Query(max_length=200)] = "",
    entity: Annotated[str, Query(max_length=220, description="`kind:value`, such as `ip:203.0.113.9`")] = "",
    tactic: Annotated[str, Query(max_length=60)] = "",
    age: Annotated[str, Query(max_length=10, description="1h, 24h, 7d or 30d")] = "",
    owner: Annotated[str, Query(max_length=64)] = "",
) -> QueueFilter:
    """The words of the queue's address."""
    return QueueFilter(view, level or "", status or "", unit, text, rule, entity, tactic, age, owner)


Chosen = Annotated[QueueFilter, Depends(chosen)]


@router.get("", operation_id="list_alerts", response_model=AlertList)
def list_alerts(
    request: Request,
    viewer: HeadReader,
    filter: Chosen,
    sort: Order | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    fields: Annotated[str, Query(max_length=400, description="names by comma; without: all")] = "",
) -> Any:
    """In the order of the view, or of `sort`. `view`: mine, open, untaken, due, waiting, digest, storm, closed."""
    wanted = _fields(fields)
    page = lists.listed(services_of(request), viewer, filter, order=sort, after=cursor, limit=limit)
    alerts = [Head(**head_of(alert)) for alert in page.alerts]
    if not wanted:
        return AlertList(alerts=alerts, next=page.next)
    rows = [alert.model_dump(mode="json", include=wanted) for alert in alerts]
    return Response(orjson.dumps({"alerts": rows, "next": page.next}), media_type="application/json")


@router.get("/export", operation_id="export_alerts", response_class=StreamingResponse)
def export_alerts(
    request: Request, viewer: HeadReader, filter: Chosen, format: Format = Format.NDJSON
) -> StreamingResponse:
    """Everything of the filter, youngest first, at most 100,000; written in the audit log. More than 10,000
    ask a person for the second factor again."""
    if lists.is_large(services_of(request), viewer, filter):
        require_factor(request)
    alerts = lists.exported(services_of(request), viewer, filter)
    kind = "text/csv; charset=utf-8" if format is Format.CSV else "application/x-ndjson"
    names = {"Content-Disposition": f'attachment; filename="alerts.{format}"'}
    return StreamingResponse(_csv(alerts) if format is Format.CSV else _ndjson(alerts), media_type=kind, headers=names)


def _fields(text: str) -> set[str]:
    """Raises Invalid for names that there are not."""
    wanted = {name.strip() for name in text.split(",") if name.strip()}
    unknown = sorted(wanted - set(Head.model_fields))
    if unknown:
        raise Invalid({"fields": f"no such field: {', '.join(unknown)}; there are {', '.join(Head.model_fields)}"})
    return wanted


def _ndjson(alerts: Iterator[Alert]) -> Iterator[str]:
    for alert in alerts:
        yield Head(**head_of(alert)).model_dump_json() + "\n"


def _csv(alerts: Iterator[Alert]) -> Iterator[str]:
    heads = (head_of(alert) for alert in alerts)
    rows = ([*(_cell(head[name]) for name in COLUMNS), head["rule"].title, _entities(head)] for head in heads)
    return sheet.lines([*COLUMNS, "rule", "entities"], rows)


def _entities(head: dict[str, Any]) -> str:
    return "; ".join(f"{field}={value}" for field, value in head["entities"])


def _cell(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
