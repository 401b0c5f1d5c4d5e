"""The one door to DuckDB: connections that can see `<data>/events` and nothing else, and time limits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from soc.errors import StoreError
from soc.store.stop import current

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Resources:
    """What one connection may use."""

    threads: int
    memory: str
    temp: str = "1GB"


READER = Resources(threads=2, memory="512MB")
WRITER = Resources(threads=1, memory="256MB")

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_V4 = rf"({_OCTET}\.){{3}}{_OCTET}"
_GROUP = "[0-9a-fA-F]{1,4}"
_V6 = f"(({_GROUP}(:{_GROUP})*)?::)?(({_GROUP}:)*({_GROUP}|{_V4}))?"

# Plain SQL, because the `inet` extension is not in the wheel. Junk is NULL, never an error.
_MACROS = f"""
CREATE MACRO ip4_hex(t) AS printf('%02x%02x%02x%02x', split_part(t, '.', 1)::INT, split_part(t, '.', 2)::INT,
  split_part(t, '.', 3)::INT, split_part(t, '.', 4)::INT);
CREATE MACRO ip6_hex(part) AS CASE WHEN part = '' THEN '' ELSE array_to_string(list_transform(string_split(part, ':'),
  lambda g: CASE WHEN contains(g, '.') THEN ip4_hex(g) ELSE lpad(g, 4, '0') END), '') END;
CREATE MACRO ip6_pad(head, tail) AS CASE WHEN length(head) + length(tail) <= 28
  THEN unhex(head || repeat('0', 32 - length(head) - length(tail)) || tail) END;
CREATE MACRO ip_key(t) AS CASE
  WHEN NOT contains(t, ':') THEN
    CASE WHEN regexp_full_match(t, '{_V4}') THEN unhex('00000000000000000000ffff' || ip4_hex(t)) END
  WHEN NOT regexp_full_match(t, '{_V6}') THEN NULL
  WHEN contains(t, '::') THEN ip6_pad(ip6_hex(split_part(t, '::', 1)), ip6_hex(split_part(t, '::', 2)))
  WHEN length(ip6_hex(t)) = 32 THEN unhex(ip6_hex(t)) END
"""


def connect(events: Path, resources: Resources) -> duckdb.DuckDBPyConnection:
    """An engine in memory, locked down. The order matters: the last line forbids every later setting."""
    import duckdb  # 0.4 s: only those who ask events pay for it

    temp = events / "tmp"
    with suppress(OSError):  # a reader may see the folder read-only; then it cannot spill
        temp.mkdir(exist_ok=True, mode=0o750)
    connection = duckdb.connect(":memory:")
    for statement in (
        f"SET threads = {resources.threads:d}",
        f"SET memory_limit = {literal(resources.memory)}",
        f"SET temp_directory = {literal(str(temp))}",
        f"SET max_temp_directory_size = {literal(resources.temp)}",
        *(macro for macro in _MACROS.split(";\n")),
        # A published file never changes; reading its footer again is a quarter of a narrow query (measured).
        "SET parquet_metadata_cache = true",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET allow_community_extensions = false",
        f"SET allowed_directories = [{literal(str(events))}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(statement)
    return connection


@contextmanager
def time_limit(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupts what runs on the connection after that long, or when its asker gives up; then raises StoreError."""
    import duckdb

    stop = current()
    timer = threading.Timer(max(seconds, 0.001), connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        with stop.holding(connection.interrupt):
            yield
    except duckdb.InterruptException as error:
        stop.check()
        raise StoreError(
            f"the query took longer than {seconds:.0f} s - narrow the time or the terms", code="SOC-1512"
        ) from error
    finally:
        timer.cancel()


def literal(text: str) -> str:
    """Text of ours (paths) as an SQL literal; what comes from outside is always bound."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def parquet(paths: list[str], *, numbered: bool = False) -> str:
    """The table of these files; `numbered` adds `filename` and `file_row_number`."""
    extra = ", filename = true, file_row_number = true" if numbered else ""
    return f"read_parquet([{', '.join(map(literal, paths))}]{extra})"
