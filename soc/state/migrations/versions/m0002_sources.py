"""Units, networks, sources, counts, imported files."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Integer, PrimaryKeyConstraint, Text

from soc.state.types import Day, Instant, Json

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _unit()
    _unit_network()
    _source()
    _source_seen()
    _source_count()
    _imported_file()


def _unit() -> None:
    op.create_table(
        "unit",
        Column("id", Text, nullable=False),
        Column("name_vi", Text, nullable=False),
        Column("name_en", Text, nullable=False),
        Column("short_vi", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("parent", Text),
        Column("valid_from", Day),
        Column("valid_to", Day),
        Column("successor", Text),
        PrimaryKeyConstraint("id", name="pk_unit"),
    )


def _unit_network() -> None:
    op.create_table(
        "unit_network",
        Column("id", Integer, nullable=False),
        Column("network", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("valid_from", Day),
        Column("valid_to", Day),
        PrimaryKeyConstraint("id", name="pk_unit_network"),
    )


def _source() -> None:
    op.create_table(
        "source",
        Column("id", Text, nullable=False),
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant),
        Column("name", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("contact", Text, nullable=False),
        Column(
            "class",
            Text,
            CheckConstraint(
                "class IN ('firewall', 'server', 'endpoint', 'application', 'sensor', 'other')", name="ck_source_class"
            ),
            nullable=False,
        ),
        Column("product", Text, nullable=False),
        Column("match", Json, nullable=False),
        Column("zone", Text, nullable=False),
        Column("relay", Boolean, nullable=False),
        Column(
            "state",
            Text,
            CheckConstraint("state IN ('pending', 'active', 'paused', 'retired')", name="ck_source_state"),
            nullable=False,
        ),
        PrimaryKeyConstraint("id", "valid_from", name="pk_source"),
    )
    op.create_index("ix_source_valid_to_id", "source", ["valid_to", "id"])


def _source_seen() -> None:
    op.create_table(
        "source_seen",
        Column("source_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("first_seen", Instant, nullable=False),
        Column("last_seen", Instant, nullable=False),
        PrimaryKeyConstraint("source_id", name="pk_source_seen"),
    )


def _source_count() -> None:
    op.create_table(
        "source_count",
        Column("source_id", Text, nullable=False),
        Column("hour", Instant, nullable=False),
        Column("fate", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("n", BigInteger, nullable=False),
        PrimaryKeyConstraint("source_id", "hour", "fate", "reason", name="pk_source_count"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_source_count_hour", "source_count", ["hour"])


def _imported_file() -> None:
    op.create_table(
        "imported_file",
        Column("sha256", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("bytes", BigInteger, nullable=False),
        Column("records", BigInteger, nullable=False),
        Column("at", Instant, nullable=False),
        Column("by", Text, nullable=False),
        PrimaryKeyConstraint("sha256", name="pk_imported_file"),
    )
