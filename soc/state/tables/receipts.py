"""What the hub answered, what it must ask, who is alive, and which data were in force when."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from soc.state.tables.base import metadata, unit_column
from soc.state.types import Day, Instant, Json, choice


class FindingAnswer(StrEnum):
    """What the owner said: the figure is right, it was put right, or the check is wrong."""

    EXPLAINED = "explained"
    CORRECTED = "corrected"
    RULE_WRONG = "rule_wrong"


class FindingEventKind(StrEnum):
    """A line in the life of a finding. RETURNED: the operator does not agree that the check is wrong."""

    OPENED = "opened"
    SEEN_AGAIN = "seen_again"
    EXPLAINED = "explained"
    CORRECTED = "corrected"
    RULE_WRONG = "rule_wrong"
    RETURNED = "returned"


class Loaded(StrEnum):
    """What was loaded: `as_of` reads with the version that was in force then."""

    CATALOGUE = "catalogue"
    PROFILE = "profile"
    UNITS = "units"


# Append-only. `unit_id`: whose key or account sent it; `items`: the receipt, every item that is not plainly accepted.
batch_receipt = Table(
    "batch_receipt",
    metadata,
    Column("batch_id", Text, primary_key=True),
    unit_column(),
    Column("sender", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("gateway", Json, nullable=False),
    Column("summary", Json, nullable=False),
    Column("items", Json, nullable=False),
    Column("unknown", Json, nullable=False),
    Index(None, "sender", "at"),
)

# Same check, same figure, same period is one finding with a count.
finding = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("check", Text, nullable=False),
    Column("kpi_id", Text, nullable=False),
    unit_column(),
    Column("period", Text, nullable=False),
    Column("start", Day, nullable=False),
    Column("dimensions", Text, nullable=False),
    Column("figures", Json, nullable=False),
    Column("told", Json, nullable=False),
    Column("owner_unit", Text),
    Column("owner_person", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("count", Integer, nullable=False),
    choice("answer", FindingAnswer, nullable=True),
    Column("answered_at", Instant),
    UniqueConstraint("check", "kpi_id", "unit_id", "period", "dimensions"),
    Index(None, "unit_id", "opened_at"),
    Index(None, "unit_id", "start"),
    sqlite_autoincrement=True,
)

# Append-only: answers are part of the figure's history.
finding_event = Table(
    "finding_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("finding_id", ForeignKey("finding.id"), nullable=False, index=True),
    unit_column(),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    choice("kind", FindingEventKind),
    Column("text", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    sqlite_autoincrement=True,
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("sender", Text, primary_key=True),
    unit_column(),
    Column("system", Text, nullable=False),
    Column("subsystems", Json),
    Column("at", Instant, nullable=False),
)

# Append-only: a version begins to hold when it is loaded, and holds until the next of its kind.
loaded_version = Table(
    "loaded_version",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    choice("kind", Loaded),
    Column("digest", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("document", Json, nullable=False),
    sqlite_autoincrement=True,
)
