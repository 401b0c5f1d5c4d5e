"""From NDJSON lines to a published Parquet file; all JSON work is DuckDB's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from soc.errors import StoreError
from soc.fields.table import Kind
from soc.query.layout import Column, columns
from soc.query.values import micros
from soc.store import duck
from soc.store.files import make_folder, publish, working
from soc.store.manifest import RollupRow, Segment

if TYPE_CHECKING:
    import duckdb

OLD_US = 31_536_000_000_000  # before 1971: a sender without a clock; must not widen the segment of the others
STANDARD, UNDATED = "standard", "undated"

ROWS_IN_A_GROUP = 30_720  # 122,880 with room in the dictionary for each row takes more than the writer's 256 MB

_ROLLUP = """
SELECT epoch_us(date_trunc('hour', "@timestamp")) // 1000000, coalesce("unit.id", ''), coalesce("event.dataset", ''),
  coalesce("event.outcome", ''), coalesce("event.severity", -1), count(*), sum(strlen(doc))::BIGINT
FROM {table} GROUP BY ALL
"""


class SegmentWriter:
    """Makes segments; knows nothing of the manifest."""

    def __init__(self, events: Path, connection: duckdb.DuckDBPyConnection, next_number: int) -> None:
        self._events = events
        self._connection = connection
        self._next = next_number

    def flush(self, lines: Sequence[bytes], now: datetime) -> list[tuple[Segment, list[RollupRow]]]:
        """The published files of a batch: one, or two when some of its events have no usable date."""
        batch = self._events / "tmp" / "batch.ndjson"
        data = b"\n".join(lines)
        batch.write_bytes(data)
        odd = irregular_fields(data)
        count = len(lines)
        whole = self._write(batch, count, STANDARD, "true", now, odd)
        if whole[0].events != len(lines):
            raise StoreError(
                f"a batch of {len(lines)} lines gave {whole[0].events} events - a line is empty or holds two",
                code="SOC-1511",
            )
        if whole[0].lo_us >= OLD_US:
            return [self._publish(*whole)]
        working(self._events / whole[0].path).unlink()
        dated = f'"@timestamp" >= make_timestamp({OLD_US})'
        kinds = ((STANDARD, dated), (UNDATED, f"NOT ({dated})"))
        parts = [self._write(batch, count, kind, where, now, odd) for kind, where in kinds]
        return [self._publish(*part) for part in parts if part[0].events]

    def merge(self, parts: Sequence[Segment], *, level: int) -> Segment:
        """One published file with the events of several. Each is sorted, so laying them one behind the other by
        time keeps row groups narrow; a sort of the whole would hold every document in memory (2 x 256 MB)."""
        paths = [str(self._events / part.path) for part in sorted(parts, key=lambda part: part.lo_us)]
        first = parts[0]
        path = self._path(Path(first.path).parent.parent.name, first.kind)
        total = sum(part.events for part in parts)
        self._copy(f"SELECT * FROM {duck.parquet(paths)}", path, _format(total, level=6))
        made = self._describe(path, first.kind)
        if made.events != total:
            raise StoreError(f"merging {len(parts)} files gave {made.events} of {total} events", code="SOC-1510")
        publish(self._events / path)
        return replace(
            made,
            level=level,
            made_us=max(part.made_us for part in parts),
            irregular=frozenset().union(*(part.irregular for part in parts)),
        )

    def rollup_of(self, path: str) -> list[RollupRow]:
        """The hourly counts of one published file; none when it cannot be read any more."""
        with suppress(StoreError):
            return self._rollup(str(self._events / path))
        return []

    def stored(self, paths: Sequence[str], ids: Sequence[str]) -> set[str]:
        """Which of the ids these files hold."""
        if not paths:
            return set()
        table = duck.parquet([str(self._events / path) for path in paths])
        statement = f'SELECT "event.id" FROM {table} WHERE "event.id" IN (SELECT unnest($ids))'
        return {row[0] for row in self._rows(statement, {"ids": list(ids)})}

    def _write(
        self, batch: Path, count: int, kind: str, where: str, now: datetime, irregular: frozenset[str]
    ) -> tuple[Segment, list[RollupRow]]:
        path = self._path(f"{now:%Y-%m-%d}", kind)
        source = f"read_ndjson_objects({duck.literal(str(batch))})"
        rows = f"SELECT json::VARCHAR AS doc, json_transform(json, {_transform()}) AS t FROM {source}"
        events = f"SELECT {_select()}, doc FROM ({rows})"
        in_order = f'SELECT * FROM ({events}) WHERE {where} ORDER BY "@timestamp", "event.id"'
        self._copy(in_order, path, _format(count, level=1))
        segment = replace(self._describe(path, kind), made_us=micros(now), irregular=irregular)
        return segment, self._rollup(str(working(self._events / path)))

    def _publish(self, segment: Segment, rollup: list[RollupRow]) -> tuple[Segment, list[RollupRow]]:
        publish(self._events / segment.path)
        return segment, rollup

    def _copy(self, select: str, path: str, form: str) -> None:
        import duckdb

        final = self._events / path
        make_folder(final.parent, self._events)
        try:
            self._connection.execute(f"COPY ({select}) TO {duck.literal(str(working(final)))} ({form})")
        except duckdb.Error as error:
            working(final).unlink(missing_ok=True)
            raise StoreError(f"the events could not be written: {error}", code="SOC-1511") from error

    def _describe(self, path: str, kind: str) -> Segment:
        work = working(self._events / path)
        edges = 'count(*), coalesce(epoch_us(min("@timestamp")), 0), coalesce(epoch_us(max("@timestamp")), 0)'
        ((events, lo, hi),) = self._rows(f"SELECT {edges} FROM {duck.parquet([str(work)])}")
        return Segment(path, kind, 0, events, work.stat().st_size, lo, hi, 0, layout())

    def _rollup(self, path: str) -> list[RollupRow]:
        return self._rows(_ROLLUP.format(table=duck.parquet([path])))

    def _rows(self, statement: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        import duckdb

        try:
            return self._connection.execute(statement, values or {}).fetchall()
        except duckdb.Error as error:
            raise StoreError(f"an event file is missing or damaged: {error}", code="SOC-1514") from error

    def _path(self, day: str, kind: str) -> str:
        self._next += 1
        return f"{day}/{kind}/{self._next:08d}.parquet"


def irregular_fields(data: bytes) -> frozenset[str]:
    """Columns that some line of NDJSON fills with a list where the column is none, or the reverse. May name one
    too many (a text can look like a key), never one too few."""
    found = {part[part.rfind(b'"') + 1 :] for part in data.split(b'":[')[:-1]}
    odd = {name for name, column in columns().items() if not column.is_list and name.encode() in found}
    odd |= {name for name, column in columns().items() if column.is_list and _not_always_a_list(data, name.encode())}
    return frozenset(odd)


def _not_always_a_list(data: bytes, name: bytes) -> bool:
    return data.count(b'"%s":' % name) != data.count(b'"%s":[' % name)


def _format(rows: int, *, level: int) -> str:
    """Bloom filters appear only on dictionary-encoded columns, so the dictionary may hold every row of a group.
    Its memory is taken for each column beforehand: 200,000 over 47 columns is 250 MB (measured)."""
    # A group ends with the chunk that fills it, so it can be a chunk longer than asked.
    dictionary = max(min(rows, ROWS_IN_A_GROUP + 2_048), 2_048)
    form = f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL {level:d}, ROW_GROUP_SIZE {ROWS_IN_A_GROUP}"
    return f"{form}, DICTIONARY_SIZE_LIMIT {dictionary:d}"


@cache
def layout() -> str:
    """A name for the set of columns that files have now."""
    text = ",".join(f"{column.field}:{column.kind}:{column.is_list}" for column in columns().values())
    return blake2b(text.encode(), digest_size=8).hexdigest()


@cache
def _transform() -> str:
    spec: Mapping[str, Any] = {column.field: orjson.loads(column.json_type) for column in columns().values()}
    return duck.literal(orjson.dumps(spec).decode())


@cache
def _select() -> str:
    return ", ".join(part for column in columns().values() for part in _column(column))


def _column(column: Column) -> list[str]:
    value = f"t.{column.sql}"
    if column.kind is Kind.TIME:
        # An event without a time would be found by no query; the first instant puts it among the undated.
        missing = "make_timestamp(0)" if column.field == "@timestamp" else "NULL"
        return [f"coalesce(TRY_CAST({value} AS TIMESTAMP), {missing}) AS {column.sql}"]
    parts = [f"{value} AS {column.sql}"]
    if column.key is not None:
        parts.append(f'ip_key({value}) AS "{column.key}"')
    return parts
