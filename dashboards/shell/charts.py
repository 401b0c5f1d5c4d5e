"""Charts as SVG, drawn on the server: each says in `<title>` and `<desc>` what it shows; a gap is hatched, never zero.

Only numbers and escaped words enter the markup; colours come from classes. A gap in the data is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from markupsafe import Markup, escape

from dashboards.shell.formats import ZONE
from dashboards.shell.hostile import plain

HATCH = "url(#hatch)"
_ids = count(1)

Value = float | None


@dataclass(frozen=True, slots=True)
class Point:
    """Something on a lane. `kind`: hit (diamond), near (triangle), other (dot)."""

    at: datetime
    kind: str = "other"
    word: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without data, and what is said of it."""

    since: datetime
    until: datetime
    word: str


@dataclass(frozen=True, slots=True)
class Row:
    """One lane of a timeline. `bars`: height from 0 to 1 in even steps over the whole time."""

    name: str
    points: tuple[Point, ...] = ()
    gaps: tuple[Gap, ...] = ()
    bars: tuple[float, ...] = ()


def spark(values: Sequence[Value], *, title: str, desc: str = "", width: int = 60, height: int = 20) -> Markup:
    """A line with its last point; it breaks where a value is missing."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    step = (width - 6) / max(1, len(values) - 1)
    places = [
        None if value is None else (3 + n * step, height - 3 - (height - 6) * _part(value - low, high - low))
        for n, value in enumerate(values)
    ]
    lines = "".join(f'<polyline class="line" points="{_points(run)}"/>' for run in _runs(places) if len(run) > 1)
    last = next((place for place in reversed(places) if place is not None), None)
    dot = f'<circle class="dot" cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.5"/>' if last else ""
    return _svg(lines + dot, width, height, title, desc, "spark")


def bars(
    pairs: Iterable[tuple[str, Value]], *, title: str, desc: str = "", width: int = 320, height: int = 72
) -> Markup:
    """Columns from zero, the tallest one full; a missing value is a hatched column. The names are their titles."""
    rows = list(pairs)
    most = max((value for _, value in rows if value is not None), default=0.0)
    step = width / max(1, len(rows))
    made = []
    for n, (name, value) in enumerate(rows):
        tall = height if value is None else max(height * _part(value, most), 1.0 if value else 0.0)
        inside = f"<title>{_word(name)}: {'?' if value is None else f'{value:g}'}</title>"
        x, wide = n * step, max(step - 2, 1)
        made.append(_rect("gap" if value is None else "bar", x, height - tall, wide, tall, inside))
    return _svg("".join(made), width, height, title, desc, "bars")


def heat(
    rows: Iterable[tuple[str, Sequence[Value]]], *, title: str, desc: str = "", cell: int = 14, name_width: int = 120
) -> Markup:
    """A field of squares, darker is more, hatched is unknown."""
    table = list(rows)
    most = max((value for _, values in table for value in values if value is not None), default=0.0)
    longest = max((len(values) for _, values in table), default=0)
    made = []
    for row, (name, values) in enumerate(table):
        made.append(f'<text class="name" x="0" y="{row * cell + cell - 4}">{_word(name)}</text>')
        for column, value in enumerate(values):
            kind = "gap" if value is None else f"heat-{0 if not value else 1 + min(3, int(4 * _part(value, most)))}"
            made.append(_rect(kind, name_width + column * cell, row * cell, cell - 2, cell - 2))
    return _svg("".join(made), name_width + longest * cell, max(1, len(table)) * cell, title, desc, "heat")


def squares(states: Sequence[str], *, title: str, desc: str = "", cell: int = 13) -> Markup:
    """One mark an hour: ok (small square), late (square with a bar), failed (triangle), lost or unknown (hatched)."""
    made = []
    for n, state in enumerate(states):
        x = n * (cell + 3)
        made.append(_SQUARES.get(state, _SQUARES["unknown"]).format(x=x))
    return _svg("".join(made), len(states) * (cell + 3), cell, title, desc, "squares")


def ring(part: Value, *, title: str, desc: str = "", size: int = 48) -> Markup:
    """A share from 0 to 1 as a ring; hatched when it is not known."""
    radius = size / 2 - 4
    whole = 2 * 3.14159265 * radius
    middle = size / 2
    circle = f'cx="{middle}" cy="{middle}" r="{radius}"'
    if part is None:
        return _svg(f'<circle class="gap" {circle}/>', size, size, title, desc, "ring")
    share = min(1.0, max(0.0, part)) * whole
    used = (
        f'<circle class="used" {circle} stroke-dasharray="{share:.1f} {whole:.1f}"'
        f' transform="rotate(-90 {middle} {middle})"/>'
    )
    return _svg(f'<circle class="track" {circle}/>{used}', size, size, title, desc, "ring")


def fall(first: float, last: float, *, title: str, kind: str = "", width: int = 320, height: int = 12) -> Markup:
    """One step of a waterfall from 100 down: what is lost between two heights, or won when it goes up."""
    low, high = sorted((first, last))
    name = kind or ("lost" if last < first else "gained")
    track = _rect("track", 0, height / 2 - 1, width, 2)
    step = _rect(name, width * low / 100, 0, max(width * (high - low) / 100, 1.0), height) if high > low else ""
    return _svg(track + step, width, height, f"{title}: {first:g} → {last:g}", "", "fall", stretch=True)


def lanes(
    rows: Sequence[Row],
    since: datetime,
    until: datetime,
    *,
    title: str,
    desc: str = "",
    now: datetime | None = None,
    now_word: str = "",
    moment: datetime | None = None,
    width: int = 780,
    name_width: int = 110,
) -> Markup:
    """A timeline: one lane a thing, the time from left to right, nothing drawn after `now`; `moment` is the alert."""
    scale = _Scale(since, until, name_width, width)
    top, lane = 24, 28
    height = top + lane * len(rows)
    made = [_ticks(scale, height)]
    for n, row in enumerate(rows):
        made.append(_lane(row, scale, top + n * lane, lane, now or until))
    if moment is not None and since <= moment <= until:
        x = scale.x(moment)
        made.append(f'<path class="moment" d="M{x:.1f} {top}V{height}"/>')
    if now is not None and since <= now <= until:
        x = scale.x(now)
        made.append(f'<path class="now" d="M{x:.1f} {top - 6}V{height}"/>')
        made.append(f'<text class="name" x="{x + 6:.1f}" y="{top + 6}">{_word(now_word)}</text>')
    return _svg("".join(made), width, height, title, desc, "lanes")


def climb(
    steps: Sequence[tuple[datetime, float]],
    least: float | None,
    since: datetime,
    until: datetime,
    *,
    title: str,
    desc: str = "",
    width: int = 780,
    name_width: int = 110,
    height: int = 112,
) -> Markup:
    """A count that rises in steps, oldest first, against the `least` that was asked for; reaching it is a diamond."""
    scale = _Scale(since, until, name_width, width)
    top, base = 28, height - 12
    most = max([value for _, value in steps] + [least or 0.0, 1.0])

    def y(value: float) -> float:
        return base - (base - top) * _part(value, most)

    made = [_ticks(scale, height - 6), f'<path class="tick" d="M{name_width} {base}H{width}"/>']
    if least is not None:
        made.append(f'<path class="moment" d="M{name_width} {y(least):.1f}H{width}"/>')
        made.append(
            f'<text class="figure" x="{name_width - 8}" y="{y(least) + 4:.1f}" text-anchor="end">{least:g}</text>'
        )
    places, before, reached = [(float(name_width), float(base))], 0.0, False
    for at, value in steps:
        places += [(scale.x(at), y(before)), (scale.x(at), y(value))]
        kind = "hit" if not reached and least is not None and value >= least else "other"
        reached, before = reached or kind == "hit", value
        word = f"{at.astimezone(ZONE):%H:%M:%S}: {value:g}"
        made.append(_MARKS[kind].format(x=scale.x(at), y=f"{y(value):.1f}", word=_word(word)))
    made.insert(2, f'<polyline class="line" points="{_points([*places, (float(width), y(before))])}"/>')
    return _svg("".join(made), width, height, title, desc, "lanes climb")


@dataclass(frozen=True, slots=True)
class _Scale:
    since: datetime
    until: datetime
    left: int
    width: int

    def x(self, at: datetime) -> float:
        part = _part((at - self.since).total_seconds(), (self.until - self.since).total_seconds())
        return self.left + min(1.0, max(0.0, part)) * (self.width - self.left)


STEPS = (60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400)


def _ticks(scale: _Scale, height: int) -> str:
    """Five to eight whole times of the clock."""
    length = (scale.until - scale.since).total_seconds()
    step = next((step for step in STEPS if length / step <= 8), STEPS[-1])
    first = scale.since.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    at = first + timedelta(seconds=step * (int((scale.since - first).total_seconds()) // step + 1))
    made = []
    while at <= scale.until:
        x = scale.x(at)
        made.append(f'<path class="tick" d="M{x:.1f} 18V{height}"/>')
        made.append(f'<text class="time" x="{x:.1f}" y="11" text-anchor="middle">{at.strftime("%H:%M")}</text>')
        at += timedelta(seconds=step)
    return "".join(made)


def _lane(row: Row, scale: _Scale, top: int, lane: int, end: datetime) -> str:
    middle = top + lane / 2
    made = [
        f'<text class="figure" x="0" y="{middle + 4}">{_word(row.name, 16)}</text>',
        f'<path class="tick" d="M{scale.left} {middle}H{scale.x(end):.1f}"/>',
    ]
    step = (scale.width - scale.left) / max(1, len(row.bars))
    for n, value in enumerate(row.bars):
        if value > 0:
            tall = max(2.0, value * (lane - 10))
            made.append(_rect("high", scale.left + n * step, middle + lane / 4 - tall, max(1.0, step - 1), tall))
    made += [_gap(gap, scale, middle, lane) for gap in row.gaps]
    made += [
        _MARKS[point.kind if point.kind in _MARKS else "other"].format(
            x=scale.x(point.at), y=middle, word=_word(point.word or point.at.astimezone(ZONE).strftime("%H:%M:%S"))
        )
        for point in row.points
    ]
    return "".join(made)


def _gap(gap: Gap, scale: _Scale, middle: float, lane: int) -> str:
    left, right = scale.x(gap.since), scale.x(gap.until)
    y, tall, wide = middle - lane / 2 + 5, lane - 10, max(4.0, right - left)
    inside = f"<title>{_word(gap.word, 200)}</title>"
    # Words stand on plain ground, never on the hatching itself.
    words = min(wide - 12, 6.4 * len(gap.word) + 10)
    label = ""
    if words >= 6.4 * min(len(gap.word), 20):
        label = _rect("ground", (left + right - words) / 2, y + 1, words, tall - 2) + (
            f'<text class="small" x="{(left + right) / 2:.1f}" y="{middle + 4:.1f}" text-anchor="middle">'
            f"{_word(gap.word, int(words / 6.4))}</text>"
        )
    return _rect("gap", left, y, wide, tall, inside) + label


_MARKS = {
    "hit": '<path class="critical" d="M{x:.1f} {y}m0-6 6 6-6 6-6-6Z"><title>{word}</title></path>',
    "near": '<path class="high" d="M{x:.1f} {y}m0-5 5 9h-10Z"><title>{word}</title></path>',
    "other": '<circle class="dot" cx="{x:.1f}" cy="{y}" r="2"><title>{word}</title></circle>',
}
_SQUARES = {
    "ok": '<rect class="ok" x="{x}" y="3" width="10" height="8"/>',
    "late": '<rect class="late" x="{x}" y="0" width="13" height="13"/><path class="cut" d="M{x} 6.5m3 0h7"/>',
    "failed": '<path class="critical" d="M{x} 13l6.5-13 6.5 13Z"/>',
    "unknown": '<rect class="gap" x="{x}" y="0" width="12" height="13" fill="url(#hatch)"/>',
}


def _svg(
    inside: str, width: float, height: float, title: str, desc: str, kind: str, *, stretch: bool = False
) -> Markup:
    name = f"chart-{next(_ids)}"
    told = f'<desc id="{name}-d">{escape(desc)}</desc>' if desc else ""
    by = f"{name}-t {name}-d" if desc else f"{name}-t"
    aspect = ' preserveAspectRatio="none"' if stretch else ""
    return Markup(  # noqa: S704 - numbers and escaped words only
        f'<svg class="chart {kind}" role="img" aria-labelledby="{by}" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}"{aspect}><title id="{name}-t">{escape(title)}</title>{told}{inside}</svg>'
    )


def _rect(kind: str, x: float, y: float, width: float, height: float, inside: str = "") -> str:
    fill = f' fill="{HATCH}"' if kind == "gap" else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{kind}" {place}{fill}>{inside}</rect>'


def _part(value: float, whole: float) -> float:
    return value / whole if whole > 0 else 0.0


def _runs(places: Sequence[tuple[float, float] | None]) -> Iterable[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for place in (*places, None):
        if place is not None:
            run.append(place)
        elif run:
            yield run
            run = []


def _points(run: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in run)


def _word(text: str, limit: int = 80) -> str:
    return str(escape(plain(text, limit)))
