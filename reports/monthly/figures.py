"""Figures that can be read again: a query, its parameters, a filter and a reduction (posture-and-reports.md 5.5).

A query hands over rows as they were known at `as_of`; a figure reduces some of them to one value. Whoever has the
package runs the same query again and finds the same hash, or sees which rows have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from soc.state.types import canonical

Value = str | int | None
Row = tuple[Value, ...]
Where = Mapping[str, Value | Sequence[Value]]
HALF = Decimal("0.5")


class Reduce(StrEnum):
    """What a figure makes of its rows. SHARE: 100 * rows that also hold `also` / rows. ONE: the cell of the only row.
    DISTINCT: how many different values of `of`. P90: the 90th percentile, nearest rank."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"
    SHARE = "share"
    MEDIAN = "median"
    P90 = "p90"
    ONE = "one"


class Verdict(StrEnum):
    """What `report verify` says of a figure."""

    SAME = "same"
    LATE_DATA = "late_data"
    RESTATED = "restated"
    SOURCE_EXPIRED = "source_expired"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Rows:
    """Canonical rows: sorted, texts, whole numbers and nothing else, so that one text of them exists."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    _known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The hash and the rows by the values of a column: hundreds of figures ask for the same."""

    @classmethod
    def of(cls, columns: Iterable[str], rows: Iterable[Row]) -> Rows:
        return cls(tuple(columns), tuple(sorted(rows, key=_order)))

    @property
    def hash(self) -> str:
        """SHA-256 over columns and rows."""
        if "" not in self._known:
            self._known[""] = sha256(canonical([self.columns, self.rows])).hexdigest()
        found: str = self._known[""]
        return found

    def where(self, wanted: Where) -> Rows:
        """The rows whose columns have the value, or one of the values."""
        places = [(self.columns.index(name), _several(value)) for name, value in wanted.items()]
        rows = self.rows
        if "unit" in wanted and "unit" in self.columns and len(_several(wanted["unit"])) == 1:
            rows = self._by_unit().get(next(iter(_several(wanted["unit"]))), ())
        return Rows(self.columns, tuple(row for row in rows if all(row[at] in some for at, some in places)))

    def _by_unit(self) -> dict[Value, tuple[Row, ...]]:
        if "unit" not in self._known:
            at, groups = self.columns.index("unit"), dict[Value, list[Row]]()
            for row in self.rows:
                groups.setdefault(row[at], []).append(row)
            self._known["unit"] = {name: tuple(some) for name, some in groups.items()}
        found: dict[Value, tuple[Row, ...]] = self._known["unit"]
        return found

    def column(self, name: str) -> list[Value]:
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading: query and version, and what it was asked with; `as_of` is the known time."""

    query: str
    params: Mapping[str, Value]
    as_of: datetime

    @property
    def key(self) -> str:
        """Names the file of its rows in the package."""
        digest = sha256(canonical([self.query, dict(self.params), self.as_of.astimezone(UTC)])).hexdigest()[:12]
        return f"{self.query.partition('@')[0].replace('/', '-')}-{digest}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One value. None: `reason` says why there is none; it is never printed as zero.

    `id`: "2026-10/b05/high/this". `parts`: numerator and denominator of a share. `n`: the rows below it.
    """

    id: str
    asked: Asked
    where: Where
    reduce: Reduce
    of: str
    also: Where
    places: int
    value: Decimal | None
    parts: tuple[int, int] | None
    n: int
    rows_hash: str
    reason: str = ""

    @property
    def shown(self) -> Decimal | None:
        """Rounded half up to its places, as printed."""
        if self.value is None:
            return None
        return self.value.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)

    @property
    def value_hash(self) -> str:
        text = None if self.value is None else format(self.value.normalize(), "f")
        return sha256(canonical([self.id, text, self.parts, self.n])).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """What is said of two figures: `text` follows from both, and from how they are spoken of."""

    id: str
    now: str
    base: str
    noun: str
    against: str
    text: str


Read = Callable[[Asked], Rows]
"""Runs a query; the caller binds it to a state and a scope."""


@dataclass(slots=True)
class Book:
    """The figures of one report. A query is read once for each set of parameters."""

    read: Read
    as_of: datetime
    figures: dict[str, Figure] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)

    def ask(self, query: str, **params: Value) -> Asked:
        return Asked(query, params, self.as_of)

    def take(self, asked: Asked) -> Rows:
        """The rows, read at the first call."""
        if asked.key not in self.rows:
            self.rows[asked.key] = self.read(asked)
            self.asked[asked.key] = asked
        return self.rows[asked.key]

    def add(
        self,
        id: str,
        asked: Asked,
        reduce: Reduce = Reduce.COUNT,
        *,
        of: str = "",
        where: Where | None = None,
        also: Where | None = None,
        places: int = 0,
    ) -> Figure:
        """Makes the figure and keeps it under its id. Raises ValueError for an id that stands for another one."""
        found = reduced(id, self.take(asked), asked, reduce, of=of, where=where or {}, also=also or {}, places=places)
        if self.figures.setdefault(id, found) != found:
            raise ValueError(f"two different figures have the id '{id}'")
        return found

    def missing(self, id: str, asked: Asked, reason: str) -> Figure:
        """A figure that nobody can give, with the reason."""
        found = Figure(id, asked, {}, Reduce.ONE, "", {}, 0, None, None, 0, "", reason)
        return self.figures.setdefault(id, found)

    def fig(self, id: str) -> Figure:
        """Raises KeyError for an id that no table holds: then the sentence must not be written."""
        return self.figures[id]


def reduced(
    id: str, rows: Rows, asked: Asked, reduce: Reduce, *, of: str, where: Where, also: Where, places: int
) -> Figure:
    """Pure: the figure that these rows give."""
    some = rows.where(where)
    value, parts, reason = _value(some, reduce, of, also)
    return Figure(id, asked, where, reduce, of, also, places, value, parts, len(some.rows), rows.hash, reason)


def again(figure: Figure, rows: Rows) -> Figure:
    """The same figure from other rows."""
    return reduced(
        figure.id,
        rows,
        figure.asked,
        figure.reduce,
        of=figure.of,
        where=figure.where,
        also=figure.also,
        places=figure.places,
    )


def _value(rows: Rows, reduce: Reduce, of: str, also: Where) -> tuple[Decimal | None, tuple[int, int] | None, str]:
    n = len(rows.rows)
    if reduce is Reduce.COUNT:
        return Decimal(n), None, ""
    if reduce is Reduce.SHARE:
        hit = len(rows.where(also).rows)
        return (Decimal(100 * hit) / n, (hit, n), "") if n else (None, (0, 0), "no_cases")
    known = [value for value in rows.column(of) if value is not None]
    if reduce is Reduce.DISTINCT:
        return Decimal(len(set(known))), None, ""
    numbers = sorted(Decimal(value) for value in known)
    if reduce is Reduce.SUM:
        return sum(numbers, Decimal()), None, ""
    if not numbers:
        return None, None, "no_cases"
    if reduce is Reduce.ONE:
        return (numbers[0], None, "") if n == 1 else (None, None, "not_one_row")
    return percentile(numbers, Decimal("0.9") if reduce is Reduce.P90 else HALF), None, ""


def percentile(numbers: Sequence[Decimal], share: Decimal) -> Decimal:
    """Of sorted numbers: the median is the middle one or the mean of the two middle ones, others by nearest rank."""
    n = len(numbers)
    if share == HALF and n % 2 == 0:
        return (numbers[n // 2 - 1] + numbers[n // 2]) / 2
    return numbers[int((share * n).to_integral_value(ROUND_CEILING)) - 1]


def _several(value: Value | Sequence[Value]) -> tuple[Value, ...]:
    return (value,) if value is None or isinstance(value, str | int) else tuple(value)


def _order(row: Row) -> tuple[Any, ...]:
    return tuple((cell is not None, isinstance(cell, str), cell) for cell in row)
