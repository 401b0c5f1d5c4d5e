"""The loops and the correlator: positions, numbers, rule cards, hits."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, Json

position = Table(
    "position",
    metadata,
    Column("role", Text, primary_key=True),
    Column("lane", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

fact = Table(
    "fact",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
    Column("at", Instant, nullable=False),
)

# `text`: its titles, folded for search; `tactics`: short names of ATT&CK tactics, a blank around each.
rule_card = Table(
    "rule_card",
    metadata,
    Column("key", Text, primary_key=True),
    Column("rule_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("tactics", Text, nullable=False),
    Column("card", Json, nullable=False),
)

hit = Table(
    "hit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("rule_id", Text, nullable=False),
    Column("rule_key", Text, ForeignKey("rule_card.key"), nullable=False),
    Column("at", Instant, nullable=False),
    unit_column(),
    Column("entities", Json, nullable=False),
    Column("matched", Json, nullable=False),
    Column("event_ids", Json, nullable=False),
    Column("events", Json, nullable=False),
    Column("correlation", Json),
    Column("count", BigInteger, nullable=False),
    Column("weak_filter", Json, nullable=False),
    Index(None, "rule_id", "at"),
)

# A table of its own: attaching then never rewrites the wide row.
alert_hit = Table(
    "alert_hit",
    metadata,
    Column("alert_id", Text, primary_key=True),
    Column("hit_id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    unit_column(),
    Index(None, "alert_id", "at", "hit_id"),
    sqlite_with_rowid=False,
)

# The key's order serves one group's window; the second index serves the rebuild of all windows, the third expiry.
base_hit = Table(
    "base_hit",
    metadata,
    Column("correlation", Text, primary_key=True),
    Column("group_key", Text, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("rule_id", Text, primary_key=True),
    Column("group", Json, nullable=False),
    Column("values", Json, nullable=False),
    unit_column(),
    Column("event", Json),
    Column("arrived", Instant, nullable=False),
    Index(None, "at", "event_id"),
    Index(None, "arrived"),
)
