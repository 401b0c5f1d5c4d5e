"""From a figure to its parts: they give the number just clicked, or the page says why not (ioc-hub.md 9, 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reports.kpi.definitions import UNKNOWN, Kpi, RollUp
from reports.kpi.figure import Book, Figure, Lack, read_at
from reports.kpi.rollup import NOTHING, Amount, Span, amount_of, closed, over_time, over_units
from reports.wording import Text
from soc.observation import Cumulative, Known

SAME_TIME = timedelta(hours=1)
"""Instants further apart are told: the whole is of different times."""


class Why(StrEnum):
    """What a page says of parts and whole; those of UNEQUAL when they do not make it."""

    NO_TOTAL = "no_total"
    LAST_COUNTS = "last_counts"
    MEAN = "mean"
    EXCEEDS = "exceeds"
    NO_FIGURE = "no_figure"
    WITHHELD = "withheld"
    LATE = "late"
    OTHER_TIMES = "other_times"


UNEQUAL = frozenset({Why.NO_TOTAL, Why.LAST_COUNTS, Why.MEAN, Why.EXCEEDS, Why.NO_FIGURE, Why.WITHHELD})

WORDS = {
    Why.NO_TOTAL: Text("Chỉ tiêu không cộng được: chỉ xem từng phần", "Never added up: the parts alone are shown"),
    Why.LAST_COUNTS: Text("Lấy giá trị cuối kỳ, không cộng các kỳ", "The last period counts, they are not added"),
    Why.MEAN: Text("Là trung bình các kỳ", "It is the mean of the periods"),
    Why.EXCEEDS: Text("Tổng các phần lớn hơn số chung: không khớp", "The parts exceed the whole: they do not match"),
    Why.NO_FIGURE: Text("Chưa có số chung để đối chiếu", "There is no whole to compare with"),
    Why.WITHHELD: Text("Hạn chế truy cập", "Restricted"),
    Why.LATE: Text("Chưa tính đơn vị chậm", "Late units are left out"),
    Why.OTHER_TIMES: Text("Số liệu không cùng thời điểm", "Figures of different times"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One row. `name`: a unit, a value of a breakdown, or the key of a period. `counted` False: it is left out, and
    `late_by` says for how long it has been owed (None: never given, or restricted). `basis`: observation ids."""

    name: str
    amount: Amount
    counted: bool = True
    late_by: timedelta | None = None
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows and the whole they belong to. `why`: what is to be said beside them."""

    rows: tuple[Part, ...]
    total: Amount
    why: tuple[Why, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the counted rows make the total."""
        return not UNEQUAL & set(self.why)

    @property
    def words(self) -> tuple[Text, ...]:
        return tuple(WORDS[one] for one in self.why)


def parts_of_units(figure: Figure, book: Book) -> Parts:
    """The units behind the figure of a province."""
    kpi = figure.kpi
    shown = figure.period
    if figure.lack is Lack.WITHHELD:
        return Parts((), NOTHING, (Why.WITHHELD,))
    owners = len(figure.basis) == 1 and figure.basis[0].observation.key.unit == figure.unit
    if not owners and figure.coverage is None:
        return Parts((), NOTHING, (Why.NO_FIGURE,))
    if not owners and book.hidden & {known.observation.key.unit for known in figure.basis}:
        return _hidden({known.observation.key.unit for known in figure.basis}, figure.amount)
    if not owners:
        rows = [_row(known) for known in figure.basis]
        late = figure.coverage.late if figure.coverage else ()
        rows += [Part(one.unit, NOTHING, counted=False, late_by=one.by) for one in late]
        return _judged(kpi, figure, rows, _times(figure.basis))
    given = book.newest if book.of_instants else book.by_period.get(shown, {}) if shown else {}
    if book.hidden & given.keys():
        return _hidden(given, figure.amount)
    rows = [_row(known) for unit, known in sorted(given.items()) if unit != figure.unit]
    if not rows:
        return Parts((_row(figure.basis[0]),), figure.amount, () if figure.amount.known else (Why.NO_FIGURE,))
    return _closed(kpi, figure.amount, rows, [*figure.basis, *given.values()])


def parts_of_values(figure: Figure, by_value: Mapping[str, Sequence[Known]], book: Book) -> Parts:
    """The values of a breakdown, each over the units that the figure rests on."""
    if figure.lack is Lack.WITHHELD:
        return Parts((), NOTHING, (Why.WITHHELD,))
    units = {known.observation.key.unit for known in figure.basis}
    if book.hidden & units:
        return Parts((), figure.amount, (Why.WITHHELD,))
    rows = []
    some: list[Known] = list(figure.basis)
    for value, given in sorted(by_value.items()):
        own = [known for known in given if known.observation.key.unit in units]
        some += own
        ids = tuple(sorted(known.observation.id for known in own))
        if figure.kpi.over_units is RollUp.NONE and len(own) > 1:
            continue
        amounts = [amount_of(known.observation) for known in own]
        whole = amounts[0] if len(amounts) == 1 else over_units(figure.kpi, amounts)
        if own:
            rows.append(Part(value, whole, counted=whole.known, basis=ids))
    return _closed(figure.kpi, figure.amount, rows, some)


def parts_of_time(kpi: Kpi, spans: Iterable[Span]) -> Parts:
    """The periods behind a longer one, oldest first; the whole is made of them by the catalogue's rule."""
    some = sorted(spans, key=lambda one: one.period.over)
    rows = tuple(Part(one.period.key, one.amount, counted=one.amount.known) for one in some)
    if kpi.over_time is RollUp.NONE:
        return Parts(rows, NOTHING, (Why.NO_TOTAL,))
    total = over_time(kpi, some)
    if not total.known:
        return Parts(rows, NOTHING, (Why.NO_FIGURE,))
    to_date = any(one.cumulative is Cumulative.YTD for one in some)
    if kpi.over_time is RollUp.LAST or to_date:
        return Parts(rows, total, (Why.LAST_COUNTS,))
    return Parts(rows, total, (Why.MEAN,) if kpi.over_time is RollUp.MEAN else ())


def _judged(kpi: Kpi, figure: Figure, rows: Sequence[Part], why: tuple[Why, ...]) -> Parts:
    if kpi.over_units is RollUp.NONE:
        return Parts(tuple(rows), NOTHING, (Why.NO_TOTAL,))
    late = (Why.LATE,) if any(not row.counted for row in rows) else ()
    if not figure.amount.known:
        return Parts(tuple(rows), NOTHING, (Why.NO_FIGURE, *late))
    return Parts(tuple(rows), figure.amount, (*late, *why))


def _closed(kpi: Kpi, whole: Amount, rows: Sequence[Part], some: Sequence[Known]) -> Parts:
    """With the row that makes them the whole."""
    if kpi.over_units is RollUp.NONE:
        return Parts(tuple(rows), whole, (Why.NO_TOTAL,))
    if not whole.known:
        return Parts(tuple(rows), NOTHING, (Why.NO_FIGURE,))
    found = closed(kpi, whole, {row.name: row.amount for row in rows if row.counted})
    if found.over:
        return Parts(tuple(rows), whole, (Why.EXCEEDS, *_times(some)))
    kept = [row for row in rows if row.name != UNKNOWN]
    rest = Part(UNKNOWN, found.parts[UNKNOWN], basis=next((row.basis for row in rows if row.name == UNKNOWN), ()))
    return Parts((*kept, rest), whole, _times(some))


def _hidden(units: Iterable[str], total: Amount) -> Parts:
    """Who has given, without a single value: with all others known, one that is hidden is known as well."""
    return Parts(tuple(Part(unit, NOTHING, counted=False) for unit in sorted(units)), total, (Why.WITHHELD,))


def _row(known: Known) -> Part:
    amount = amount_of(known.observation)
    return Part(known.observation.key.unit, amount, counted=amount.known, basis=(known.observation.id,))


def _times(some: Iterable[Known]) -> tuple[Why, ...]:
    """Parts of one period are of one time, whenever they came; instants are when they were read."""
    instants: list[datetime] = []
    for known in some:
        if known.observation.key.period.at is not None:
            instants.append(read_at(known))
    spread = max(instants) - min(instants) if instants else timedelta(0)
    return (Why.OTHER_TIMES,) if spread > SAME_TIME else ()
