"""The posture score: as it stands now, as each day closed, and the intervals in which sources are expected."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from soc.state.tables.base import metadata, unit_column
from soc.state.types import Day, Instant, Json

posture_now = Table(
    "posture_now",
    metadata,
    Column("unit_id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("version", Text, nullable=False),
    Column("exact", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("shown", Integer),
    Column("letter", Text, nullable=False),
    Column("trust", Text, nullable=False),
    Column("inputs", Json, nullable=False),
)

# `inputs`: ids and values from which the score can be computed again; a later revision restates the day.
posture_snapshot = Table(
    "posture_snapshot",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    unit_column(),
    Column("day", Day, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("version", Text, nullable=False),
    Column("exact", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("shown", Integer),
    Column("letter", Text, nullable=False),
    Column("trust", Text, nullable=False),
    Column("inputs", Json, nullable=False),
    Index(None, "unit_id", "day", "revision", unique=True),
    Index(None, "day"),
    sqlite_autoincrement=True,
)

source_slot = Table(
    "source_slot",
    metadata,
    Column("source_id", Text, primary_key=True),
    unit_column(),
    Column("hours", Integer, nullable=False),
    Column("agreed_at", Instant, nullable=False),
)
