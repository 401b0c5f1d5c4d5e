"""Stacking: hits grouped by one to three fields, each group with its events, machines and units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from soc.query import Query
from soc.query.duckdb_sql import Clause, clause, elements, fields_of
from soc.query.layout import columns
from soc.store import Stack, StackRow, duck
from soc.store.reading import Group, SegmentReader, groups

HOST = "host.name"


def stack(
    events: Path, reader: SegmentReader, query: Query, fields: Sequence[str], n: int, *, rarest_first: bool
) -> Stack:
    """Two statements, neither of which keeps the hits: the groups, then the sums over all hits."""
    found = groups(events, reader.segments(query), fields_of(query.node) | {*fields, HOST})
    if not found:
        return Stack((), 0, 0, 0, 0)
    where = clause(query)
    names = [f"f{index}" for index in range(len(fields))]
    hits = " UNION ALL ".join(_hits(query, group, fields) for group in found)
    keys = ", ".join(names)
    order = ", ".join(["n ASC" if rarest_first else "n DESC", *(f"{name} NULLS LAST" for name in names)])
    rows = reader.run(
        f"SELECT {keys}, count(*) AS n, count(DISTINCT host), count(DISTINCT unit), "
        f"min(moment), max(moment), count(*) OVER () FROM ({hits}) GROUP BY {keys} ORDER BY {order} LIMIT {n:d}",
        where,
    )
    all_hits = " UNION ALL ".join(_hits(query, group, ()) for group in found)
    sums = f"SELECT count(*), count(DISTINCT host), count(DISTINCT unit) FROM ({all_hits})"
    ((total, hosts, units),) = reader.run(sums, where)
    size = len(fields)
    made = tuple(
        StackRow(tuple(row[:size]), int(row[size]), int(row[size + 1]), int(row[size + 2]), *map(_aware, row[-3:-1]))
        for row in rows
    )
    return Stack(made, int(rows[0][-1]) if rows else 0, total, hosts, units)


def _hits(query: Query, group: Group, fields: Sequence[str]) -> str:
    """The hits of some files with one row for each combination of values; a missing field is NULL."""
    where: Clause = clause(query, without=group.without)
    values = [_value(name, index, group.without) for index, name in enumerate(fields)]
    host = f"{elements(HOST, without=group.without)}[1]"
    chosen = ", ".join([f'{host} AS host, "unit.id" AS unit, "@timestamp" AS moment', *values])
    inner = f"SELECT {chosen} FROM {duck.parquet(list(group.paths))} WHERE {where.sql}"
    for index, name in enumerate(fields):
        if not _is_plain(name, group.without):
            some = f"CASE WHEN len(l{index}) > 0 THEN l{index} ELSE [NULL] END"
            inner = f"SELECT * EXCLUDE (l{index}), unnest({some}) AS f{index} FROM ({inner})"
    ordered = ", ".join(["host", "unit", "moment", *(f"f{index}" for index in range(len(fields)))])
    return f"SELECT {ordered} FROM ({inner})"


def _value(name: str, index: int, without: frozenset[str]) -> str:
    if _is_plain(name, without):
        return f"{columns()[name].sql}::VARCHAR AS f{index}"
    return f"list_distinct(list_filter({elements(name, without=without)}, lambda x: x IS NOT NULL)) AS l{index}"


def _is_plain(name: str, without: frozenset[str]) -> bool:
    """Whether the field's one value lies in a column whose text form is the event's own."""
    column = None if name in without else columns().get(name)
    return column is not None and elements(name, without=without) == f"[{column.sql}::VARCHAR]"


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
