"""Why a subsystem is not in use: what people said, each time anew (ioc-hub.md 2.4)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column, Index, Integer, Table, Text

from soc.state.tables.base import metadata, unit_column
from soc.state.types import Day, Instant, choice


class SaidReason(StrEnum):
    """The reasons that a person gives; the hub sets the others with figures. WITHDRAWN: it holds no longer."""

    NO_SOFTWARE = "no_software"
    NO_AGREEMENT = "no_agreement"
    NO_CONNECTION = "no_connection"
    UNDER_REVIEW = "under_review"
    WITHDRAWN = "withdrawn"


# Append-only: the last line of a subsystem counts. The unit is the one that answers for the subsystem.
readiness_reason = Table(
    "readiness_reason",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("subsystem", Text, nullable=False),
    unit_column(),
    choice("reason", SaidReason),
    Column("person", Text, nullable=False),
    Column("said_on", Day, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("deadline", Day),
    Column("account", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "subsystem", "seq"),
    sqlite_autoincrement=True,
)
