"""Figures of the tiles, kept for their trend; files that people dropped on the page, with their alerts."""

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, PrimaryKeyConstraint, Text

from soc.state.types import Instant, Json

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _figure_run()
    _figure()
    _dropped_file()
    _dropped_alert()


def _figure_run() -> None:
    op.create_table(
        "figure_run",
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("at", name="pk_figure_run"),
    )


def _figure() -> None:
    op.create_table(
        "figure",
        Column("kpi_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("numerator", BigInteger, nullable=False),
        Column("denominator", BigInteger, nullable=False),
        PrimaryKeyConstraint("kpi_id", "at", "unit_id", name="pk_figure"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_figure_at", "figure", ["at"])


def _dropped_file() -> None:
    op.create_table(
        "dropped_file",
        Column("id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("by", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("name", Text, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("bytes", BigInteger, nullable=False),
        Column(
            "state",
            Text,
            CheckConstraint(
                "state IN ('waiting', 'reading', 'judging', 'done', 'failed')", name="ck_dropped_file_state"
            ),
            nullable=False,
        ),
        Column("read", BigInteger, nullable=False),
        Column("waiting", BigInteger, nullable=False),
        Column("records", BigInteger, nullable=False),
        Column("problems", Json, nullable=False),
        Column("ended_at", Instant),
        PrimaryKeyConstraint("id", name="pk_dropped_file"),
    )
    op.create_index("ix_dropped_file_by_at", "dropped_file", ["by", "at"])


def _dropped_alert() -> None:
    op.create_table(
        "dropped_alert",
        Column("drop_id", Text, ForeignKey("dropped_file.id", name="fk_dropped_alert_drop_id"), nullable=False),
        Column("alert_id", Text, ForeignKey("alert.id", name="fk_dropped_alert_alert_id"), nullable=False),
        Column("unit_id", Text, nullable=False),
        PrimaryKeyConstraint("drop_id", "alert_id", name="pk_dropped_alert"),
        sqlite_with_rowid=False,
    )
