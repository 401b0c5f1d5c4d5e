"""What is learned of sources: their rhythm, their gaps, their clocks, and which fields they send."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from soc.state.tables.base import metadata, unit_column
from soc.state.types import Day, Instant, Json

source_rhythm = Table(
    "source_rhythm",
    metadata,
    Column("source_id", Text, primary_key=True),
    unit_column(),
    Column("learned_at", Instant, nullable=False),
    Column("days", Integer, nullable=False),
    Column("profile", Json, nullable=False),
    Column("need", BigInteger, nullable=False),
    Column("gap", BigInteger, nullable=False),
    Column("silent_after", BigInteger, nullable=False),
    Column("silent_since", Instant),
)

source_gap = Table(
    "source_gap",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("hour", Instant, primary_key=True),
    unit_column(),
    Column("seconds", BigInteger, nullable=False),
    Index(None, "hour"),
)

source_clock = Table(
    "source_clock",
    metadata,
    Column("source_id", Text, primary_key=True),
    unit_column(),
    Column("at", Instant, nullable=False),
    Column("skew", BigInteger, nullable=False),
    Column("events", BigInteger, nullable=False),
)

source_care = Table(
    "source_care",
    metadata,
    Column("source_id", Text, primary_key=True),
    unit_column(),
    Column("owner", Text, nullable=False),
    Column("level", Integer),
)

route_seen = Table(
    "route_seen",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("unit_id", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("fields", Json, nullable=False),
    Index(None, "day"),
)
