"""Charts of a paper as SVG: one scale, one axis, colours with patterns, a gap where there is no value.

No browser and no network; the same text gives the same bytes. Sizes are in points of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from markupsafe import Markup, escape

WIDTH, HEIGHT = 460, 210
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 14, 40
INKS = ("#8a1c1c", "#c2641a", "#b59410", "#4d6a8a", "#3d7a4e", "#6b4d8a")
DASHES = ("", "5 3", "2 2", "8 3 2 3", "1 3", "6 2 1 2")
PATTERNS = (
    "",
    "M0 6L6 0",
    "M0 3H6",
    "M3 0V6",
    "M0 0L6 6M6 0L0 6",
    "M2 2h2v2h-2z",
)
STEPS = (1, 2, 5, 10)
LABELS_MOST = 16
LETTER, GAP = 5, 4
"""How wide a letter of a label is, and what lies between two labels."""

Value = Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """A named row of values."""

    name: str
    values: tuple[Value, ...]


def ticks(most: Decimal, wanted: int = 4, least: Decimal = Decimal()) -> tuple[Decimal, ...]:
    """From zero to the first step at or above `most`; steps are 1, 2 or 5 times a power of ten, `least` at the least.

    >>> [int(one) for one in ticks(Decimal(37))]
    [0, 10, 20, 30, 40]
    """
    most = max(most, Decimal(1))
    rough = most / wanted
    power = Decimal(10) ** rough.adjusted()
    step = max(next(power * one for one in STEPS if power * one >= rough), least)
    count = int((most / step).to_integral_value(ROUND_CEILING))
    return tuple(step * n for n in range(count + 1))


def spoken(value: Decimal) -> str:
    """1.234,5 without zeros at the end."""
    text = f"{value.normalize():,f}" if value % 1 else f"{value:,.0f}"
    return text.translate(str.maketrans(",.", ".,"))


def lines(labels: Sequence[str], series: Sequence[Line], title: str) -> str:
    """Values over time; None breaks the line."""
    scale = _Scale(ticks(_most(series)), len(labels))
    body = [*_frame(scale, labels)]
    for number, one in enumerate(series):
        for run in _runs(one.values):
            points = " ".join(f"{scale.x(at):.1f},{scale.y(value):.1f}" for at, value in run)
            ink, dash = INKS[number % len(INKS)], DASHES[number % len(DASHES)]
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            body.append(f'<polyline points="{points}" fill="none" stroke="{ink}" stroke-width="1.6"{dashed}/>')
            body += [
                f'<circle cx="{scale.x(at):.1f}" cy="{scale.y(value):.1f}" r="2.2" fill="{ink}"/>' for at, value in run
            ]
    return _drawn(body, series, title)


def stacked(labels: Sequence[str], series: Sequence[Line], title: str) -> str:
    """Bars whose parts add up; a day without any value has no bar."""
    totals = [sum((one.values[at] or Decimal() for one in series), Decimal()) for at in range(len(labels))]
    scale = _Scale(ticks(max(totals, default=Decimal(1)), least=Decimal(1)), len(labels))
    body = [*_frame(scale, labels)]
    for at in range(len(labels)):
        base = Decimal()
        for number, one in enumerate(series):
            value = one.values[at]
            if value:
                body.append(_bar(scale, at, base, base + value, number))
                base += value
    return _drawn(body, series, title)


def bars(labels: Sequence[str], series: Sequence[Line], title: str, unit: str = "") -> str:
    """One row a label, across the page, with its value behind it: long names are read without turning the head."""
    values = series[0].values if series else ()
    most = max([value for value in values if value is not None], default=Decimal(1)) or Decimal(1)
    height, room = 16 * len(labels) + 8, 190
    body = []
    for at, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = 4 + 16 * at
        body.append(f'<text x="{room - 6}" y="{y + 11}" text-anchor="end">{escape(_cut(label))}</text>')
        if value is None:
            body.append(f'<text x="{room}" y="{y + 11}" font-style="italic">không có số liệu</text>')
            continue
        long = float(value / most) * (WIDTH - room - 60)
        body.append(f'<rect x="{room}" y="{y}" width="{max(long, 0.5):.1f}" height="12" fill="{INKS[3]}"/>')
        text = spoken(value.quantize(Decimal("0.1")) if value % 1 else value)
        body.append(f'<text x="{room + long + 4:.1f}" y="{y + 11}">{text}{escape(unit)}</text>')
    return _svg(body, title, height)


def funnel(labels: Sequence[str], series: Sequence[Line], title: str) -> str:
    """Steps under each other, each as wide as its share on a logarithmic scale, with the number in it."""
    values = series[0].values if series else ()
    known = [value for value in values if value]
    most = max((float(value.log10()) for value in known), default=1.0) or 1.0
    body = []
    for at, (label, value) in enumerate(zip(labels, values, strict=True)):
        y, share = 4 + 34 * at, float(value.log10()) / most if value else 0.0
        wide = 60 + 240 * max(share, 0.0)
        x = (WIDTH - wide) / 2 + 60
        body.append(f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="28" fill="{INKS[3]}" opacity="0.25"/>')
        said = "không có số liệu" if value is None else spoken(value)
        body.append(f'<text x="{x + wide / 2:.1f}" y="{y + 18}" text-anchor="middle" font-weight="bold">{said}</text>')
        body.append(f'<text x="4" y="{y + 18}">{escape(_cut(label, 34))}</text>')
    return _svg(body, title, 34 * len(labels) + 8)


@dataclass(frozen=True, slots=True)
class _Scale:
    ticks: tuple[Decimal, ...]
    count: int

    @property
    def step(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(self.count, 1)

    def x(self, at: int) -> float:
        """The middle of a place."""
        return LEFT + self.step * (at + 0.5)

    def y(self, value: Decimal) -> float:
        share = float(value / self.ticks[-1]) if self.ticks[-1] else 0.0
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _frame(scale: _Scale, labels: Sequence[str]) -> Iterator[str]:
    for tick in scale.ticks:
        y = scale.y(tick)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#999" stroke-width="0.4"/>'
        yield f'<text x="{LEFT - 5}" y="{y + 3:.1f}" text-anchor="end">{spoken(tick)}</text>'
    wide = max((len(_cut(label, 12)) for label in labels), default=1) * LETTER + GAP
    every = max(-(-len(labels) // LABELS_MOST), -(-wide // max(int(scale.step), 1)), 1)
    for at in range(0, len(labels), every):
        y = HEIGHT - BOTTOM + 12
        yield f'<text x="{scale.x(at):.1f}" y="{y}" text-anchor="middle">{escape(_cut(labels[at], 12))}</text>'


def _bar(scale: _Scale, at: int, low: Decimal, high: Decimal, number: int) -> str:
    wide = scale.step * 0.7
    x, y, end = scale.x(at) - wide / 2, scale.y(high), scale.y(low)
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{end - y:.1f}" {_fill(number)}/>'


def _fill(number: int) -> str:
    """Ink with a pattern: the parts are told apart on a grey copy, too."""
    return f'fill="url(#p{number})"' if PATTERNS[number % len(PATTERNS)] else f'fill="{INKS[number % len(INKS)]}"'


def _drawn(body: Sequence[str], series: Sequence[Line], title: str) -> str:
    return _svg([*body, *_legend(series)], title, HEIGHT)


def _legend(series: Sequence[Line]) -> Iterator[str]:
    if len(series) < 2:
        return
    x = LEFT
    for number, one in enumerate(series):
        yield f'<rect x="{x}" y="{HEIGHT - 14}" width="10" height="8" {_fill(number)}/>'
        yield f'<text x="{x + 14}" y="{HEIGHT - 7}">{escape(one.name)}</text>'
        x += 24 + 6 * len(one.name)


def _svg(body: Sequence[str], title: str, height: int) -> str:
    patterns = "".join(
        f'<pattern id="p{number}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="{INKS[number]}" opacity="0.35"/>'
        f'<path d="{path}" stroke="{INKS[number]}" stroke-width="1.2" fill="none"/></pattern>'
        for number, path in enumerate(PATTERNS)
        if path
    )
    return Markup(  # noqa: S704 - every text in it is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="Tinos, Times New Roman, serif" font-size="9.5"><title>{escape(title)}</title>'
        f"<defs>{patterns}</defs>{''.join(body)}</svg>"
    )


def _most(series: Sequence[Line]) -> Decimal:
    return max((value for one in series for value in one.values if value is not None), default=Decimal(1))


def _runs(values: Sequence[Value]) -> Iterator[list[tuple[int, Decimal]]]:
    run: list[tuple[int, Decimal]] = []
    for at, value in enumerate(values):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append((at, value))
    if run:
        yield run


def _cut(text: str, most: int = 36) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
