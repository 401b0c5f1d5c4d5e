"""The report as one HTML file: letters, styles and charts inside it, no script, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import charts
from reports.monthly import wording
from reports.monthly.figures import Figure
from reports.monthly.model import Chart, ChartKind, Report
from reports.monthly.printed import ROWS_MOST, ROWS_SHOWN, pieces
from soc.calendar import ZONE
from soc.report import ReportState

ROWS_TOGETHER = 10
"""Tables up to this many rows stay on one page."""

TRACED_MOST = 400
BLANK = "\u00a0" * 6
BLANK_DATE = f"ngày{BLANK}tháng{BLANK}năm{BLANK}"


def html(report: Report) -> str:
    """The whole file; the same report gives the same bytes."""
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            style=_style(),
            draft=drafted(report),
            blank_date=BLANK_DATE,
            as_of=said_as_of(report),
            traced=traced(report),
            enclosed=enclosed(report),
        )
    )


def anchor(id: str) -> str:
    """The id of a figure as the name of a place in the file."""
    return "f-" + re.sub(r"[^A-Za-z0-9]+", "-", id)


def drafted(report: Report) -> bool:
    """Whether it says so on page one."""
    return report.state in (ReportState.DRAFT, ReportState.REVIEW)


def said_as_of(report: Report) -> str:
    """The cut-off, as it stands on page one."""
    at = report.as_of.astimezone(ZONE).strftime("%H giờ %M phút ngày %d/%m/%Y")
    return f"Số liệu tại thời điểm {at}. Số liệu đến sau thời điểm này được nêu trong báo cáo kỳ sau."


def drawn(chart: Chart) -> str:
    """The chart as SVG."""
    series = [charts.Line(one.name, one.values) for one in chart.series]
    match chart.kind:
        case ChartKind.LINE:
            return charts.lines(chart.labels, series, chart.title)
        case ChartKind.BARS:
            return charts.bars(chart.labels, series, chart.title, chart.unit if chart.unit == "%" else "")
        case ChartKind.FUNNEL:
            return charts.funnel(chart.labels, series, chart.title)
    return charts.stacked(chart.labels, series, chart.title)


def traced(report: Report) -> Sequence[Figure]:
    """Those of this period that prose and tables print; all of them stand in figures.ndjson."""
    printed = {piece.figure for piece in pieces(report)}
    found = (one for one in report.figures.values() if one.id in printed and one.rows_hash)
    return sorted((one for one in found if one.id.endswith("/this")), key=lambda one: one.id)[:TRACED_MOST]


def enclosed(report: Report) -> str:
    """What stands below the title of each annex."""
    cover = report.cover
    number, on = cover.number or BLANK, cover.issued_on or BLANK_DATE
    return f"(Kèm theo Báo cáo số {number}/{cover.symbol} {on} của {cover.issuing_body or '…'})"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("reports", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    made.globals.update(
        anchor=anchor,
        drawn=drawn,
        kind_of=lambda one: type(one).__name__,
        number=wording.number,
        shown=wording.shown,
        rows_most=ROWS_MOST,
        rows_together=ROWS_TOGETHER,
        rows_shown=ROWS_SHOWN,
    )
    return made


@cache
def _style() -> Markup:
    return Markup((files("reports") / "templates" / "report.css").read_text("utf-8"))  # noqa: S704 - a file of ours
