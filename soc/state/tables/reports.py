"""Reports: the newest state of each, and their append-only history."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from soc.report import ReportState
from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, Json, choice

# `record`: all of it; the other columns are what lists ask for.
report = Table(
    "report",
    metadata,
    Column("id", Text, primary_key=True),
    unit_column(),
    choice("state", ReportState),
    Column("kind", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("record", Json, nullable=False),
    Index(None, "kind", "label"),
)

report_event = Table(
    "report_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("report_id", Text, nullable=False),
    unit_column(),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("after", Json, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "report_id", "seq"),
    sqlite_autoincrement=True,
)
