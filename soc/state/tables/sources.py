"""Units, networks, sources, counts, imported files."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from soc.state.tables.base import metadata, unit_column
from soc.state.types import Day, Instant, Json, choice


class SourceState(StrEnum):
    """The life of a source; `pending` senders are accepted with unit `unassigned`."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class SourceClass(StrEnum):
    """What kind of thing sends."""

    FIREWALL = "firewall"
    SERVER = "server"
    ENDPOINT = "endpoint"
    APPLICATION = "application"
    SENSOR = "sensor"
    OTHER = "other"


unit = Table(
    "unit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("short_vi", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent", Text),
    Column("valid_from", Day),
    Column("valid_to", Day),
    Column("successor", Text),
)

unit_network = Table(
    "unit_network",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("network", Text, nullable=False),
    unit_column(),
    Column("valid_from", Day),
    Column("valid_to", Day),
)

source = Table(
    "source",
    metadata,
    Column("id", Text, primary_key=True),
    Column("valid_from", Instant, primary_key=True),
    Column("valid_to", Instant),
    Column("name", Text, nullable=False),
    unit_column(),
    Column("contact", Text, nullable=False),
    choice("class", SourceClass),
    Column("product", Text, nullable=False),
    Column("match", Json, nullable=False),
    Column("zone", Text, nullable=False),
    Column("relay", Boolean, nullable=False),
    choice("state", SourceState),
    Index(None, "valid_to", "id"),
)

source_seen = Table(
    "source_seen",
    metadata,
    Column("source_id", Text, primary_key=True),
    unit_column(),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
)

source_count = Table(
    "source_count",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("hour", Instant, primary_key=True),
    Column("fate", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    unit_column(),
    Column("n", BigInteger, nullable=False),
    Index(None, "hour"),
    sqlite_with_rowid=False,
)

imported_file = Table(
    "imported_file",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    unit_column(),
    Column("bytes", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
)
