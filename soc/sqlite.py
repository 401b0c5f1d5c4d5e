"""The one door to SQLite, for journal, manifest and state (pipeline-and-stores.md 2).

Debian 12's own library is 3.40.1; up to 3.51.2 two connections that write or checkpoint one WAL file at once
can corrupt it or lose committed rows. `pysqlite3` carries a library of its own that is new enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from pysqlite3 import dbapi2

from soc.errors import JournalError

FLOOR = (3, 51, 3)
BUSY_SECONDS = 5.0
SYNCHRONOUS = "FULL"  # a reader sees a row only after it is on disk; NORMAL loses acknowledged rows (measured)

module = dbapi2
"""For SQLAlchemy's `module=`."""

Error: type[Exception] = dbapi2.Error
DatabaseError: type[Exception] = dbapi2.DatabaseError
OperationalError: type[Exception] = dbapi2.OperationalError
IntegrityError: type[Exception] = dbapi2.IntegrityError


class Rows(Protocol):
    """What a statement answers."""

    rowcount: int

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...

    def close(self) -> None: ...


class Connection(Protocol):
    """The part of a DB-API connection that we use; statements commit by themselves outside `transaction`."""

    in_transaction: bool

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Rows: ...

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> Rows: ...

    def close(self) -> None: ...


def check_engine(version: tuple[int, ...] = dbapi2.sqlite_version_info) -> None:
    """Refuses a library with the WAL-reset race; called at every start and by `doctor`."""
    if version < FLOOR:
        found, floor = ".".join(map(str, version)), ".".join(map(str, FLOOR))
        raise JournalError(
            f"SQLite {found} can corrupt its files with two writers; {floor} is the least - install pysqlite3 >= 0.6.1",
            code="SOC-1500",
        )


def writer(path: Path, *, page_bytes: int = 4096) -> Connection:
    """A connection that may write and checkpoint; makes the file when it is not there."""
    connection = _open(path, "rwc")
    # The page size holds only when it is set before the first table, and before WAL.
    connection.execute(f"PRAGMA page_size={page_bytes:d}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def reader(path: Path) -> Connection:
    """A connection that only reads: it never checkpoints, so it never takes part in the race above."""
    connection = _open(path, "ro")
    connection.execute("PRAGMA query_only=ON")
    return connection


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """BEGIN IMMEDIATE to COMMIT; anything raised inside, or by the commit, rolls back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _open(path: Path, mode: str) -> Connection:
    check_engine()
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    # A role may be made by one thread and stepped by another; it is never used by two at once.
    connection: Connection = dbapi2.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    return connection
