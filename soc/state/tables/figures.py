"""Figures kept for their trend, and the files that people dropped on the page."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, Json, choice


class DropState(StrEnum):
    """How far a dropped file is."""

    WAITING = "waiting"
    READING = "reading"
    JUDGING = "judging"
    DONE = "done"
    FAILED = "failed"


# A run says that somebody looked: a unit without a row in it had nothing, an hour without a run is a gap.
figure_run = Table(
    "figure_run",
    metadata,
    Column("at", Instant, primary_key=True),
)

figure = Table(
    "figure",
    metadata,
    Column("kpi_id", Text, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("unit_id", Text, primary_key=True),
    Column("numerator", BigInteger, nullable=False),
    Column("denominator", BigInteger, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

dropped_file = Table(
    "dropped_file",
    metadata,
    Column("id", Text, primary_key=True),
    unit_column(),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    choice("state", DropState),
    Column("read", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("problems", Json, nullable=False),
    Column("ended_at", Instant),
    Index(None, "by", "at"),
)

dropped_alert = Table(
    "dropped_alert",
    metadata,
    Column("drop_id", Text, ForeignKey("dropped_file.id"), primary_key=True),
    Column("alert_id", Text, ForeignKey("alert.id"), primary_key=True),
    unit_column(),
    sqlite_with_rowid=False,
)
