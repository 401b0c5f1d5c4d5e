"""Records a day against the usual ones: a column each, with a mark where the rhythm expects its top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from markupsafe import Markup, escape
from starlette.requests import Request

from dashboards.shell.formats import ZONE, number
from dashboards.shell.i18n import N_
from dashboards.shell.render import language_of, translate

WIDTH, HEIGHT, STEP = 68, 22, 10
MONTH_WIDTH, MONTH_HEIGHT = 720, 120

Value = float | None


def week(request: Request) -> Callable[[Sequence[Value], Sequence[Value]], Markup]:
    """The small chart of the list."""
    title = translate(request, N_("Records a day, last seven days; the line is the usual number"))

    def draw(days: Sequence[Value], usual: Sequence[Value]) -> Markup:
        return _chart([("", day, one) for day, one in zip(days, usual, strict=True)], WIDTH, HEIGHT, title, "week")

    return draw


def month(request: Request, rows: Sequence[tuple[datetime, Value, Value]]) -> Markup:
    """The large chart of one source."""
    language = language_of(request)
    title = translate(request, N_("Records a day, last thirty days; the line is the usual number"))
    named = [
        (f"{day.astimezone(ZONE):%d/%m}: {'?' if value is None else number(value, language)}", value, usual)
        for day, value, usual in rows
    ]
    return _chart(named, MONTH_WIDTH, MONTH_HEIGHT, title, "month")


def _chart(rows: Sequence[tuple[str, Value, Value]], width: int, height: int, title: str, kind: str) -> Markup:
    most = max((value for _, *pair in rows for value in pair if value is not None), default=0.0) or 1.0
    step = width / max(len(rows), 1)
    made = []
    for n, (name, value, usual) in enumerate(rows):
        x, wide = n * step + 1, step - 2
        word = f"<title>{escape(name)}</title>" if name else ""
        tall = height if value is None else max(value / most * (height - 2), 1.0 if value else 0.0)
        css = "gap" if value is None else "bar"
        box = f'x="{x:.1f}" y="{height - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}"'
        made.append(f'<rect class="{css}" {box}>{word}</rect>')
        if usual is not None:
            y = height - usual / most * (height - 2)
            made.append(f'<path class="usual" d="M{x - 0.5:.1f} {y:.1f}h{wide + 1:.1f}"/>')
    inside = f"<title>{escape(title)}</title>{''.join(made)}"
    box = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return Markup(f'<svg class="days {kind}" role="img" {box}>{inside}</svg>')  # noqa: S704 - figures and escaped words
