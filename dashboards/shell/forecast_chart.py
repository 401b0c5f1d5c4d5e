"""A figure's past and its forecast as SVG: a line that breaks at gaps, the band of what was foreseen, and the dashed
line of what is to come. Only numbers and escaped words enter the markup; colours come from classes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup, escape

from dashboards.shell.hostile import plain

LEFT, TOP, BOTTOM = 64, 10, 22
GRID = 3
_ids = count(1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One period. `value` None: a gap. `band`: low and high of what was, or is, foreseen. `ahead`: a forecast."""

    name: str
    value: float | None
    band: tuple[float, float] | None = None
    ahead: bool = False
    told: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """The words of the chart: `mark(value)` as it is printed."""

    marks: Sequence[tuple[float, str]]
    gap: str


def forecast_chart(
    slots: Sequence[Slot], axis: Axis, *, title: str, desc: str = "", width: int = 780, height: int = 220
) -> Markup:
    """Oldest first. What lies ahead stands behind a line, dashed; a gap is hatched."""
    known = [one.value for one in slots if one.value is not None]
    ends = [end for one in slots if one.band for end in one.band]
    some = [*known, *ends, *(at for at, _ in axis.marks)] or [0.0]
    plot = _Plot(min(some), max(some), len(slots), width, height)
    made = [_grid(plot, axis), *_gaps(slots, plot, axis)]
    made += [_band(run, plot) for run in _runs(slots, banded=True)]
    made += [_line(run, plot) for run in _runs(slots, banded=False)]
    made += [_now(slots, plot), *_dots(slots, plot), _names(slots, plot)]
    return _svg("".join(made), width, height, title, desc)


def marks(low: float, high: float) -> tuple[float, ...]:
    """A few round values from the lowest to the highest."""
    wanted = ((high - low) or abs(high) or 1.0) / GRID
    power = 10.0 ** math.floor(math.log10(wanted))
    step = next(power * one for one in (1, 2, 5, 10) if power * one >= wanted)
    return tuple(step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1))


@dataclass(frozen=True, slots=True)
class _Plot:
    low: float
    high: float
    count: int
    width: int
    height: int

    def x(self, place: float) -> float:
        return LEFT + (self.width - LEFT - 10) * (place + 0.5) / max(1, self.count)

    def y(self, value: float) -> float:
        span = self.high - self.low
        part = (value - self.low) / span if span else 0.5
        return self.height - BOTTOM - (self.height - BOTTOM - TOP) * part


def _runs(slots: Sequence[Slot], *, banded: bool) -> Iterable[list[tuple[int, Slot]]]:
    """Slots in a row that have a value, or a band; past and future apart, joined by the last known one."""
    run: list[tuple[int, Slot]] = []
    for place, one in enumerate(slots):
        missing = one.band is None if banded else one.value is None
        turns = bool(run) and one.ahead and not run[-1][1].ahead
        if missing or turns:
            if run:
                yield run
            run = [run[-1]] if turns and not missing and not banded else []
        if not missing:
            run.append((place, one))
    if run:
        yield run


def _line(run: list[tuple[int, Slot]], plot: _Plot) -> str:
    points = " ".join(f"{plot.x(n):.1f},{plot.y(one.value or 0.0):.1f}" for n, one in run)
    kind = "line foreseen" if run[-1][1].ahead else "line"
    return f'<polyline class="{kind}" points="{points}"/>' if len(run) > 1 else ""


def _band(run: list[tuple[int, Slot]], plot: _Plot) -> str:
    ends = [(n, one.band) for n, one in run if one.band is not None]
    if len(ends) == 1:
        n, (low, high) = ends[0]
        return f'<path class="band-end" d="M{plot.x(n):.1f} {plot.y(low):.1f}V{plot.y(high):.1f}"/>'
    upper = [f"{plot.x(n):.1f},{plot.y(band[1]):.1f}" for n, band in ends]
    lower = [f"{plot.x(n):.1f},{plot.y(band[0]):.1f}" for n, band in reversed(ends)]
    kind = "band ahead" if run[-1][1].ahead else "band"
    return f'<polygon class="{kind}" points="{" ".join([*upper, *lower])}"/>'


def _dots(slots: Sequence[Slot], plot: _Plot) -> Iterable[str]:
    for n, one in enumerate(slots):
        if one.value is not None:
            kind = "dot foreseen" if one.ahead else "dot"
            place = f'cx="{plot.x(n):.1f}" cy="{plot.y(one.value):.1f}"'
            yield f'<circle class="{kind}" {place} r="2.5"><title>{_word(one.told or one.name)}</title></circle>'


def _gaps(slots: Sequence[Slot], plot: _Plot, axis: Axis) -> Iterable[str]:
    wide = plot.x(1) - plot.x(0)
    for n, one in enumerate(slots):
        if one.value is None:
            place = f'x="{plot.x(n) - wide / 2:.1f}" y="{TOP}" width="{wide:.1f}" height="{plot.height - BOTTOM - TOP}"'
            told = f"{one.name}: {axis.gap}"
            yield f'<rect class="gap" {place} fill="url(#hatch)"><title>{_word(told)}</title></rect>'


def _now(slots: Sequence[Slot], plot: _Plot) -> str:
    first = next((n for n, one in enumerate(slots) if one.ahead), None)
    if first is None:
        return ""
    return f'<path class="now" d="M{plot.x(first - 0.5):.1f} {TOP}V{plot.height - BOTTOM}"/>'


def _grid(plot: _Plot, axis: Axis) -> str:
    made = []
    for value, word in axis.marks:
        y = plot.y(value)
        made.append(f'<path class="tick" d="M{LEFT} {y:.1f}H{plot.width - 10}"/>')
        made.append(f'<text class="small" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_word(word)}</text>')
    return "".join(made)


def _names(slots: Sequence[Slot], plot: _Plot) -> str:
    """The first, the last, and what lies between them as far as there is room."""
    every = max(1, -(-len(slots) * 84 // (plot.width - LEFT)))
    shown = [n for n in range(len(slots)) if n % every == 0 and len(slots) - n >= every // 2 + 1]
    y = plot.height - 6
    return "".join(
        f'<text class="small" x="{plot.x(n):.1f}" y="{y}" text-anchor="middle">{_word(slots[n].name)}</text>'
        for n in shown
    )


def _svg(inside: str, width: int, height: int, title: str, desc: str) -> Markup:
    name = f"forecast-{next(_ids)}"
    told = f'<desc id="{name}-d">{escape(desc)}</desc>' if desc else ""
    by = f"{name}-t {name}-d" if desc else f"{name}-t"
    return Markup(  # noqa: S704 - numbers and escaped words only
        f'<svg class="chart forecast" role="img" aria-labelledby="{by}" viewBox="0 0 {width} {height}">'
        f'<title id="{name}-t">{escape(title)}</title>{told}{inside}</svg>'
    )


def _word(text: str) -> str:
    return str(escape(plain(text, 120)))
