"""What people hand in, by file or form, as items of the contract: the same figures give the same items.

A figure that is known already becomes its next revision, with the reason that was given; one that has not changed is
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from reports.kpi.contract import Method
from reports.kpi.fields import NUMBER, LocalDay, OneOf, Wrong
from reports.kpi.sheets.columns import CellFault, Row
from reports.kpi.writing import period_of
from soc.access import Scope
from soc.observation import Cumulative, Dimensions, Known, NaturalKey, Observation, Status
from soc.period import Period, PeriodType
from soc.state.observation_rows import Wanted, dimensions_text
from soc.state.store import Tx
from soc.state.types import canonical


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure as somebody typed it; numbers are texts of the contract, '' is none. `row`: where it stands."""

    kpi: str
    unit: str
    period: Period
    row: int = 0
    dimensions: Dimensions = ()
    cumulative: Cumulative = Cumulative.NONE
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    status: Status = Status.PRELIMINARY
    reason: str = ""

    @property
    def key(self) -> NaturalKey:
        return NaturalKey(self.kpi, self.unit, self.period, self.dimensions, self.cumulative)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who answers for the figures. `reason`: why known ones are corrected, where the line does not say."""

    system: str
    method: Method
    person: str
    at: datetime
    reason: str = ""


@dataclass(slots=True)
class Prepared:
    """`items` and the rows they stand in, alike in order; `unchanged`: rows that say what is known already."""

    items: list[dict[str, Any]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)


def entries_of(rows: Iterable[Row], names: Mapping[str, str]) -> tuple[list[Entry], list[CellFault]]:
    """Rows of a sheet. `names`: folded names of units -> ids, for suggestions only; ids alone are taken."""
    entries, faults = [], []
    for row in rows:
        cells = row.cells
        try:
            if not cells.get("kpi_id"):
                raise Wrong("thiếu mã chỉ tiêu", "no id of a KPI")
            entries.append(_entry(row.number, cells, names))
        except Wrong as wrong:
            faults.append(CellFault(row.number, "", wrong.text, wrong.code))
    return entries, faults


def prepare(tx: Tx, scope: Scope, entries: Sequence[Entry], signed: Signed) -> Prepared:
    """Items with the revision that each of them needs."""
    known = _known(tx, scope, entries)
    last = tx.observations.last_of(entry.key for entry in entries)
    prepared = Prepared()
    for entry in entries:
        stored = known.get(entry.key)
        if stored is not None and _same(stored.observation, entry):
            prepared.unchanged.append(entry.row)
            continue
        prepared.items.append(_item(entry, last.get(entry.key), signed))
        prepared.rows.append(entry.row)
    return prepared


def _known(tx: Tx, scope: Scope, entries: Sequence[Entry]) -> dict[NaturalKey, Known]:
    """What is in force of these figures, and what is held: the last word on each."""
    if not entries:
        return {}
    starts = [entry.period.start for entry in entries]
    units = tuple({entry.unit for entry in entries})
    wanted = Wanted(tuple({entry.kpi for entry in entries}), units, start_from=min(starts), start_to=max(starts))
    found = {known.observation.key: known for known in tx.observations.in_force(scope, wanted)}
    for hold in tx.observations.held(scope, limit=10_000):
        key = hold.known.observation.key
        if key not in found or found[key].observation.revision < hold.known.observation.revision:
            found[key] = hold.known
    return found


def _same(one: Observation, entry: Entry) -> bool:
    numbers = (one.value, entry.value), (one.numerator, entry.numerator), (one.denominator, entry.denominator)
    same = all(stored == (Decimal(text) if NUMBER.fullmatch(text) else None) for stored, text in numbers)
    return same and one.status is entry.status


def _item(entry: Entry, last: tuple[int, str] | None, signed: Signed) -> dict[str, Any]:
    revision = 0 if last is None else last[0] + 1
    numbers = {name: getattr(entry, name) or None for name in ("value", "numerator", "denominator")}
    content: list[object] = [entry.kpi, entry.unit, entry.period.key, str(entry.period.end)]
    content += [
        dimensions_text(entry.dimensions),
        entry.cumulative,
        entry.status,
        entry.reason,
        revision,
        *numbers.values(),
    ]
    digest = sha256(canonical([*content, signed.person, signed.at.isoformat()])).hexdigest()[:16]
    provenance = {"method": str(signed.method), "source_system": signed.system, "approved_by": signed.person}
    item: dict[str, Any] = {
        "observation_id": f"{signed.system}:{entry.kpi}:{entry.unit}:{entry.period.key[:40]}:{digest}:r{revision}",
        "kpi_id": entry.kpi,
        "unit_id": entry.unit,
        "dimensions": dict(entry.dimensions),
        "period": period_of(entry.key),
        "cumulative": str(entry.cumulative),
        **numbers,
        "status": str(entry.status),
        "revision": revision,
        "reason": entry.reason or _no_cases(entry),
        "responsible": {"person_ref": signed.person},
        "provenance": provenance | {"approved_at": signed.at.isoformat(), "extracted_at": signed.at.isoformat()},
    }
    if last is not None:
        item["supersedes"] = last[1]
        reason = entry.reason or signed.reason
        if reason:
            item["restatement"] = {"reason_code": "error_fixed", "reason_vi": reason, "approved_by": signed.person}
    return item


def _no_cases(entry: Entry) -> str | None:
    return "no_cases" if entry.denominator == "0" and not entry.value else None


def _entry(number: int, cells: Mapping[str, str], names: Mapping[str, str]) -> Entry:
    start, end = (LocalDay().read(cells.get(name, "")[:10]) for name in ("period_start", "period_end"))
    kind = PeriodType(OneOf(PeriodType, "KPI-E-PERIOD-FORMAT").read(cells.get("period_type")))
    if kind is PeriodType.REALTIME:
        raise Wrong("số liệu thời gian thực không nhận qua tệp", "realtime figures do not come by file")
    return Entry(
        kpi=cells["kpi_id"],
        unit=_unit(cells.get("unit_id", ""), names),
        period=Period(kind, start, end),
        row=number,
        dimensions=_dimensions(cells.get("dimensions", "")),
        cumulative=_cumulative(kind, start, end),
        **{name: cells.get(name, "") for name in ("value", "numerator", "denominator")},
        status=Status(OneOf(Status).read(cells.get("status") or "preliminary")),
        reason=cells.get("reason", ""),
    )


def _cumulative(kind: PeriodType, start: date, end: date) -> Cumulative:
    """A month that is longer than a month is the year so far."""
    longest = {PeriodType.DAY: 1, PeriodType.WEEK: 7, PeriodType.MONTH: 31, PeriodType.QUARTER: 92}
    most = longest.get(kind)
    return Cumulative.YTD if most is not None and (end - start).days >= most else Cumulative.NONE


def _unit(text: str, names: Mapping[str, str]) -> str:
    """An id; a name may only suggest one, and a person writes it down."""
    meant = names.get(folded(text))
    if meant is None or meant == text:
        return text
    vi = f"'{text[:80]}' là tên đơn vị; hãy ghi mã '{meant}'"
    raise Wrong(vi, f"'{text[:80]}' is the name of a unit - write its id '{meant}'", "KPI-E-UNKNOWN-UNIT")


def _dimensions(text: str) -> Dimensions:
    """'topic=land;channel=app'."""
    pairs = [part.partition("=") for part in text.replace(",", ";").split(";") if part.strip()]
    if any(not mark for _, mark, _ in pairs):
        vi = f"phân tổ {text[:60]!r} phải có dạng tên=giá_trị"
        raise Wrong(vi, f"the breakdown {text[:60]!r} must be name=value", "KPI-E-DIMENSION")
    return tuple(sorted((name.strip(), value.strip()) for name, _, value in pairs))


def folded(text: str) -> str:
    """A name without marks, case and blanks: every writing of "Thái Hoà" is one."""
    from unicodedata import combining, normalize

    plain = normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in plain if not combining(char) and char.isalnum())
