"""Observations of the hub, which are held, the newest of each series; receipts, findings, heartbeats, versions."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from soc.state.migrations.append_only import append_only
from soc.state.types import Day, Instant, Json

revision = "0009"
down_revision = "0008"

PERIOD_TYPES = "'realtime', 'day', 'week', 'month', 'quarter', 'half_year', 'nine_months', 'school_year', 'year'"
STATUSES = "'estimated', 'preliminary', 'official', 'forecast', 'missing', 'break'"


def upgrade() -> None:
    _observation()
    _observation_hold()
    _observation_latest()
    _batch_receipt()
    _finding()
    _finding_event()
    _heartbeat()
    _loaded_version()


def _observation() -> None:
    op.create_table(
        "observation",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("id", Text, nullable=False),
        Column("content", Text, nullable=False),
        Column("kpi_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        _among("period_type", PERIOD_TYPES),
        Column("start", Day, nullable=False),
        Column("end", Day, nullable=False),
        Column("at", Instant),
        Column("dimensions", Text, nullable=False),
        _among("cumulative", "'none', 'ytd'"),
        Column("forecast", Boolean, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("value", Text),
        Column("numerator", Text),
        Column("denominator", Text),
        _among("status", STATUSES),
        Column("reason", Text, nullable=False),
        Column("definition", Text, nullable=False),
        Column("sensitivity", Text, nullable=False),
        Column("restatement", Json),
        Column("note", Json, nullable=False),
        Column("known_at", Instant, nullable=False),
        Column("batch_id", Text, nullable=False),
        Column("sender", Text, nullable=False),
        Column("held", Boolean, nullable=False),
        UniqueConstraint("id", name="uq_observation_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_observation_kpi_id_unit_id_period_type_start_dimensions",
        "observation",
        ["kpi_id", "unit_id", "period_type", "start", "dimensions"],
    )
    op.create_index("ix_observation_batch_id", "observation", ["batch_id"])
    append_only("observation")


def _among(name: str, values: str) -> Column[str]:
    """A column of the table of observations that takes these words only."""
    check = CheckConstraint(f"{name} IN ({values})", name=f"ck_observation_{name}")
    return Column(name, Text, check, nullable=False)


def _observation_hold() -> None:
    op.create_table(
        "observation_hold",
        Column("seq", Integer, nullable=False, autoincrement=False),
        Column("unit_id", Text, nullable=False),
        Column("codes", Json, nullable=False),
        Column("confirm_before", Instant, nullable=False),
        Column(
            "answer", Text, CheckConstraint("answer IN ('confirmed', 'corrected')", name="ck_observation_hold_answer")
        ),
        Column("answered_at", Instant),
        Column("answered_by", Text),
        Column("reason", Text),
        PrimaryKeyConstraint("seq", name="pk_observation_hold"),
        ForeignKeyConstraint(["seq"], ["observation.seq"], name="fk_observation_hold_seq"),
    )


def _observation_latest() -> None:
    op.create_table(
        "observation_latest",
        Column("kpi_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("period_type", Text, nullable=False),
        Column("dimensions", Text, nullable=False),
        Column("cumulative", Text, nullable=False),
        Column("forecast", Boolean, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("end", Day, nullable=False),
        Column("at", Instant),
        Column("revision", Integer, nullable=False),
        PrimaryKeyConstraint(
            "kpi_id", "unit_id", "period_type", "dimensions", "cumulative", "forecast", name="pk_observation_latest"
        ),
    )


def _batch_receipt() -> None:
    op.create_table(
        "batch_receipt",
        Column("batch_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("sender", Text, nullable=False),
        Column("system", Text, nullable=False),
        Column("method", Text, nullable=False),
        Column("content", Text, nullable=False),
        Column("sent_at", Instant, nullable=False),
        Column("at", Instant, nullable=False),
        Column("gateway", Json, nullable=False),
        Column("summary", Json, nullable=False),
        Column("items", Json, nullable=False),
        Column("unknown", Json, nullable=False),
        PrimaryKeyConstraint("batch_id", name="pk_batch_receipt"),
    )
    op.create_index("ix_batch_receipt_sender_at", "batch_receipt", ["sender", "at"])
    append_only("batch_receipt")


def _finding() -> None:
    op.create_table(
        "finding",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("check", Text, nullable=False),
        Column("kpi_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("period", Text, nullable=False),
        Column("start", Day, nullable=False),
        Column("dimensions", Text, nullable=False),
        Column("figures", Json, nullable=False),
        Column("told", Json, nullable=False),
        Column("owner_unit", Text),
        Column("owner_person", Text, nullable=False),
        Column("opened_at", Instant, nullable=False),
        Column("last_at", Instant, nullable=False),
        Column("due_at", Instant, nullable=False),
        Column("count", Integer, nullable=False),
        Column(
            "answer",
            Text,
            CheckConstraint("answer IN ('explained', 'corrected', 'rule_wrong')", name="ck_finding_answer"),
        ),
        Column("answered_at", Instant),
        UniqueConstraint(
            "check",
            "kpi_id",
            "unit_id",
            "period",
            "dimensions",
            name="uq_finding_check_kpi_id_unit_id_period_dimensions",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_finding_unit_id_opened_at", "finding", ["unit_id", "opened_at"])
    op.create_index("ix_finding_unit_id_start", "finding", ["unit_id", "start"])


def _finding_event() -> None:
    kinds = "'opened', 'seen_again', 'explained', 'corrected', 'rule_wrong', 'returned'"
    op.create_table(
        "finding_event",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("finding_id", Integer, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("by", Text, nullable=False),
        Column("kind", Text, CheckConstraint(f"kind IN ({kinds})", name="ck_finding_event_kind"), nullable=False),
        Column("text", Text, nullable=False),
        Column("evidence", Text, nullable=False),
        ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_finding_event_finding_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_finding_event_finding_id", "finding_event", ["finding_id"])
    append_only("finding_event")


def _heartbeat() -> None:
    op.create_table(
        "heartbeat",
        Column("sender", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("system", Text, nullable=False),
        Column("subsystems", Json),
        Column("at", Instant, nullable=False),
        PrimaryKeyConstraint("sender", name="pk_heartbeat"),
    )


def _loaded_version() -> None:
    op.create_table(
        "loaded_version",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column(
            "kind",
            Text,
            CheckConstraint("kind IN ('catalogue', 'profile', 'units')", name="ck_loaded_version_kind"),
            nullable=False,
        ),
        Column("digest", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("document", Json, nullable=False),
        sqlite_autoincrement=True,
    )
    append_only("loaded_version")
