from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateTable

from soc import sqlite as door
from soc.alert import Level
from soc.state.tables import metadata
from soc.state.types import Choice, Day, Instant, Json, instant, micros

ANY_TIME = st.datetimes(timezones=st.just(UTC))


@given(ANY_TIME)
@settings(deadline=None, max_examples=200)
def test_a_time_survives_to_the_microsecond(at: datetime) -> None:
    assert instant(micros(at)) == at


@given(ANY_TIME, ANY_TIME)
@settings(deadline=None, max_examples=200)
def test_stored_times_sort_as_times_do(one: datetime, other: datetime) -> None:
    assert (one < other) == (micros(one) < micros(other))


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    local = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=7)))
    assert instant(micros(local)) == datetime(2026, 11, 24, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Instant(), datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)),
        (Day(), date(2026, 7, 1)),
        (Json(), {"b": [1, None, "ngã"], "a": {"x": 1.5}}),
        (Choice(Level), Level.HIGH),
    ],
)
def test_what_goes_in_comes_out(kind: Any, value: Any) -> None:
    metadata = MetaData()
    table = Table("t", metadata, Column("value", kind))
    engine = create_engine("sqlite://", module=door.module)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"value": value}, {"value": None}])
        assert list(connection.scalars(select(table.c.value))) == [value, None]


def test_a_time_without_a_zone_is_refused() -> None:
    table = Table("t", MetaData(), Column("value", Instant()))
    engine = create_engine("sqlite://", module=door.module)
    table.create(engine)
    with engine.begin() as connection, pytest.raises(StatementError):
        connection.execute(insert(table), {"value": datetime(2026, 1, 1)})


def test_a_value_outside_a_closed_set_is_refused() -> None:
    with pytest.raises(ValueError, match="fatal"):
        Choice(Level).process_bind_param("fatal", sqlite.dialect())  # type: ignore[arg-type]


def test_postgresql_gets_its_own_types_and_no_conversion() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    at, day = datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1)
    assert Instant().process_bind_param(at, dialect) == at
    assert Day().process_bind_param(day, dialect) == day
    assert Instant().process_result_value(at, dialect) == at
    ddl = str(CreateTable(metadata.tables["alert_event"]).compile(dialect=dialect))
    assert "at TIMESTAMP WITH TIME ZONE NOT NULL" in ddl
