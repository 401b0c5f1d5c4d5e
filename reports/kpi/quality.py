"""Đúng, đủ, sạch, sống: how far the figures of a unit can be trusted, and the honesty index (ioc-hub.md 7, 15).

The index is the lowest of the four: a mean would let good timeliness hide wrong figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from reports.kpi.definitions import Kpi
from reports.kpi.freshness import Terms, due_of, grace_until
from reports.wording import Text
from soc.calendar import ZONE
from soc.period import Period, PeriodType, following, period_of, previous

TENTH = Decimal("0.1")
HUNDRED = Decimal(100)


class Score(StrEnum):
    """The four, in the order in which they are shown."""

    ACCURACY = "accuracy"
    INTEGRITY = "integrity"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"


LABELS = {
    Score.ACCURACY: Text("đúng", "accurate"),
    Score.INTEGRITY: Text("đủ", "whole"),
    Score.CONSISTENCY: Text("sạch", "consistent"),
    Score.TIMELINESS: Text("sống", "timely"),
}
CHECKS = {
    Score.ACCURACY: frozenset(
        {"KPI-E-RANGE", "KPI-E-RATIO-MISMATCH", "KPI-E-NUMBER", "KPI-E-PARTS-REQUIRED", "KPI-W-JUMP"}
    ),
    Score.CONSISTENCY: frozenset(
        {"KPI-W-SUM-MISMATCH", "KPI-W-CUMULATIVE-DECREASE", "KPI-W-TWO-SOURCES", "KPI-E-UNIT-NOT-VALID-ON-DATE"}
    ),
}
"""What stands behind two of them; the others are counts against what is owed."""


class Method(StrEnum):
    """How most figures of a unit come."""

    AUTOMATIC = "automatic"
    FILE = "file"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Owed:
    """A figure that a unit owes: of which period, until when, and when it is late."""

    kpi: str
    unit: str
    period: Period
    due_at: datetime
    grace_until: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding as the scores see it. `wrong`: it is open, or the figure was corrected; an explained one was right,
    and one whose check was wrong counts for nobody."""

    check: str
    figure: str
    open: bool
    wrong: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one unit, subsystem and month; they add up over units and subsystems. `received`: figures that came,
    refused ones too. `owed`: of the matrix of KPI, unit and period, `given` of them came. `due` and `fresh`: pairs."""

    received: int = 0
    failed: int = 0
    contradicted: int = 0
    owed: int = 0
    given: int = 0
    due: int = 0
    fresh: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Tally)))


@dataclass(frozen=True, slots=True)
class Scores:
    """In per cent with one decimal; None where nothing was owed or came. `honesty`: the lowest of those there are."""

    accuracy: Decimal | None
    integrity: Decimal | None
    consistency: Decimal | None
    timeliness: Decimal | None

    @property
    def all(self) -> dict[Score, Decimal | None]:
        return {score: getattr(self, score.value) for score in Score}

    @property
    def honesty(self) -> Decimal | None:
        return min((value for value in self.all.values() if value is not None), default=None)

    @property
    def lowest(self) -> Score | None:
        """Which one the index is."""
        return next((score for score, value in self.all.items() if value is not None and value == self.honesty), None)


def scores(tally: Tally) -> Scores:
    """The four of one tally."""
    return Scores(
        _share(tally.received - tally.failed, tally.received),
        _share(tally.given, tally.owed),
        _share(tally.received - tally.contradicted, tally.received),
        _share(tally.fresh, tally.due),
    )


def owed_between(kpi: Kpi, unit: str, terms: Terms, first: date, last: date) -> Iterator[Owed]:
    """What falls due in these days, oldest first; instants are not owed one by one."""
    if kpi.period is PeriodType.REALTIME:
        return
    period = previous(previous(period_of(kpi.period, first, terms.reporting), terms.reporting), terms.reporting)
    while period.start <= last:
        due = due_of(period, terms)
        if first <= due.astimezone(ZONE).date() <= last:
            yield Owed(kpi.id, unit, period, due, grace_until(due, terms))
        period = following(period, terms.reporting)


def tally_of(
    owed: Iterable[Owed],
    arrivals: Mapping[tuple[str, str, Period], datetime],
    faults: Iterable[Fault],
    received: Iterable[str],
    now: datetime,
) -> Tally:
    """`arrivals`: when the first revision of a figure came. `received`: figures that came in the month, refused ones
    too, by id. What is not due yet is not owed yet; what is within its grace still counts as fresh."""
    came = frozenset(received)
    some = tuple(faults)
    failed = {one.figure for one in some if one.wrong and one.check in CHECKS[Score.ACCURACY]}
    contradicted = {one.figure for one in some if one.open and one.check in CHECKS[Score.CONSISTENCY]}
    due = [one for one in owed if one.due_at <= now]
    at = [arrivals.get((one.kpi, one.unit, one.period)) for one in due]
    given = sum(when is not None for when in at)
    fresh = sum(
        (when is not None and when <= one.grace_until) or (when is None and now <= one.grace_until)
        for one, when in zip(due, at, strict=True)
    )
    return Tally(len(came), len(failed & came), len(contradicted & came), len(due), given, len(due), fresh)


def instants(fresh: int, samples: int) -> Tally:
    """Of realtime pairs: of so many looks in the month, how many found the figure fresh."""
    return Tally(due=samples, fresh=fresh)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one unit gave in a month. `kind`: units are ranked within it."""

    unit: str
    kind: str
    tally: Tally
    in_time: int = 0
    restated: int = 0
    opened: int = 0
    answered: int = 0
    method: Method | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row of the table. `rank` None: nothing was owed. `among`: units of the kind that are ranked."""

    contribution: Contribution
    scores: Scores
    rank: int | None
    among: int
    reason: Text


def ranked(some: Sequence[Contribution]) -> tuple[Ranked, ...]:
    """By kind and rank: the honesty index first, then what came in time; equal ones share a rank."""
    rows: list[Ranked] = []
    for kind in sorted({one.kind for one in some}):
        of_kind = [one for one in some if one.kind == kind]
        judged = sorted((one for one in of_kind if one.tally.owed), key=_merit, reverse=True)
        merits = [_merit(one) for one in judged]
        for one in judged:
            place = merits.index(_merit(one)) + 1
            found = scores(one.tally)
            rows.append(Ranked(one, found, place, len(judged), _reason(one, found)))
        for one in sorted((one for one in of_kind if not one.tally.owed), key=lambda one: one.unit):
            nothing = Text("không có số liệu phải gửi", "nothing was owed")
            rows.append(Ranked(one, scores(one.tally), None, len(judged), nothing))
    return tuple(rows)


def _merit(one: Contribution) -> tuple[Decimal, Decimal]:
    honesty = scores(one.tally).honesty
    return honesty if honesty is not None else Decimal(0), Decimal(one.in_time) / max(one.tally.owed, 1)


def _reason(one: Contribution, found: Scores) -> Text:
    """The lowest score, and what of it can be counted."""
    lowest, tally = found.lowest, one.tally
    if lowest is None or found.honesty == HUNDRED:
        return Text("đúng, đủ, sạch, sống đều đạt", "nothing is missing")
    counts = {
        Score.ACCURACY: (tally.failed, tally.received, Text("số liệu sai", "figures wrong")),
        Score.INTEGRITY: (tally.owed - tally.given, tally.owed, Text("số liệu còn thiếu", "figures missing")),
        Score.CONSISTENCY: (tally.contradicted, tally.received, Text("số liệu mâu thuẫn", "figures contradict")),
        Score.TIMELINESS: (tally.due - tally.fresh, tally.due, Text("số liệu chậm", "figures late")),
    }
    count, of, words = counts[lowest]
    return Text(f"{LABELS[lowest].vi}: {count}/{of} {words.vi}", f"{LABELS[lowest].en}: {count}/{of} {words.en}")


def _share(over: int, under: int) -> Decimal | None:
    if not under:
        return None
    return (Decimal(over) * HUNDRED / under).quantize(TENTH, rounding=ROUND_HALF_UP)
