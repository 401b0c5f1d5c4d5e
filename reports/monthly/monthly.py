"""Puts the monthly report together: sections from one book of figures, all read at one `as_of`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from reports.kpi.profile import Wording
from reports.monthly import brief, wording
from reports.monthly.compose import Frame
from reports.monthly.figures import Book, Figure
from reports.monthly.model import (
    Block,
    Chart,
    Circulation,
    Cover,
    Missing,
    Paragraph,
    Report,
    Section,
    Table,
)
from reports.monthly.office import Office
from reports.monthly.queries import Source
from reports.monthly.registry import reader
from reports.monthly.sections import coverage, incidents, monitoring, overview, per_unit, posture
from soc.period import Period, Reporting
from soc.report import ReportState

CUT_OFF = timedelta(hours=8)
NOT_BEGUN = "hệ thống giám sát chưa hoạt động trong kỳ này"
SUBJECTS = {Wording.ATTT: "an toàn thông tin mạng", Wording.ANM: "an ninh mạng"}
SEEDED = (
    ("VIII", "ĐÁNH GIÁ"),
    ("IX", "PHƯƠNG HƯỚNG, NHIỆM VỤ KỲ TỚI"),
    ("X", "KIẾN NGHỊ, ĐỀ XUẤT"),
)
"""Sections that people write; empty ones block the submission."""

MONTHLY, BRIEF = "monthly", "brief"
VERSIONS = {"report": "posture-report/1", "layout": "nd30-2020"}


def cut_off(period: Period) -> datetime:
    """When the figures of a period are read unless somebody says otherwise."""
    return period.over + CUT_OFF


def compose(
    source: Source,
    period: Period,
    reporting: Reporting,
    as_of: datetime,
    office: Office,
    unit_name: Callable[[str], str],
    kind: str = MONTHLY,
) -> tuple[Report, Book]:
    """The report as a draft, and the book with the rows behind it."""
    book = Book(reader(source), as_of)
    first = source.tx.accounting.first(source.scope)
    frame = Frame(book, period, reporting, lambda one: "" if first and first < one.over else NOT_BEGUN, unit_name)
    return with_banner(PAPERS[kind](frame, office)), book


def _monthly(frame: Frame, office: Office) -> Report:
    """In the order of need: what prose names must stand in a table that was printed before it."""
    shown = coverage.section(frame)
    found = incidents.section(frame)
    watched = monitoring.section(frame)
    told = posture.told(frame)
    general = overview.section(frame, told.general)
    results = Section("VII", "KẾT QUẢ CỦA CÁC ĐƠN VỊ", told.units)
    people = tuple(Section(number, title, people=True) for number, title in SEEDED)
    annexes = (per_unit.annex(frame), posture.annex(frame))
    sections = (general, watched, found, shown, results, *people)
    made = _paper(frame, office, MONTHLY, "Tình hình", sections)
    summary = (told.score, *_first_lines((found, shown, watched)))
    return replace(made, summary=summary, annexes=annexes, figures=_figures(frame, sections))


def _brief(frame: Frame, office: Office) -> Report:
    return _paper(frame, office, BRIEF, "Bản tin lãnh đạo về tình hình", brief.sections(frame))


PAPERS: Mapping[str, Callable[[Frame, Office], Report]] = {MONTHLY: _monthly, BRIEF: _brief}


def _paper(frame: Frame, office: Office, kind: str, title: str, sections: tuple[Section, ...]) -> Report:
    name = f"{SUBJECTS[office.wording]} {wording.named(frame.period, frame.reporting)}"
    return Report(
        kind=kind,
        period=frame.period,
        reporting=frame.reporting,
        label=frame.label,
        unit="",
        as_of=frame.book.as_of,
        state=ReportState.DRAFT,
        circulation=Circulation.INTERNAL,
        cover=_cover(office, f"{title} {name}", wording.span(frame.period)),
        summary=(),
        sections=sections,
        annexes=(),
        figures=_figures(frame, sections),
        changes=dict(sorted(frame.book.changes.items())),
        versions=VERSIONS,
        incomplete=tuple(_incomplete(sections)),
    )


def _figures(frame: Frame, sections: Iterable[Section]) -> dict[str, Figure]:
    return {id: frame.book.figures[id] for id in sorted(frame.printed | _charted(sections))}


def _cover(office: Office, subject: str, span: str) -> Cover:
    return Cover(
        governing_body=office.governing_body,
        issuing_body=office.issuing_body,
        symbol=office.symbol,
        place=office.place,
        subject=subject,
        span=span,
        recipients=office.recipients,
        signing=office.signing,
    )


def with_banner(report: Report) -> Report:
    if not report.incomplete:
        return report
    banner = f"Báo cáo được lập khi chưa có đủ số liệu của: {'; '.join(report.incomplete)}."
    return replace(report, cover=replace(report.cover, banner=banner))


def _first_lines(sections: Iterable[Section]) -> Iterator[Block]:
    """The first sentence of each section says what matters most."""
    for section in sections:
        for part in section.parts:
            lead = next((block for block in part.blocks if isinstance(block, Paragraph)), None)
            if lead is not None:
                yield lead
                break


def _charted(sections: Iterable[Section]) -> set[str]:
    charts = (block for block in blocks(sections) if isinstance(block, Chart))
    return {id for chart in charts for series in chart.series for id in series.figures if id}


def blocks(sections: Iterable[Section]) -> Iterator[Block]:
    """Every block in the order of the paper."""
    for section in sections:
        yield from section.blocks
        yield from blocks(section.parts)


def tables(report: Report) -> tuple[Table, ...]:
    return tuple(block for block in blocks((*report.sections, *report.annexes)) if isinstance(block, Table))


EXTERNAL = "chưa kết nối nguồn"
"""How a listed source of others that is not connected begins its reason: no fault of completeness."""


def _incomplete(sections: Iterable[Section]) -> Iterator[str]:
    """What is missing though a written section needs it: it is none of "no cases" and of sources not connected."""
    for block in blocks(sections):
        if isinstance(block, Missing) and not block.reason.startswith((EXTERNAL, "trong kỳ không có")):
            yield block.of
