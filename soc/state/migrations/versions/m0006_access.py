"""Access: second factors, recovery codes, idle accounts, reviews.

Sessions and links live minutes: their tables are made anew, and whoever was signed in signs in again.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from soc.state.types import Instant, Json

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.drop_table("session")
    op.drop_table("setup_link")
    _session()
    _setup_link()
    _account_care()
    _factor()
    _recovery_code()
    _sign_in_log()
    _notice()
    _unmasking()
    _access_review()


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
        Column(
            "stage",
            Text,
            CheckConstraint("stage IN ('open', 'factor', 'enrol', 'password')", name="ck_session_stage"),
            nullable=False,
        ),
        Column("factor_at", Instant),
        Column("locked_at", Instant),
        PrimaryKeyConstraint("hash", name="pk_session"),
        UniqueConstraint("handle", name="uq_session_handle"),
    )
    op.create_index("ix_session_account_seen_at", "session", ["account", "seen_at"])


def _setup_link() -> None:
    op.create_table(
        "setup_link",
        Column("hash", LargeBinary, nullable=False),
        Column("account", Text),
        Column(
            "purpose",
            Text,
            CheckConstraint("purpose IN ('set_up', 'enter', 'reset')", name="ck_setup_link_purpose"),
            nullable=False,
        ),
        Column("roles", Json, nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
        Column("used_at", Instant),
        PrimaryKeyConstraint("hash", name="pk_setup_link"),
    )


def _account_care() -> None:
    op.create_table(
        "account_care",
        Column("account", Text, ForeignKey("person.account", name="fk_account_care_account"), nullable=False),
        Column("factor_by", Instant),
        Column("password_at", Instant),
        Column("idle_warned_at", Instant),
        Column("let_in_at", Instant),
        Column("break_glass", Boolean, nullable=False),
        PrimaryKeyConstraint("account", name="pk_account_care"),
    )


def _factor() -> None:
    op.create_table(
        "factor",
        Column("account", Text, ForeignKey("person.account", name="fk_factor_account"), nullable=False),
        Column("secret", LargeBinary),
        Column("pending", LargeBinary),
        Column("made_at", Instant, nullable=False),
        Column("last_step", BigInteger, nullable=False),
        PrimaryKeyConstraint("account", name="pk_factor"),
    )


def _recovery_code() -> None:
    op.create_table(
        "recovery_code",
        Column("hash", LargeBinary, nullable=False),
        Column("account", Text, ForeignKey("person.account", name="fk_recovery_code_account"), nullable=False),
        Column("used_at", Instant),
        PrimaryKeyConstraint("hash", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_account", "recovery_code", ["account"])


def _sign_in_log() -> None:
    op.create_table(
        "sign_in_log",
        Column("id", Integer, nullable=False),
        Column("account", Text, ForeignKey("person.account", name="fk_sign_in_log_account"), nullable=False),
        Column("at", Instant, nullable=False),
        Column("address", Text, nullable=False),
        Column("network", Text, nullable=False),
        Column("agent", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_sign_in_log"),
    )
    op.create_index("ix_sign_in_log_account_at", "sign_in_log", ["account", "at"])


def _notice() -> None:
    op.create_table(
        "notice",
        Column("id", Integer, nullable=False),
        Column("account", Text, ForeignKey("person.account", name="fk_notice_account"), nullable=False),
        Column("kind", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("told", Json, nullable=False),
        Column("read_at", Instant),
        PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_account_at", "notice", ["account", "at"])


def _unmasking() -> None:
    op.create_table(
        "unmasking",
        Column("id", Integer, nullable=False),
        Column("account", Text, ForeignKey("person.account", name="fk_unmasking_account"), nullable=False),
        Column("unit_id", Text, nullable=False),
        Column("session", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("case_number", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("until", Instant, nullable=False),
        PrimaryKeyConstraint("id", name="pk_unmasking"),
    )
    op.create_index("ix_unmasking_account_until", "unmasking", ["account", "until"])


def _access_review() -> None:
    op.create_table(
        "access_review",
        Column("id", Integer, nullable=False),
        Column("signed_at", Instant, nullable=False),
        Column("signed_by", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("list", Json, nullable=False),
        Column("note", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_access_review"),
    )
    op.create_index("ix_access_review_signed_at", "access_review", ["signed_at"])
