"""The health page, and the table of its books as a file."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.access.policy_reports import reports_of
from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.health import service
from dashboards.health.tasks import tasks
from dashboards.shell import charts
from dashboards.shell.formats import duration, iso
from dashboards.shell.i18n import N_, catalogue
from dashboards.shell.narrowing import address
from dashboards.shell.render import fragment, language_of, page, services_of, translate, wants_fragment
from dashboards.shell.unit_names import unit_name
from soc.access import Right

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]

COSTLY = 5
BLIND = 5
LAG_WIDTH = 160
ROWS = 30
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("received", "stored", "quarantined", "dropped", "missing")


@router.get("/health")
def health(request: Request, viewer: Reader, hour: str = "", start: int = 0) -> Response:
    view = service.read(services_of(request), viewer, _hour(hour))
    words = partial(translate, request)
    spans = partial(duration, translate=catalogue(language_of(request)).gettext)
    found = tasks(view, words, spans)
    return _drawn(
        request,
        view=view,
        **_turning(request, view, max(0, min(start, 100_000))),
        tasks=found,
        tally=[(mark, sum(task.mark == mark for task in found)) for mark in ("failed", "late", "unknown")],
        squares=lambda line: charts.squares(line.states, title=translate(request, N_("Twelve hours"))),
        slow=service.SLOW.total_seconds(),
        lag_width=LAG_WIDTH,
        costs=_costs(view),
        blind=view.blind[:BLIND],
        unit_name=unit_name(request),
        hour_end=view.hour + timedelta(hours=1),
        policy_reports=reports_of(request).count,
    )


def _drawn(request: Request, **values: Any) -> Response:
    """The page, or its figures alone when the page asks for them again."""
    if wants_fragment(request):
        return fragment(request, "health/health.html", "figures", **values)
    return page(request, "health/health.html", section="health", **values)


def _turning(request: Request, view: service.HealthView, begin: int) -> dict[str, Any]:
    """The addresses of the hours and the rows before and after."""
    at = view.hours.index(view.hour)
    return {
        "begin": begin,
        "rows": ROWS,
        "here": address(request, without="", start=str(begin)),
        "before": address(request, without="", start=str(max(begin - ROWS, 0))) if begin else "",
        "after": address(request, without="", start=str(begin + ROWS)) if begin + ROWS < len(view.balances) else "",
        "earlier": view.hours[at - 1].isoformat() if at else "",
        "later": view.hours[at + 1].isoformat() if at + 1 < len(view.hours) else "",
    }


@router.get("/health/balance.csv")
def balance_csv(request: Request, viewer: Reader) -> Response:
    """A row a source and hour of the last 24 hours."""
    view = service.read(services_of(request), viewer)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("source", "name", "hour", *COLUMNS))
    for line in view.balances:
        for hour in line.hours:
            figures = (getattr(hour, name) for name in COLUMNS) if hour.heard else [""] * len(COLUMNS)
            rows.writerow((_cell(line.source), _cell(line.name), iso(hour.at), *figures))
    headers = {"Content-Disposition": f'attachment; filename="balance-{view.now:%Y%m%d-%H%M}.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _costs(view: service.HealthView) -> list[tuple[str, str, float]]:
    """(rule, title, microseconds an event), the dearest first."""
    if view.known is None:
        return []
    dear = sorted(view.known.costs.per_event.items(), key=lambda pair: -pair[1])[:COSTLY]
    rows = {row.card.id: row.card for row in view.known.board.rows}
    return [
        (rule, (rows[rule].title_vi or rows[rule].title) if rule in rows else rule, ns / 1_000) for rule, ns in dear
    ]


def _hour(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
