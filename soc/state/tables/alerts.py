"""Alerts and their history."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from soc.alert import ActorKind, Lane, Level, Status, Verdict
from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, Json, choice

FILTERED = ("level", "status", "unit_id", "rule_id", "owner")

# Short columns first: a long row lies mostly on pages of its own, which lists then never touch.
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
    choice("status", Status),
    Column("open", Boolean, nullable=False),
    Column("owner", Text),
    choice("verdict", Verdict, nullable=True),
    Column("reason", Text),
    Column("raised_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("first_event", Instant, nullable=False),
    Column("last_event", Instant, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("since_close", BigInteger, nullable=False),
    Column("previous", Text),
    Column("revision", BigInteger, nullable=False),
    # Its place: band, then `rank`, which is the priority in hundredths below zero, so that one order serves all.
    choice("lane", Lane),
    Column("band", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("waited", Integer, nullable=False),
    Column("risk", Integer, nullable=False),
    Column("asset_level", Integer),
    Column("ordered_at", Instant),
    Column("order_due", Instant),
    Column("ack_due", Instant),
    Column("resolve_due", Instant),
    Column("unit_due", Instant),
    Column("asked_at", Instant),
    Column("taken_at", Instant),
    Column("storm", Integer, ForeignKey("storm.id")),
    Column("text", Text, nullable=False),
    Column("flags", Json, nullable=False),
    Column("weak_filter", Json, nullable=False),
    Column("entities", Json, nullable=False),
    Column("matched", Json, nullable=False),
    Column("correlation", Json),
    Column("samples", Json, nullable=False),
    Index(None, "fingerprint", "number"),
    # The queue in its order, by lane and whole; then everything by age. What filters ask stands in the index itself,
    # so that a filter walks narrow entries and reads no row that it does not show.
    Index("ix_alert_lane", "lane", "band", "rank", "raised_at", "id", *FILTERED, sqlite_where=text("open = 1")),
    Index("ix_alert_queue", "band", "rank", "raised_at", "id", "lane", *FILTERED, sqlite_where=text("open = 1")),
    Index(
        "ix_alert_limits",
        *("lane", "resolve_due", "ack_due", "unit_due", "taken_at", "id", *FILTERED),
        sqlite_where=text("open = 1"),
    ),
    Index("ix_alert_closed", "closed_at", "unit_id", "resolve_due", sqlite_where=text("open = 0")),
    Index("ix_alert_age", "raised_at", "id", "lane", *FILTERED),
    Index(None, "rule_id", "raised_at", "id"),
    Index(None, "unit_id", "raised_at", "id"),
    Index("ix_alert_owner", "owner", "raised_at", "id", sqlite_where=text("owner IS NOT NULL")),
    Index("ix_alert_verdict", "rule_id", "verdict", sqlite_where=text("verdict IS NOT NULL")),
    Index("ix_alert_order_due", "order_due", sqlite_where=text("order_due IS NOT NULL")),
    Index("ix_alert_unit_due", "unit_due", sqlite_where=text("unit_due IS NOT NULL")),
    Index("ix_alert_storm", "storm", "open", "unit_id", sqlite_where=text("storm IS NOT NULL")),
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
