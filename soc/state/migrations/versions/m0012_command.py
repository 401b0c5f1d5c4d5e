"""Tasks, meetings and warnings."""

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

from soc.state.migrations.append_only import append_only
from soc.state.types import Instant, Json

revision = "0012"
down_revision = "0011"

TASK_STATES = "'assigned', 'accepted', 'in_progress', 'reported', 'returned', 'done', 'cancelled'"
LINKS = "'tile', 'warning', 'meeting'"
ACTORS = "'person', 'system', 'unit_link', 'api_key', 'playbook'"
CAUSES = "'threshold', 'band', 'late', 'lost', 'sum_mismatch', 'posture_drop', 'incident', 'sudden_stop'"
LEVELS = "'info', 'attention', 'serious'"
WARNING_STATES = "'new', 'acknowledged', 'in_progress', 'handled', 'unconfirmed'"
MEETING_STATES = "'prepared', 'ended'"
KINDS = (
    "'figures_due', 'figures_late', 'held', 'warning_new', 'warning_up', "
    "'task_half', 'task_day_before', 'task_due', 'task_overdue', 'digest'"
)
RECEIVERS = "'focal_point', 'unit_head', 'steering'"


def upgrade() -> None:
    _task()
    _task_unit()
    _task_event()
    _warning()
    _warning_event()
    _meeting()
    _meeting_tile()
    _meeting_decision()
    _reminder()


def _task() -> None:
    op.create_table(
        "task",
        Column("id", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("state", Text, CheckConstraint(f"state IN ({TASK_STATES})", name="ck_task_state"), nullable=False),
        Column("due", Instant, nullable=False),
        Column("assigned_by", Text, nullable=False),
        Column("link_kind", Text, CheckConstraint(f"link_kind IN ({LINKS})", name="ck_task_link_kind")),
        Column("link_id", Text),
        Column("revision", Integer, nullable=False),
        Column("record", Json, nullable=False),
        PrimaryKeyConstraint("id", name="pk_task"),
        UniqueConstraint("number", name="uq_task_number"),
    )
    op.create_index("ix_task_link_kind_link_id", "task", ["link_kind", "link_id"])
    op.create_index("ix_task_state_due", "task", ["state", "due"])


def _task_unit() -> None:
    op.create_table(
        "task_unit",
        Column("task_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("lead", Boolean, nullable=False),
        PrimaryKeyConstraint("task_id", "unit_id", name="pk_task_unit"),
    )
    op.create_index("ix_task_unit_unit_id", "task_unit", ["unit_id"])


def _task_event() -> None:
    op.create_table(
        "task_event",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("task_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column(
            "actor_kind",
            Text,
            CheckConstraint(f"actor_kind IN ({ACTORS})", name="ck_task_event_actor_kind"),
            nullable=False,
        ),
        Column("kind", Text, nullable=False),
        Column("before", Json, nullable=False),
        Column("after", Json, nullable=False),
        Column("note", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_task_event_task_id_seq", "task_event", ["task_id", "seq"])
    append_only("task_event")


def _warning() -> None:
    op.create_table(
        "warning",
        Column("id", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("cause", Text, CheckConstraint(f"cause IN ({CAUSES})", name="ck_warning_cause"), nullable=False),
        Column("subject", Text, nullable=False),
        Column("level", Text, CheckConstraint(f"level IN ({LEVELS})", name="ck_warning_level"), nullable=False),
        Column("state", Text, CheckConstraint(f"state IN ({WARNING_STATES})", name="ck_warning_state"), nullable=False),
        Column("open_key", Text),
        Column("raised_at", Instant, nullable=False),
        Column("deadline", Instant, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("record", Json, nullable=False),
        PrimaryKeyConstraint("id", name="pk_warning"),
        UniqueConstraint("number", name="uq_warning_number"),
        UniqueConstraint("open_key", name="uq_warning_open_key"),
    )
    op.create_index("ix_warning_unit_id_state", "warning", ["unit_id", "state"])


def _warning_event() -> None:
    op.create_table(
        "warning_event",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("warning_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column(
            "actor_kind",
            Text,
            CheckConstraint(f"actor_kind IN ({ACTORS})", name="ck_warning_event_actor_kind"),
            nullable=False,
        ),
        Column("kind", Text, nullable=False),
        Column("after", Json, nullable=False),
        Column("note", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_warning_event_warning_id_seq", "warning_event", ["warning_id", "seq"])
    append_only("warning_event")


def _meeting() -> None:
    op.create_table(
        "meeting",
        Column("id", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("as_of", Instant, nullable=False),
        Column("agenda", Text, nullable=False),
        Column("prepared_by", Text, nullable=False),
        Column("state", Text, CheckConstraint(f"state IN ({MEETING_STATES})", name="ck_meeting_state"), nullable=False),
        Column("revision", Integer, nullable=False),
        PrimaryKeyConstraint("id", name="pk_meeting"),
        UniqueConstraint("number", name="uq_meeting_number"),
    )
    op.create_index("ix_meeting_unit_id_at", "meeting", ["unit_id", "at"])


def _meeting_tile() -> None:
    op.create_table(
        "meeting_tile",
        Column("meeting_id", Text, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("position", Integer, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("tile", Text, nullable=False),
        Column("content", Json, nullable=False),
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("meeting_id", "revision", "position", name="pk_meeting_tile"),
    )
    append_only("meeting_tile")


def _meeting_decision() -> None:
    op.create_table(
        "meeting_decision",
        Column("meeting_id", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("position", Integer),
        Column("tile", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("lead", Text, nullable=False),
        Column("due", Instant, nullable=False),
        Column("task_id", Text, nullable=False),
        Column("decided_by", Text, nullable=False),
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("meeting_id", "number", name="pk_meeting_decision"),
    )
    op.create_index("ix_meeting_decision_tile", "meeting_decision", ["tile"])
    append_only("meeting_decision")


def _reminder() -> None:
    op.create_table(
        "reminder",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("key", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("kind", Text, CheckConstraint(f"kind IN ({KINDS})", name="ck_reminder_kind"), nullable=False),
        Column(
            "receiver", Text, CheckConstraint(f"receiver IN ({RECEIVERS})", name="ck_reminder_receiver"), nullable=False
        ),
        Column("text", Json, nullable=False),
        Column("link", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("not_before", Instant, nullable=False),
        Column("sent_at", Instant),
        Column("channel", Text),
        UniqueConstraint("key", name="uq_reminder_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reminder_unit_id_created_at", "reminder", ["unit_id", "created_at"])
