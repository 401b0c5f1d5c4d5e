"""People, grants, sessions, keys, audit."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from soc.state.migrations.append_only import append_only
from soc.state.types import Day, Instant, Json

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _person()
    _grant()
    _setup_link()
    _session()
    _sign_in_wait()
    _api_key()
    _audit()
    append_only("audit")


def _person() -> None:
    op.create_table(
        "person",
        Column("account", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column(
            "state", Text, CheckConstraint("state IN ('active', 'disabled')", name="ck_person_state"), nullable=False
        ),
        Column("password", Text),
        Column("language", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("last_sign_in", Instant),
        PrimaryKeyConstraint("account", name="pk_person"),
    )


def _grant() -> None:
    op.create_table(
        "grant",
        Column("id", Integer, nullable=False),
        Column("account", Text, ForeignKey("person.account", name="fk_grant_account"), nullable=False),
        Column(
            "role",
            Text,
            CheckConstraint(
                "role IN ('leader', 'unit_contact', 'analyst', 'shift_lead', 'it_centre', 'admin', 'auditor')",
                name="ck_grant_role",
            ),
            nullable=False,
        ),
        Column("unit_id", Text, nullable=False),
        Column("since", Day, nullable=False),
        Column("until", Day),
        Column("given_by", Text, nullable=False),
        Column("given_at", Instant, nullable=False),
        PrimaryKeyConstraint("id", name="pk_grant"),
    )
    op.create_index("ix_grant_account", "grant", ["account"])


def _setup_link() -> None:
    op.create_table(
        "setup_link",
        Column("hash", LargeBinary, nullable=False),
        Column("account", Text),
        Column("roles", Json, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
        Column("used_at", Instant),
        PrimaryKeyConstraint("hash", name="pk_setup_link"),
    )


def _session() -> None:
    op.create_table(
        "session",
        Column("hash", LargeBinary, nullable=False),
        Column("handle", Text, nullable=False),
        Column("account", Text, ForeignKey("person.account", name="fk_session_account"), nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("seen_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
        Column("address", Text, nullable=False),
        Column("agent", Text, nullable=False),
        PrimaryKeyConstraint("hash", name="pk_session"),
        UniqueConstraint("handle", name="uq_session_handle"),
    )
    op.create_index("ix_session_account_seen_at", "session", ["account", "seen_at"])


def _sign_in_wait() -> None:
    op.create_table(
        "sign_in_wait",
        Column("account", Text, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("wait_until", Instant),
        Column("last_at", Instant, nullable=False),
        PrimaryKeyConstraint("account", name="pk_sign_in_wait"),
    )


def _api_key() -> None:
    op.create_table(
        "api_key",
        Column("id", Text, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        Column("name", Text, nullable=False),
        Column("scopes", Json, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("made_by", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
        Column("last_used", Instant),
        Column("revoked_at", Instant),
        PrimaryKeyConstraint("id", name="pk_api_key"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), nullable=False, autoincrement=False),
        Column("at", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column(
            "actor_kind",
            Text,
            CheckConstraint(
                "actor_kind IN ('person', 'system', 'unit_link', 'api_key', 'playbook')", name="ck_audit_actor_kind"
            ),
            nullable=False,
        ),
        Column("session", Text, nullable=False),
        Column("address", Text, nullable=False),
        Column("act", Text, nullable=False),
        Column("object", Text, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("before", Json, nullable=False),
        Column("after", Json, nullable=False),
        Column("reason", Text, nullable=False),
        Column("result", Text, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
