"""Sources: what the rhythm of each source is, how its clock stands, who looks after it, which fields it sends."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Text

from soc.state.types import Day, Instant, Json

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _source_rhythm()
    _source_gap()
    _source_clock()
    _source_care()
    _route_seen()


def _source_rhythm() -> None:
    op.create_table(
        "source_rhythm",
        Column("source_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("learned_at", Instant, nullable=False),
        Column("days", Integer, nullable=False),
        Column("profile", Json, nullable=False),
        Column("need", BigInteger, nullable=False),
        Column("gap", BigInteger, nullable=False),
        Column("silent_after", BigInteger, nullable=False),
        Column("silent_since", Instant),
        PrimaryKeyConstraint("source_id", name="pk_source_rhythm"),
    )


def _source_gap() -> None:
    op.create_table(
        "source_gap",
        Column("source_id", Text, nullable=False),
        Column("hour", Instant, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("seconds", BigInteger, nullable=False),
        PrimaryKeyConstraint("source_id", "hour", name="pk_source_gap"),
    )
    op.create_index("ix_source_gap_hour", "source_gap", ["hour"])


def _source_clock() -> None:
    op.create_table(
        "source_clock",
        Column("source_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("skew", BigInteger, nullable=False),
        Column("events", BigInteger, nullable=False),
        PrimaryKeyConstraint("source_id", name="pk_source_clock"),
    )


def _source_care() -> None:
    op.create_table(
        "source_care",
        Column("source_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("level", Integer),
        PrimaryKeyConstraint("source_id", name="pk_source_care"),
    )


def _route_seen() -> None:
    op.create_table(
        "route_seen",
        Column("source_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("route", Text, nullable=False),
        Column("day", Day, nullable=False),
        Column("fields", Json, nullable=False),
        PrimaryKeyConstraint("source_id", "unit_id", "route", "day", name="pk_route_seen"),
    )
    op.create_index("ix_route_seen_day", "route_seen", ["day"])
