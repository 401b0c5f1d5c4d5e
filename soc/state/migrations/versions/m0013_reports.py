"""Reports with their workflow."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, Integer, PrimaryKeyConstraint, Text

from soc.state.migrations.append_only import append_only
from soc.state.types import Instant, Json

revision = "0013"
down_revision = "0012"

STATES = "'draft', 'review', 'issued', 'replaced'"


def upgrade() -> None:
    op.create_table(
        "report",
        Column("id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("state", Text, CheckConstraint(f"state IN ({STATES})", name="ck_report_state"), nullable=False),
        Column("kind", Text, nullable=False),
        Column("label", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("record", Json, nullable=False),
        PrimaryKeyConstraint("id", name="pk_report"),
    )
    op.create_index("ix_report_kind_label", "report", ["kind", "label"])
    op.create_table(
        "report_event",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("report_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("after", Json, nullable=False),
        Column("note", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_event_report_id_seq", "report_event", ["report_id", "seq"])
    append_only("report_event")
