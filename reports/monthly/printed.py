"""Every piece of a report that prints a figure, and what it must say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reports.monthly import wording
from reports.monthly.model import Block, Box, Cell, Chart, Paragraph, Report, Run, Section, Table

ROWS_MOST, ROWS_SHOWN = 60, 20
"""Longer tables are shown by their first rows; the workbook has them whole."""


def pieces(report: Report, *, whole: bool = True) -> Iterator[Run | Cell]:
    """Runs and cells with a figure, in the order of the paper; `whole` False: without rows that a page leaves out."""
    for block in _blocks(report):
        if isinstance(block, Paragraph):
            yield from (run for run in block.runs if run.figure)
        elif isinstance(block, Table):
            rows = block.rows if whole or len(block.rows) <= ROWS_MOST else block.rows[:ROWS_SHOWN]
            yield from (cell for row in rows for cell in row if cell.figure)


def charts(report: Report) -> Iterator[Chart]:
    return (block for block in _blocks(report) if isinstance(block, Chart))


def texts_of(report: Report, id: str) -> frozenset[str]:
    """What may be printed for a figure; a change is said in full in prose and shortly in its column. Empty: the report
    has no such figure."""
    change = report.changes.get(id)
    if change is not None:
        return frozenset({change.text, short(change.text, change.against)})
    figure = report.figures.get(id)
    return frozenset() if figure is None else frozenset({wording.shown(figure)})


def short(text: str, against: str) -> str:
    """Without what it is compared with: the column says it. Nothing to compare with is a dash."""
    if text == wording.nothing(against):
        return wording.NONE
    return text.removesuffix(f" so với {against}")


def _blocks(report: Report) -> Iterator[Block]:
    yield from _flat(report.summary)
    for section in (*report.sections, *report.annexes):
        yield from _of(section)


def _of(section: Section) -> Iterator[Block]:
    yield from _flat(section.blocks)
    for part in section.parts:
        yield from _of(part)


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Box):
            yield from block.blocks
