"""Figures handed to the hub: every revision, which of them wait for an answer, and the newest of each series."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from soc.observation import Cumulative, Status
from soc.period import PeriodType
from soc.state.tables.base import metadata, unit_column
from soc.state.types import Day, Instant, Json, choice


class HoldAnswer(StrEnum):
    """What the unit said of a held value. CORRECTED: a new revision replaces it."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


# Append-only: known time is `known_at`, valid time is the period. Dimensions are canonical JSON, "{}" for the total.
observation = Table(
    "observation",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("content", Text, nullable=False),
    Column("kpi_id", Text, nullable=False),
    unit_column(),
    choice("period_type", PeriodType),
    Column("start", Day, nullable=False),
    Column("end", Day, nullable=False),
    Column("at", Instant),
    Column("dimensions", Text, nullable=False),
    choice("cumulative", Cumulative),
    Column("forecast", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("value", Text),
    Column("numerator", Text),
    Column("denominator", Text),
    choice("status", Status),
    Column("reason", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("sensitivity", Text, nullable=False),
    Column("restatement", Json),
    Column("note", Json, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("batch_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("held", Boolean, nullable=False),
    Index(None, "kpi_id", "unit_id", "period_type", "start", "dimensions"),
    Index(None, "batch_id"),
    sqlite_autoincrement=True,
)

# A held value is never shown as current until its unit has confirmed it; time alone never accepts it.
observation_hold = Table(
    "observation_hold",
    metadata,
    Column("seq", ForeignKey("observation.seq"), primary_key=True, autoincrement=False),
    unit_column(),
    Column("codes", Json, nullable=False),
    Column("confirm_before", Instant, nullable=False),
    choice("answer", HoldAnswer, nullable=True),
    Column("answered_at", Instant),
    Column("answered_by", Text),
    Column("reason", Text),
)

# The revision in force of the newest period of each series: what faces ask for all the time.
observation_latest = Table(
    "observation_latest",
    metadata,
    Column("kpi_id", Text, primary_key=True),
    Column("unit_id", Text, primary_key=True),
    Column("period_type", Text, primary_key=True),
    Column("dimensions", Text, primary_key=True),
    Column("cumulative", Text, primary_key=True),
    Column("forecast", Boolean, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("end", Day, nullable=False),
    Column("at", Instant),
    Column("revision", Integer, nullable=False),
)
