"""Tasks, warnings, meetings, and the outbox of reminders."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from soc.alert import ActorKind
from soc.meeting import MeetingState
from soc.reminder import Receiver, ReminderKind
from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, Json, choice
from soc.task import LinkKind, TaskState
from soc.warning import WarningCause, WarningLevel, WarningState

# `unit_id`: the lead unit. `record`: all of it; the other columns are what lists ask for.
task = Table(
    "task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    unit_column(),
    choice("state", TaskState),
    Column("due", Instant, nullable=False),
    Column("assigned_by", Text, nullable=False),
    choice("link_kind", LinkKind, nullable=True),
    Column("link_id", Text),
    Column("revision", Integer, nullable=False),
    Column("record", Json, nullable=False),
    Index(None, "state", "due"),
    Index(None, "link_kind", "link_id"),
)

# Every unit that a task concerns: the lead and those who help.
task_unit = Table(
    "task_unit",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column("unit_id", Text, primary_key=True),
    Column("lead", Boolean, nullable=False),
    Index(None, "unit_id"),
)

task_event = Table(
    "task_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("task_id", Text, nullable=False),
    unit_column(),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    choice("actor_kind", ActorKind),
    Column("kind", Text, nullable=False),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "task_id", "seq"),
    sqlite_autoincrement=True,
)

# `open_key`: cause, subject and unit while it is open, so that there is one of a kind; none once it is closed.
warning = Table(
    "warning",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    unit_column(),
    choice("cause", WarningCause),
    Column("subject", Text, nullable=False),
    choice("level", WarningLevel),
    choice("state", WarningState),
    Column("open_key", Text, unique=True),
    Column("raised_at", Instant, nullable=False),
    Column("deadline", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("record", Json, nullable=False),
    Index(None, "unit_id", "state"),
)

warning_event = Table(
    "warning_event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("warning_id", Text, nullable=False),
    unit_column(),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    choice("actor_kind", ActorKind),
    Column("kind", Text, nullable=False),
    Column("after", Json, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "warning_id", "seq"),
    sqlite_autoincrement=True,
)

meeting = Table(
    "meeting",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    unit_column(),
    Column("title", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("as_of", Instant, nullable=False),
    Column("agenda", Text, nullable=False),
    Column("prepared_by", Text, nullable=False),
    choice("state", MeetingState),
    Column("revision", Integer, nullable=False),
    Index(None, "unit_id", "at"),
)

# What was shown: never changed. A set that is frozen anew is a new revision of the meeting.
meeting_tile = Table(
    "meeting_tile",
    metadata,
    Column("meeting_id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    unit_column(),
    Column("tile", Text, nullable=False),
    Column("content", Json, nullable=False),
    Column("at", Instant, nullable=False),
)

meeting_decision = Table(
    "meeting_decision",
    metadata,
    Column("meeting_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    unit_column(),
    Column("position", Integer),
    Column("tile", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("due", Instant, nullable=False),
    Column("task_id", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "tile"),
)

# `key`: what it is about, so that it is written once. No channel sends yet: `sent_at` stays empty.
reminder = Table(
    "reminder",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    unit_column(),
    choice("kind", ReminderKind),
    choice("receiver", Receiver),
    Column("text", Json, nullable=False),
    Column("link", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("channel", Text),
    Index(None, "unit_id", "created_at"),
    sqlite_autoincrement=True,
)
