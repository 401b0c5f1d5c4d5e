"""What orders and narrows the queue: entities of alerts, storms, counts; and what people say of entities."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table, Text, text

from soc.alert import Lane, Level, Status
from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, choice

FACTS = ("owner", "level", "criticality", "note")


def serial() -> Column[int]:
    """A number that grows with every row."""
    return Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


# One row an alert and entity. `kind` is an EntityKind, or `other` for fields that name no entity with a page.
alert_entity = Table(
    "alert_entity",
    metadata,
    serial(),
    Column("alert_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    unit_column(),
    Column("rule_id", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Index(None, "alert_id", "kind", "key", unique=True),
    Index("ix_alert_entity_key", "kind", "key", "raised_at", "alert_id", "unit_id", "rule_id"),
)

# Each entity once, folded without tone marks: what the search box looks through.
entity_name = Table(
    "entity_name",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("text", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Kept by triggers on `alert`, whoever writes it: no page counts a million rows.
alert_count = Table(
    "alert_count",
    metadata,
    Column("unit_id", Text, primary_key=True),
    choice("status", Status, key=True),
    choice("level", Level, key=True),
    choice("lane", Lane, key=True),
    Column("number", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

storm = Table(
    "storm",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule_id", Text, nullable=False),
    Column("rule_key", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("last_over", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("alerts", BigInteger, nullable=False),
    Index("ix_storm_now", "rule_id", unique=True, sqlite_where=text("ended_at IS NULL")),
)

# The last line of a name holds, until its `until`; older lines say what held before.
entity_fact = Table(
    "entity_fact",
    metadata,
    serial(),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, CheckConstraint(f"name IN {FACTS}", name="name"), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    unit_column(),
    Column("until", Instant),
    Index(None, "kind", "key", "name", "seq"),
    sqlite_autoincrement=True,
)
