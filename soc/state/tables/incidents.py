"""Incidents: the newest state of each, and the append-only history that it can be made from again."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from soc.alert import ActorKind
from soc.incident import Category, Severity, State
from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, Json, choice

# `record`: all of it, as the history says; the other columns are what lists ask for.
incident = Table(
    "incident",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    unit_column(),
    choice("state", State),
    choice("category", Category),
    choice("severity", Severity),
    Column("t0", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("contained_at", Instant),
    Column("closed_at", Instant),
    Column("revision", Integer, nullable=False),
    Column("record", Json, nullable=False),
    Index(None, "unit_id", "t0"),
    Index(None, "state", "t0"),
)

# `after`: the fields that changed, whole; one after the other they are the incident at any moment of known time.
incident_event = Table(
    "incident_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("incident_id", Text, nullable=False),
    unit_column(),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    choice("actor_kind", ActorKind),
    Column("kind", Text, nullable=False),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Index(None, "incident_id", "seq"),
    sqlite_autoincrement=True,
)
