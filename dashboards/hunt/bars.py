"""The timeline as a picture without scripts: bars in SVG units, each a link that zooms; gaps are hatched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboards.hunt.asked import Asked
from dashboards.hunt.timeline import Timeline
from dashboards.shell.formats import ZONE

WIDTH, HEIGHT = 1_200.0, 96.0
TICKS = 6


@dataclass(frozen=True, slots=True)
class Column:
    """One bar; `until` is where the next begins."""

    x: float
    y: float
    width: float
    height: float
    at: datetime
    until: datetime
    n: int
    gap: bool
    href: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`data`: counts for the script's drawing, a gap is empty."""

    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, str], ...]
    step: int
    total: int
    highest: int
    gaps: int
    start: int
    data: str


def drawn(found: Timeline, asked: Asked) -> Chart:
    width = WIDTH / max(len(found.bars), 1)
    columns = []
    for number, bar in enumerate(found.bars):
        height = HEIGHT if bar.gap else bar.n / max(found.highest, 1) * HEIGHT
        height = max(height, 2.0) if bar.n else height
        href = asked.href(since=exact(bar.at), until=exact(bar.until))
        gap = max(width * 0.12, 0.5)
        x, y, wide, tall = (round(part, 2) for part in (number * width + gap / 2, HEIGHT - height, width - gap, height))
        columns.append(Column(x, y, wide, tall, bar.at, bar.until, bar.n, bar.gap, href))
    return Chart(
        tuple(columns),
        tuple(_ticks(found)),
        found.step,
        found.total,
        found.highest,
        found.gaps,
        int(found.bars[0].at.timestamp()) if found.bars else 0,
        ",".join("" if bar.gap else str(bar.n) for bar in found.bars),
    )


def exact(at: datetime) -> str:
    """An instant as people read it and the question takes it; the fraction says that no whole second is meant."""
    return f"{at.astimezone(ZONE):%d/%m/%Y %H:%M:%S}.0"


def _ticks(found: Timeline) -> list[tuple[float, str]]:
    count = len(found.bars)
    every = max(count // TICKS, 1)
    form = "%H:%M" if found.step < 3_600 else "%d/%m %H:%M" if found.step < 86_400 else "%d/%m/%y"
    return [
        (round(number / count * 100, 2), found.bars[number].at.astimezone(ZONE).strftime(form))
        for number in range(0, count, every)
    ]
