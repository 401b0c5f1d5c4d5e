"""The registers of systems: dated records, expected sources, scans, weaknesses, and figures that others hand us."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text

from soc.alert import Level
from soc.state.tables.base import metadata, unit_column
from soc.state.types import Day, Instant, choice

system = Table(
    "system",
    metadata,
    Column("id", Text, primary_key=True),
    Column("valid_from", Instant, primary_key=True),
    Column("valid_to", Instant),
    Column("name", Text, nullable=False),
    unit_column(),
    Column("level", Integer, CheckConstraint("level BETWEEN 1 AND 5", name="level")),
    Column("decision_number", Text, nullable=False),
    Column("decision_date", Day),
    Column("deadline", Day),
    Column("contact", Text, nullable=False),
    Column("retired", Boolean, nullable=False),
    Index(None, "unit_id"),
)

expected_source = Table(
    "expected_source",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("system_id", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    unit_column(),
    Column("since", Day, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("removed_since", Day),
    Column("removal_reason", Text),
    Column("removal_asked_by", Text),
    Column("removal_asked_at", Instant),
    Column("removal_approved_by", Text),
    Column("removal_approved_at", Instant),
    Index(None, "system_id", "source_id"),
    sqlite_autoincrement=True,
)

system_scan = Table(
    "system_scan",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("system_id", Text, nullable=False),
    unit_column(),
    Column("scanned_on", Day, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Index(None, "system_id", "scanned_on", "by", unique=True),
    sqlite_autoincrement=True,
)

weakness = Table(
    "weakness",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("system_id", Text, nullable=False),
    unit_column(),
    Column("code", Text, nullable=False),
    Column("title", Text, nullable=False),
    choice("level", Level),
    Column("found_on", Day, nullable=False),
    Column("due", Day, nullable=False),
    Column("fixed_on", Day),
    Column("recorded_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "system_id", "code", "found_on", unique=True),
    Index(None, "unit_id", "due"),
    sqlite_autoincrement=True,
)

endpoint_count = Table(
    "endpoint_count",
    metadata,
    Column("unit_id", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("given_by", Text, primary_key=True),
    Column("machines", Integer, nullable=False),
    Column("protected", Integer, nullable=False),
    Column("current", Integer),
    Column("detections", Integer),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

botnet_address = Table(
    "botnet_address",
    metadata,
    Column("unit_id", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("given_by", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
