"""Alerts and their history."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from soc.alert import ActorKind, Level, Status, Verdict
from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, Json, choice

alert = Table(
    "alert",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("fingerprint", Text, nullable=False),
    Column("rule_id", Text, nullable=False),
    Column("rule_key", Text, ForeignKey("rule_card.key"), nullable=False),
    unit_column(),
    choice("level", Level),
    Column("band", Integer, nullable=False),
    choice("status", Status),
    Column("open", Boolean, nullable=False),
    Column("owner", Text),
    choice("verdict", Verdict, nullable=True),
    Column("reason", Text),
    Column("flags", Json, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("first_event", Instant, nullable=False),
    Column("last_event", Instant, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("since_close", BigInteger, nullable=False),
    Column("entities", Json, nullable=False),
    Column("matched", Json, nullable=False),
    Column("samples", Json, nullable=False),
    Column("correlation", Json),
    Column("weak_filter", Json, nullable=False),
    Column("previous", Text),
    Column("text", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index(None, "fingerprint", "number"),
    # The queue: open alerts in their order; the rest by age. Filters walk these, never a sort of the table.
    Index("ix_alert_queue", "band", "raised_at", "id", sqlite_where=text("open = 1")),
    Index(None, "raised_at", "id"),
    Index(None, "rule_id", "raised_at", "id"),
    Index(None, "unit_id", "raised_at", "id"),
    Index(None, "status", "level", "unit_id"),
    Index("ix_alert_owner", "owner", "raised_at", "id", sqlite_where=text("owner IS NOT NULL")),
)

alert_event = Table(
    "alert_event",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("alert_id", Text, ForeignKey("alert.id"), nullable=False),
    unit_column(),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    choice("actor_kind", ActorKind),
    Column("kind", Text, nullable=False),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Index(None, "alert_id", "seq"),
    sqlite_autoincrement=True,
)
