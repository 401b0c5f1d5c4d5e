"""Why a subsystem is not in use."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, Integer, Text

from soc.state.migrations.append_only import append_only
from soc.state.types import Day, Instant

revision = "0014"
down_revision = "0013"

REASONS = "'no_software', 'no_agreement', 'no_connection', 'under_review', 'withdrawn'"


def upgrade() -> None:
    op.create_table(
        "readiness_reason",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("subsystem", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column(
            "reason",
            Text,
            CheckConstraint(f"reason IN ({REASONS})", name="ck_readiness_reason_reason"),
            nullable=False,
        ),
        Column("person", Text, nullable=False),
        Column("said_on", Day, nullable=False),
        Column("next_step", Text, nullable=False),
        Column("deadline", Day),
        Column("account", Text, nullable=False),
        Column("at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_readiness_reason_subsystem_seq", "readiness_reason", ["subsystem", "seq"])
    append_only("readiness_reason")
