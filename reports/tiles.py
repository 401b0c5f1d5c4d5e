"""One tile model, pure: what a figure was read as, its definition and a clock in, the tile out (ioc-hub.md 6, 14.1).

A face shows a `Tile` and computes nothing. No data is never zero and never good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reports.catalogue import Definition, Direction, Kind
from reports.wording import EMPTY, Text, figure, percent

LOST_AFTER = timedelta(hours=2)
EQUAL = 0.05
"""Less than this is no change: it would be shown as 0,0."""


class Standing(StrEnum):
    """The class of a figure. PLAIN: it has no thresholds. UNKNOWN: no figure, or one too old for a colour."""

    GOOD = "good"
    WATCH = "watch"
    FAILED = "failed"
    PLAIN = "plain"
    UNKNOWN = "unknown"


class Freshness(StrEnum):
    """How old the figure is, against when the next one was due."""

    LIVE = "live"
    DUE = "due"
    LATE = "late"
    LOST = "lost"
    NEVER = "never"


class Arrow(StrEnum):
    """Against the day before."""

    UP = "up"
    DOWN = "down"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """Which way, by how much in words, and whether that is better; None where no direction is better."""

    arrow: Arrow
    words: Text
    better: bool | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the publisher read. `value` None: there is no figure, and `sentence` says why. `points`: the trend, oldest
    first, None for a gap. `before`: the value of the day before. `as_of` None: it was never read."""

    value: float | None
    sentence: Text
    as_of: datetime | None
    numerator: int | None = None
    denominator: int | None = None
    before: float | None = None
    points: tuple[float | None, ...] = ()
    aside: Text = EMPTY
    source: Text = EMPTY
    note: Text = EMPTY


@dataclass(frozen=True, slots=True)
class Tile:
    """What a face shows. `shown`: the figure as printed, None for none; `aside`: the words beside it."""

    kpi: str
    title: Text
    value: float | None
    shown: Text | None
    aside: Text
    standing: Standing
    change: Change | None
    sentence: Text
    as_of: datetime | None
    next_due: datetime | None
    freshness: Freshness
    owner: Text
    source: Text
    numerator: int | None
    denominator: int | None
    points: tuple[float | None, ...]
    note: Text
    definition: Definition


def tile(definition: Definition, reading: Reading, now: datetime, *, max_age: timedelta, grace: timedelta) -> Tile:
    """A figure without a value keeps nothing of it: no class, no change."""
    freshness = freshness_of(reading.as_of, now, max_age=max_age, grace=grace)
    value = None if freshness is Freshness.NEVER else reading.value
    fresh = freshness in (Freshness.LIVE, Freshness.DUE)
    return Tile(
        kpi=definition.id,
        title=definition.title,
        value=value,
        shown=None if value is None else shown_of(value, definition),
        aside=reading.aside if value is None or reading.aside != EMPTY else definition.unit,
        standing=standing_of(value, definition) if fresh else Standing.UNKNOWN,
        change=change_of(value, reading.before, definition) if fresh else None,
        sentence=reading.sentence,
        as_of=reading.as_of,
        next_due=None if reading.as_of is None else reading.as_of + max_age,
        freshness=freshness,
        owner=definition.owner,
        source=reading.source,
        numerator=reading.numerator,
        denominator=reading.denominator,
        points=reading.points if value is not None else (),
        note=reading.note,
        definition=definition,
    )


def missing(definition: Definition, sentence: Text) -> Reading:
    """The reading of a figure that nobody makes yet."""
    return Reading(value=None, sentence=sentence, as_of=None)


def freshness_of(as_of: datetime | None, now: datetime, *, max_age: timedelta, grace: timedelta) -> Freshness:
    """By age alone; the worst true state."""
    if as_of is None:
        return Freshness.NEVER
    age = now - as_of
    if age <= max_age:
        return Freshness.LIVE
    if age <= max_age + grace:
        return Freshness.DUE
    return Freshness.LATE if age < LOST_AFTER else Freshness.LOST


def standing_of(value: float | None, definition: Definition) -> Standing:
    """Compared as shown, else a tile reads 98,0 and is yellow."""
    if value is None:
        return Standing.UNKNOWN
    if definition.good is None or definition.watch is None or definition.direction is Direction.NEUTRAL:
        return Standing.PLAIN
    shown = as_shown(value, definition)
    higher = definition.direction is Direction.HIGHER
    if shown >= definition.good if higher else shown <= definition.good:
        return Standing.GOOD
    return Standing.WATCH if (shown >= definition.watch if higher else shown <= definition.watch) else Standing.FAILED


def as_shown(value: float, definition: Definition) -> float:
    return round(value, 1) if definition.kind is Kind.RATIO else float(round(value))


def shown_of(value: float, definition: Definition) -> Text:
    return percent(value) if definition.kind is Kind.RATIO else figure(value)


def change_of(value: float | None, before: float | None, definition: Definition) -> Change | None:
    """None where there was nothing to compare with."""
    if value is None or before is None:
        return None
    difference = as_shown(value, definition) - as_shown(before, definition)
    if abs(difference) < EQUAL:
        return Change(Arrow.SAME, Text("không đổi", "no change"), None)
    decimals = 1 if definition.kind is Kind.RATIO else 0
    amount = figure(abs(difference), decimals=decimals)
    if definition.kind is Kind.RATIO:
        amount = Text(f"{amount.vi} điểm %", f"{amount.en} points")
    words = Text("tăng {n}", "up {n}") if difference > 0 else Text("giảm {n}", "down {n}")
    neutral = definition.direction is Direction.NEUTRAL
    better = None if neutral else (difference > 0) is (definition.direction is Direction.HIGHER)
    return Change(Arrow.UP if difference > 0 else Arrow.DOWN, words.filled(n=amount), better)


def ratio(numerator: int, denominator: int) -> float | None:
    """In per cent; no denominator, no figure."""
    return 100 * numerator / denominator if denominator else None


def named(names: Sequence[str], *, most: int = 3) -> Text:
    """`A, B, C và 2 đơn vị khác`."""
    shown, rest = ", ".join(names[:most]), len(names) - most
    if rest <= 0:
        return Text(shown, shown)
    return Text(f"{shown} và {rest} đơn vị khác", f"{shown} and {rest} more")
