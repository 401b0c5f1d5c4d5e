"""Reads every figure of a package again and says what became of it (posture-and-reports.md 5.5).

Three readings are compared: the rows in the package, the same query as of the same moment, and the query as of now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reports.monthly import wording
from reports.monthly.figures import Asked, Figure, Read, Row, Rows, Verdict, again
from reports.monthly.package import Package
from reports.monthly.printed import charts, pieces, texts_of
from reports.monthly.registry import EXPIRING, GOING_ON, KEYS, REPLACED
from reports.monthly.wording import Noun
from soc.calendar import ZONE


@dataclass(frozen=True, slots=True)
class Found:
    """What is said of one figure, and of which rows."""

    figure: str
    verdict: Verdict
    why: str = ""
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Readings:
    """`frozen`: as of the package's moment; `now`: of today. `horizon`: before it counts by hour are not kept."""

    frozen: Callable[[Asked], Rows]
    now: Callable[[Asked], Rows]
    horizon: datetime | None = None

    @classmethod
    def of(cls, read: Read, now: datetime, horizon: datetime | None) -> Readings:
        """Each question is read once."""
        known: dict[tuple[str, datetime], Rows] = {}

        def frozen(asked: Asked) -> Rows:
            key = (asked.key, asked.as_of)
            if key not in known:
                known[key] = read(asked)
            return known[key]

        return cls(frozen, lambda asked: frozen(replace(asked, as_of=now)), horizon)


def verdicts(package: Package, readings: Readings) -> Iterator[Found]:
    """One of each figure, then of what the paper prints otherwise than its figures."""
    for figure in sorted(package.figures.values(), key=lambda one: one.id):
        yield verdict(figure, package.rows, readings)
    yield from misprints(package)


def verdict(figure: Figure, stored: Mapping[str, Rows], readings: Readings) -> Found:
    """Pure but for the readings."""
    if not figure.rows_hash:
        return Found(figure.id, Verdict.SAME, figure.reason)
    kept = stored[figure.asked.key]
    if kept.hash != figure.rows_hash:
        return Found(figure.id, Verdict.DIFFERS, "the rows in the package are not those of the figure")
    if again(figure, kept) != figure:
        return Found(figure.id, Verdict.DIFFERS, "its rows give another value")
    frozen = readings.frozen(figure.asked)
    if frozen.hash != kept.hash and (found := _unlike(figure, kept, frozen, readings)):
        return found
    return _since(figure, kept, readings.now(figure.asked))


def misprints(package: Package) -> Iterator[Found]:
    """Texts and charts that say another thing than their figures, and changes that do not follow from them."""
    report = package.report
    for piece in pieces(report):
        texts = texts_of(report, piece.figure)
        if piece.text not in texts:
            said = "no such figure" if not texts else f"{min(texts)!r}"
            yield Found(piece.figure, Verdict.DIFFERS, f"the paper says {piece.text!r}, the figure {said}")
    for chart in charts(report):
        for series in chart.series:
            for value, id in zip(series.values, series.figures, strict=True):
                if id and (id not in package.figures or package.figures[id].shown != value):
                    yield Found(id, Verdict.DIFFERS, f"{chart.label} draws {value}")
    for change in report.changes.values():
        now, base = package.figures.get(change.now), package.figures.get(change.base)
        if now and base and wording.change(now, base, Noun(change.noun), change.against) != change.text:
            yield Found(change.id, Verdict.DIFFERS, "the change does not follow from its two figures")


def _unlike(figure: Figure, kept: Rows, frozen: Rows, readings: Readings) -> Found | None:
    """The same question gives other rows than then; None: none of those that this figure rests on."""
    old, new = _parts(figure, kept), _parts(figure, frozen)
    if old == new:
        return None
    gone = [key for key in old if key not in new]
    added = [key for key in new if key not in old]
    other = [key for key in old if key in new and old[key] != new[key]]
    named = _names([*gone, *added, *other])
    if not added and _expired(figure, [*gone, *other], readings.horizon):
        return Found(figure.id, Verdict.SOURCE_EXPIRED, "raw rows are past their retention", named)
    if figure.asked.query in EXPIRING and not gone:
        # Counts by hour have no known time: what was judged later has grown into them.
        return Found(figure.id, Verdict.LATE_DATA, "counted after the cut-off", named)
    if figure.asked.query in REPLACED and not added:
        return Found(figure.id, Verdict.RESTATED, "a newer value has taken the place of", named)
    return Found(figure.id, Verdict.DIFFERS, "the same question gives other rows", named)


def _since(figure: Figure, kept: Rows, now: Rows) -> Found:
    """What has become known since then."""
    lives = GOING_ON.get(figure.asked.query, frozenset())
    old, new = _parts(figure, kept, lives), _parts(figure, now, lives)
    width = KEYS.get(figure.asked.query, 1)
    known = {row[:width] for row in kept.rows}
    changed = [key for key in known if (key in old) != (key in new) or old.get(key) != new.get(key)]
    if changed:
        return Found(figure.id, Verdict.RESTATED, "known otherwise since then", _names(changed))
    late = [key for key in _parts(figure, now) if key not in known]
    if late:
        return Found(figure.id, Verdict.LATE_DATA, "came after the cut-off", _names(late))
    return Found(figure.id, Verdict.SAME)


def _expired(figure: Figure, keys: Sequence[Row], horizon: datetime | None) -> bool:
    """Whether these rows lie before the first hour that is still kept; of that day a part is gone."""
    if figure.asked.query not in EXPIRING or horizon is None:
        return False
    days = [key[2] for key in keys] if figure.asked.query == "events@1" else []
    last = horizon.astimezone(ZONE).date().isoformat()
    return datetime.fromisoformat(str(figure.asked.params["since"])) < horizon and all(str(one) <= last for one in days)


def _parts(figure: Figure, rows: Rows, without: frozenset[str] = frozenset()) -> dict[Row, Row]:
    """Key -> what the figure looks at, of the rows that it counts; some columns left out of account."""
    some = rows.where({name: wanted for name, wanted in figure.where.items() if name not in without})
    width = KEYS.get(figure.asked.query, 1)
    looked = sorted({*figure.also, *((figure.of,) if figure.of else ())} - without)
    places = [rows.columns.index(name) for name in looked]
    return {row[:width]: tuple(row[at] for at in places) for row in some.rows}


def _names(keys: Iterable[Row]) -> tuple[str, ...]:
    return tuple(sorted(" ".join("" if part is None else str(part) for part in key) for key in keys))
