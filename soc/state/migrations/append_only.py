"""Triggers that refuse UPDATE and DELETE: whoever has the database must drop them first, and the chain will tell."""

from __future__ import annotations

from alembic import op


def append_only(table: str) -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
