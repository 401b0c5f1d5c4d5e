"""Snapshots of the posture score, and in which hours of their own time sources were heard."""

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Text

from soc.state.migrations.append_only import append_only
from soc.state.types import Day, Instant, Json

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "posture_now",
        Column("unit_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        *_score(),
        PrimaryKeyConstraint("unit_id", name="pk_posture_now"),
    )
    op.create_table(
        "posture_snapshot",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("unit_id", Text, nullable=False),
        Column("day", Day, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", Instant, nullable=False),
        *_score(),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_posture_snapshot_unit_id_day_revision", "posture_snapshot", ["unit_id", "day", "revision"], unique=True
    )
    op.create_index("ix_posture_snapshot_day", "posture_snapshot", ["day"])
    append_only("posture_snapshot")
    op.create_table(
        "source_slot",
        Column("source_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("hours", Integer, nullable=False),
        Column("agreed_at", Instant, nullable=False),
        PrimaryKeyConstraint("source_id", name="pk_source_slot"),
    )
    _heard()


def _score() -> tuple[Column[object], ...]:
    return (
        Column("version", Text, nullable=False),
        Column("exact", Text, nullable=False),
        Column("raw", Text, nullable=False),
        Column("shown", Integer),
        Column("letter", Text, nullable=False),
        Column("trust", Text, nullable=False),
        Column("inputs", Json, nullable=False),
    )


def _heard() -> None:
    """Until now events were counted by receipt alone: the best that is known of the past."""
    op.execute(
        "INSERT INTO source_count (source_id, hour, fate, reason, unit_id, n) "
        "SELECT e.source_id, e.hour, 'heard', '', MIN(e.unit_id), SUM(CASE e.fate WHEN 'event' THEN e.n ELSE -e.n END) "
        "FROM source_count AS e WHERE e.fate IN ('event', 'pipeline_error') GROUP BY e.source_id, e.hour "
        "HAVING SUM(CASE e.fate WHEN 'event' THEN e.n ELSE -e.n END) > 0"
    )
