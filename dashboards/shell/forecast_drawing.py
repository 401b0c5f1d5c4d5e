"""A figure's past and forecast as a picture and as rows that say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup
from starlette.requests import Request

from dashboards.shell.forecast_chart import Axis, Slot, forecast_chart, marks
from dashboards.shell.i18n import N_
from dashboards.shell.render import translate
from reports.kpi.compare import shown
from reports.kpi.forecast import Guess
from reports.kpi.foresight import Foresight
from reports.kpi.period_words import period_words
from reports.kpi.world import World
from soc.period import Period, PeriodType

Named = Callable[[Period], str]
Said = Callable[[Decimal], str]
NEWEST = 12
"""Rows of the past in the table; the picture has more."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: the period, its value, what was or is foreseen. `held` None: there is nothing to judge."""

    period: str
    value: str | None
    foreseen: str
    ahead: bool
    held: bool | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """`picture` None: nothing is known at all."""

    picture: Markup | None
    lines: tuple[Line, ...]


def drawn(request: Request, found: Foresight, world: World, language: str) -> Drawing:
    """In the reader's language."""
    reporting = world.reporting_of(found.kpi)

    def named(period: Period) -> str:
        return period_words(period, reporting).of(language)

    def said(value: Decimal) -> str:
        return shown(found.kpi, value).of(language)

    rows = tuple(_lines(found, named, said))
    slots = tuple(_slots(found, rows))
    if not slots:
        return Drawing(None, ())
    values = [one.value for one in slots if one.value is not None]
    values += [end for one in slots if one.band for end in one.band]
    axis = Axis([(at, said(Decimal(str(at)))) for at in marks(min(values), max(values))], translate(request, GAP))
    title = translate(request, TITLE) % {"name": found.kpi.title.of(language)}
    past = [line for line in rows if not line.ahead][-NEWEST:]
    picture = forecast_chart(slots, axis, title=title, desc=found.words.of(language))
    return Drawing(picture, (*past, *(line for line in rows if line.ahead)))


GAP = N_("no figure")
TITLE = N_("%(name)s: figures so far and forecast")


def _lines(found: Foresight, named: Named, said: Said) -> Iterator[Line]:
    for point, guess in zip(found.points, found.past or (None,) * len(found.points), strict=True):
        value = None if point.value is None else said(point.value)
        held = None if guess is None or point.value is None else guess.low <= point.value <= guess.high
        yield Line(named(point.period), value, "" if guess is None else _band(guess, said), ahead=False, held=held)
    for guess in found.guesses:
        yield Line(named(guess.period), said(guess.value), _band(guess, said), ahead=True, held=None)


def _slots(found: Foresight, rows: tuple[Line, ...]) -> Iterator[Slot]:
    known = [*zip(found.points, found.past or (None,) * len(found.points), strict=True)]
    for (point, guess), line in zip(known, rows, strict=False):
        value = None if point.value is None else float(point.value)
        yield Slot(_short(point.period), value, _ends(guess), told=f"{line.period}: {line.value or ''}")
    for guess, line in zip(found.guesses, rows[len(known) :], strict=True):
        told = f"{line.period}: {line.value} ({line.foreseen})"
        yield Slot(_short(guess.period), float(guess.value), _ends(guess), ahead=True, told=told)


def _ends(guess: Guess | None) -> tuple[float, float] | None:
    return None if guess is None else (float(guess.low), float(guess.high))


def _band(guess: Guess, said: Said) -> str:
    return f"{said(guess.low)} – {said(guess.high)}"


def _short(period: Period) -> str:
    """Under the picture there is little room."""
    return f"{period.end:%d/%m}" if period.type is PeriodType.DAY else f"{period.end:%m/%Y}"
