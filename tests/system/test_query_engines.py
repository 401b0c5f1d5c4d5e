"""The compiler for DuckDB agrees with the oracle, whatever the events and the tree."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soc.access import SYSTEM
from soc.event import Event, encode
from soc.fold import fold
from soc.query import Query
from soc.query.ast import Node
from soc.query.duckdb_sql import clause, fields_of
from soc.query.memory import compiled
from soc.store import duck
from soc.store.reading import groups
from soc.store.writing import SegmentWriter
from tests.builders import NOON
from tests.unit.soc.query.strategies import NODES, events


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection, SegmentWriter]]:
    folder = tmp_path_factory.mktemp("events")
    connection = duck.connect(folder, duck.WRITER)
    yield folder, connection, SegmentWriter(folder, connection, 0)
    connection.close()


@settings(
    max_examples=2_000 if "SOC_PROOF" in os.environ else 25, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(made=events(), nodes=st.lists(NODES, min_size=5, max_size=8))
def test_duckdb_finds_what_the_oracle_finds(
    writer: tuple[Path, duckdb.DuckDBPyConnection, SegmentWriter], made: list[Event], nodes: list[Node]
) -> None:
    folder, connection, segments = writer
    ((segment, _),) = segments.flush([encode(event) for event in made], NOON)
    for node in nodes:
        query = Query(node, NOON, NOON + timedelta(seconds=15), SYSTEM)
        (group,) = groups(folder, [segment], fields_of(node))
        where = clause(query, without=group.without)
        statement = f'SELECT "event.id" FROM {duck.parquet(list(group.paths))} WHERE {where.sql}'
        found = {row[0] for row in connection.execute(statement, where.values).fetchall()}
        assert found == {event["event.id"] for event in filter(compiled(query), made)}, str(node)
    (folder / segment.path).unlink()


def test_duckdb_folds_every_code_point_as_we_do() -> None:
    points = [chr(point) for point in range(1, sys.maxunicode + 1) if not 0xD800 <= point <= 0xDFFF]
    texts = points + [apart for char in points if (apart := unicodedata.normalize("NFD", char)) != char]
    rows = duckdb.execute("SELECT lower(nfc_normalize(x)) FROM (SELECT unnest(?::VARCHAR[]) AS x)", [texts]).fetchall()
    assert [(text, row[0]) for text, row in zip(texts, rows, strict=True) if row[0] != fold(text)] == []
