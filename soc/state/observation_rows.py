"""Observations as rows and back; the conditions by which they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, and_, exists, false, or_, select, true
from sqlalchemy.sql import Select

from soc.observation import Cumulative, Dimensions, Known, NaturalKey, Observation, Status
from soc.period import Period, PeriodType
from soc.state.tables.hub import HoldAnswer, observation, observation_hold
from soc.state.types import canonical

AnyRow = Row[*tuple[Any, ...]]

TOTAL = "{}"
"""The dimensions of a total, as stored."""

SHOWN = or_(observation.c.held.is_(False), observation_hold.c.answer == HoldAnswer.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which observations. None: any. `start_from`, `start_to`: the first day of the period, both included.
    `dimensions`: () for totals alone. Forecasts are asked for by themselves."""

    kpis: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    type: PeriodType | None = None
    start_from: date | None = None
    start_to: date | None = None
    dimensions: Dimensions | None = None
    cumulative: Cumulative | None = None
    forecast: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """A value that waits for its unit, or did. `codes`: the checks that held it."""

    known: Known
    codes: tuple[str, ...]
    confirm_before: datetime
    answer: HoldAnswer | None
    answered_at: datetime | None
    answered_by: str | None
    reason: str | None


COLUMNS = tuple(column for column in observation.c if column.name != "content")
KEY = tuple(
    observation.c[name]
    for name in ("kpi_id", "unit_id", "period_type", "start", "end", "at", "dimensions", "cumulative", "forecast")
)


def content_of(one: Observation) -> str:
    """The hash that says whether two items under one id are the same; times of storing are not part of it."""
    return sha256(canonical(_content(one))).hexdigest()


def dimensions_text(dimensions: Dimensions) -> str:
    """As stored: canonical JSON."""
    return canonical(dict(dimensions)).decode()


def _content(one: Observation) -> dict[str, Any]:
    key = one.key
    numbers = {"value": one.value, "numerator": one.numerator, "denominator": one.denominator}
    return {
        "kpi_id": key.kpi,
        "unit_id": key.unit,
        "period_type": key.period.type,
        "start": key.period.start,
        "end": key.period.end,
        "at": key.period.at,
        "dimensions": dimensions_text(key.dimensions),
        "cumulative": key.cumulative,
        "forecast": key.forecast,
        "revision": one.revision,
        **{name: None if number is None else format(number, "f") for name, number in numbers.items()},
        "status": one.status,
        "reason": one.reason,
        "definition": one.definition,
        "sensitivity": one.sensitivity,
        "restatement": None if one.restatement is None else dict(one.restatement),
        "note": dict(one.note),
    }


def row_of(one: Observation) -> dict[str, Any]:
    return _content(one) | {"id": one.id, "content": content_of(one)}


def latest_row(one: Observation, seq: int) -> dict[str, Any]:
    key = one.key
    return {
        "kpi_id": key.kpi,
        "unit_id": key.unit,
        "period_type": key.period.type,
        "dimensions": dimensions_text(key.dimensions),
        "cumulative": key.cumulative,
        "forecast": key.forecast,
        "seq": seq,
        "end": key.period.end,
        "at": key.period.at,
        "revision": one.revision,
    }


def rank(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """The newest period first, then the highest revision. By the end: years to date begin on the same day."""
    return row["end"], row["at"].timestamp() if row["at"] else 0.0, row["revision"]


def shown(as_of: datetime | None) -> ColumnElement[bool]:
    """Not held, or confirmed; with `as_of`: known, and confirmed, by then."""
    if as_of is None:
        return SHOWN
    confirmed = and_(observation_hold.c.answer == HoldAnswer.CONFIRMED, observation_hold.c.answered_at <= as_of)
    return and_(observation.c.known_at <= as_of, or_(observation.c.held.is_(False), confirmed))


def replaced_by(as_of: datetime | None) -> ColumnElement[bool]:
    """Whether a higher revision of the same natural key is shown."""
    later, hold = observation.alias("later"), observation_hold.alias("later_hold")
    confirmed = and_(hold.c.answer == HoldAnswer.CONFIRMED, true() if as_of is None else hold.c.answered_at <= as_of)
    same = [later.c[column.name] == observation.c[column.name] for column in KEY if column.name != "at"]
    instant = or_(later.c.at == observation.c.at, and_(later.c.at.is_(None), observation.c.at.is_(None)))
    statement = select(later.c.seq).outerjoin(hold, hold.c.seq == later.c.seq)
    statement = statement.where(*same, instant, later.c.revision > observation.c.revision)
    statement = statement.where(or_(later.c.held.is_(False), confirmed))
    if as_of is not None:
        statement = statement.where(later.c.known_at <= as_of)
    return exists(statement.correlate(observation))


def selected(*more: ColumnElement[Any]) -> Select[Any]:
    table = observation_hold.c
    hold = (table.answered_at.label("hold_answered_at"), table.answer.label("said"), table.reason.label("hold_reason"))
    joined = observation.outerjoin(observation_hold, observation_hold.c.seq == observation.c.seq)
    return select(*COLUMNS, *hold, *more).select_from(joined)


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    table = observation
    found: list[ColumnElement[bool]] = [table.c.forecast.is_(wanted.forecast)]
    if wanted.kpis is not None:
        found.append(table.c.kpi_id.in_(wanted.kpis) if wanted.kpis else false())
    if wanted.units is not None:
        found.append(table.c.unit_id.in_(wanted.units) if wanted.units else false())
    if wanted.type is not None:
        found.append(table.c.period_type == wanted.type)
    if wanted.start_from is not None:
        found.append(table.c.start >= wanted.start_from)
    if wanted.start_to is not None:
        found.append(table.c.start <= wanted.start_to)
    if wanted.dimensions is not None:
        found.append(table.c.dimensions == dimensions_text(wanted.dimensions))
    if wanted.cumulative is not None:
        found.append(table.c.cumulative == wanted.cumulative)
    return found


def by_kpi(keys: Iterable[NaturalKey]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in keys:
        found.setdefault(key.kpi, set()).add(key.unit)
    return found


def time_order(known: Known) -> tuple[Any, ...]:
    key = known.observation.key
    return key.period.over, key.kpi, key.unit, key.period.type, key.dimensions, key.cumulative


def key_of(row: AnyRow) -> NaturalKey:
    period = Period(PeriodType(row.period_type), row.start, row.end, row.at)
    return NaturalKey(
        row.kpi_id, row.unit_id, period, _dimensions(row.dimensions), Cumulative(row.cumulative), row.forecast
    )


def _dimensions(text: str) -> Dimensions:
    if text == TOTAL:
        return ()
    return tuple(sorted(orjson.loads(text).items()))


def known_of(row: AnyRow) -> Known:
    observed = Observation(
        id=row.id,
        key=key_of(row),
        value=_number(row.value),
        status=Status(row.status),
        revision=row.revision,
        numerator=_number(row.numerator),
        denominator=_number(row.denominator),
        reason=row.reason,
        definition=row.definition,
        sensitivity=row.sensitivity,
        restatement=row.restatement,
        note=row.note,
    )
    confirmed = row.hold_answered_at if row.said == HoldAnswer.CONFIRMED else None
    return Known(observed, row.seq, row.known_at, row.batch_id, row.sender, row.held, confirmed)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def hold_of(row: AnyRow) -> Hold:
    answer = HoldAnswer(row.said) if row.said else None
    return Hold(
        known_of(row),
        tuple(row.codes),
        row.confirm_before,
        answer,
        row.hold_answered_at,
        row.answered_by,
        row.hold_reason,
    )
