"""Brings the file to the schema of this program: forward only, in one transaction, after a copy.

Alembic is imported only when there is something to do; opening a database that is up to date costs one SELECT.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from soc import sqlite
from soc.errors import StateError

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
)
"""Every schema there has been, oldest first; a test compares it with the files in migrations/."""

HEAD = REVISIONS[-1]
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, path: Path) -> None:
    """Runs the missing steps under a lock of all processes; refuses a schema that is newer than the program."""
    with _one_at_a_time(path):
        found = _revision(engine)
        if found == HEAD:
            return
        if found is not None and found not in REVISIONS:
            raise StateError(
                f"{path}: schema {found} is newer than this program knows ({HEAD}) - "
                "start the newer program, or restore the copy that it made before",
                code="SOC-1602",
            )
        if found is not None:
            _copy(path, found)
        with _unbound(engine) as connection, connection.begin():
            _upgrade(connection)


@contextmanager
def _unbound(engine: Engine) -> Iterator[Connection]:
    """Foreign keys are off while a table that others refer to is made anew; SQLite allows that outside of
    transactions only."""
    with engine.connect() as connection:
        plain = connection.connection.cursor()
        plain.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            plain.execute("PRAGMA foreign_keys=ON")
            plain.close()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        exists = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
        row = connection.execute(text("SELECT version_num FROM alembic_version")).first() if exists else None
        return None if row is None else str(row[0])


def _upgrade(connection: Connection) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, script, fn=lambda found, _: script._upgrade_revs(HEAD, found)):
        script.run_env()


def _copy(path: Path, revision: str) -> None:
    """The way back: there are no downgrade steps."""
    target = path.parent / "backup" / f"{path.stem}-{revision}.db"
    target.parent.mkdir(mode=0o750, exist_ok=True)
    target.unlink(missing_ok=True)
    with closing(sqlite.writer(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    lock = path.with_name(path.name + ".lock")
    with lock.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
