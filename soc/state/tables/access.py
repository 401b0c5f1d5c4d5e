"""Second factors, notices to people, unmasking, and the review of who may do what."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from soc.state.tables.base import metadata, unit_column
from soc.state.types import Instant, Json

account_care = Table(
    "account_care",
    metadata,
    Column("account", Text, ForeignKey("person.account"), primary_key=True),
    Column("factor_by", Instant),
    Column("password_at", Instant),
    Column("idle_warned_at", Instant),
    Column("let_in_at", Instant),
    Column("break_glass", Boolean, nullable=False),
)

factor = Table(
    "factor",
    metadata,
    Column("account", Text, ForeignKey("person.account"), primary_key=True),
    Column("secret", LargeBinary),
    Column("pending", LargeBinary),
    Column("made_at", Instant, nullable=False),
    Column("last_step", BigInteger, nullable=False),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("account", Text, ForeignKey("person.account"), nullable=False),
    Column("used_at", Instant),
    Index(None, "account"),
)

sign_in_log = Table(
    "sign_in_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Text, ForeignKey("person.account"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("address", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Index(None, "account", "at"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Text, ForeignKey("person.account"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("told", Json, nullable=False),
    Column("read_at", Instant),
    Index(None, "account", "at"),
)

unmasking = Table(
    "unmasking",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Text, ForeignKey("person.account"), nullable=False),
    unit_column(),
    Column("session", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("case_number", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index(None, "account", "until"),
)

access_review = Table(
    "access_review",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("signed_at", Instant, nullable=False),
    Column("signed_by", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("list", Json, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "signed_at"),
)
