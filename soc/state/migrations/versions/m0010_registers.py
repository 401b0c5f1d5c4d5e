"""The registers: systems, incidents, scans and weaknesses, external figures."""

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

from soc.state.migrations.append_only import append_only
from soc.state.types import Day, Instant, Json

revision = "0010"
down_revision = "0009"

LEVELS = "'critical', 'high', 'medium', 'low', 'informational'"
STATES = "'suspected', 'confirmed', 'contained', 'closed', 'dismissed'"
CATEGORIES = (
    "'malware', 'intrusion', 'denial_of_service', 'data_leak', 'defacement', 'phishing', 'supplier', 'insider', "
    "'system_failure', 'operator_error', 'natural_cause', 'other'"
)
SEVERITIES = "'serious', 'high', 'medium', 'low'"
ACTORS = "'person', 'system', 'unit_link', 'api_key', 'playbook'"


def upgrade() -> None:
    _system()
    _expected_source()
    _scan()
    _weakness()
    _external()
    _incident()
    _incident_event()


def _system() -> None:
    op.create_table(
        "system",
        Column("id", Text, nullable=False),
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant),
        Column("name", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("level", Integer, CheckConstraint("level BETWEEN 1 AND 5", name="ck_system_level")),
        Column("decision_number", Text, nullable=False),
        Column("decision_date", Day),
        Column("deadline", Day),
        Column("contact", Text, nullable=False),
        Column("retired", Boolean, nullable=False),
        PrimaryKeyConstraint("id", "valid_from", name="pk_system"),
    )
    op.create_index("ix_system_unit_id", "system", ["unit_id"])


def _expected_source() -> None:
    op.create_table(
        "expected_source",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("system_id", Text, nullable=False),
        Column("source_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("since", Day, nullable=False),
        Column("added_by", Text, nullable=False),
        Column("added_at", Instant, nullable=False),
        Column("removed_since", Day),
        Column("removal_reason", Text),
        Column("removal_asked_by", Text),
        Column("removal_asked_at", Instant),
        Column("removal_approved_by", Text),
        Column("removal_approved_at", Instant),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_expected_source_system_id_source_id", "expected_source", ["system_id", "source_id"])


def _scan() -> None:
    op.create_table(
        "system_scan",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("system_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("scanned_on", Day, nullable=False),
        Column("by", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_system_scan_system_id_scanned_on_by", "system_scan", ["system_id", "scanned_on", "by"], unique=True
    )


def _weakness() -> None:
    op.create_table(
        "weakness",
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("system_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("level", Text, CheckConstraint(f"level IN ({LEVELS})", name="ck_weakness_level"), nullable=False),
        Column("found_on", Day, nullable=False),
        Column("due", Day, nullable=False),
        Column("fixed_on", Day),
        Column("recorded_at", Instant, nullable=False),
        Column("revision", Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_weakness_system_id_code_found_on", "weakness", ["system_id", "code", "found_on"], unique=True)
    op.create_index("ix_weakness_unit_id_due", "weakness", ["unit_id", "due"])


def _external() -> None:
    op.create_table(
        "endpoint_count",
        Column("unit_id", Text, nullable=False),
        Column("day", Day, nullable=False),
        Column("given_by", Text, nullable=False),
        Column("machines", Integer, nullable=False),
        Column("protected", Integer, nullable=False),
        Column("current", Integer),
        Column("detections", Integer),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        PrimaryKeyConstraint("unit_id", "day", "given_by", name="pk_endpoint_count"),
    )
    op.create_table(
        "botnet_address",
        Column("unit_id", Text, nullable=False),
        Column("day", Day, nullable=False),
        Column("address", Text, nullable=False),
        Column("given_by", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        PrimaryKeyConstraint("unit_id", "day", "address", "given_by", name="pk_botnet_address"),
    )


def _incident() -> None:
    op.create_table(
        "incident",
        Column("id", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("state", Text, CheckConstraint(f"state IN ({STATES})", name="ck_incident_state"), nullable=False),
        Column(
            "category",
            Text,
            CheckConstraint(f"category IN ({CATEGORIES})", name="ck_incident_category"),
            nullable=False,
        ),
        Column(
            "severity",
            Text,
            CheckConstraint(f"severity IN ({SEVERITIES})", name="ck_incident_severity"),
            nullable=False,
        ),
        Column("t0", Instant, nullable=False),
        Column("confirmed_at", Instant),
        Column("contained_at", Instant),
        Column("closed_at", Instant),
        Column("revision", Integer, nullable=False),
        Column("record", Json, nullable=False),
        PrimaryKeyConstraint("id", name="pk_incident"),
        UniqueConstraint("number", name="uq_incident_number"),
    )
    op.create_index("ix_incident_unit_id_t0", "incident", ["unit_id", "t0"])
    op.create_index("ix_incident_state_t0", "incident", ["state", "t0"])


def _incident_event() -> None:
    op.create_table(
        "incident_event",
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("incident_id", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column(
            "actor_kind",
            Text,
            CheckConstraint(f"actor_kind IN ({ACTORS})", name="ck_incident_event_actor_kind"),
            nullable=False,
        ),
        Column("kind", Text, nullable=False),
        Column("before", Json, nullable=False),
        Column("after", Json, nullable=False),
        Column("note", Text, nullable=False),
        Column("request_id", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_event_incident_id_seq", "incident_event", ["incident_id", "seq"])
    append_only("incident_event")
