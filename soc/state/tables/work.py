"""Work of people: jobs over many alerts, saved views, preferences, answers kept for repeated requests."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, Json, choice


class JobState(StrEnum):
    """How far a job is. `stopped`: it could not go on; what it did stays and can be undone."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    UNDOING = "undoing"
    UNDONE = "undone"


class ItemState(StrEnum):
    """What became of one alert. `skipped`: the undo left it, since somebody has changed it after the job."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"
    SKIPPED = "skipped"


job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("actor", Json, nullable=False),
    Column("units", Json),
    Column("wish", Json, nullable=False),
    Column("described", Json, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    choice("state", JobState),
    Column("total", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("undone", BigInteger, nullable=False),
    Column("skipped", BigInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("trouble", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Index(None, "by", "at"),
    Index("ix_job_open", "at", sqlite_where=text("state IN ('waiting', 'running', 'undoing')")),
)

# `before`: the life that the alert had; `revision`: the one that the job left behind.
job_item = Table(
    "job_item",
    metadata,
    Column("job_id", Text, ForeignKey("job.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("alert_id", Text, ForeignKey("alert.id"), nullable=False),
    unit_column(),
    choice("state", ItemState),
    Column("revision", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("before", Json),
    Index(None, "job_id", "state", "place"),
    sqlite_with_rowid=False,
)

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "owner", "page", "name", unique=True),
)

preference = Table(
    "preference",
    metadata,
    Column("account", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
    sqlite_with_rowid=False,
)

# `status` 0: the first request is still being answered.
kept_answer = Table(
    "kept_answer",
    metadata,
    Column("account", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("asked", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Json, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

# Kept by a trigger on `alert`: hits joined without a line of history, and the open pages want to know.
alert_growth = Table(
    "alert_growth",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("alert_id", Text, nullable=False),
    unit_column(),
    Index(None, "alert_id", unique=True),
    sqlite_autoincrement=True,
)
