"""People, grants, sessions, keys, audit."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from soc.access import RoleOfPerson
from soc.alert import ActorKind
from soc.state.tables.base import metadata, unit_column
from soc.state.types import Day, Instant, Json, choice


class PersonState(StrEnum):
    """Whether an account may sign in."""

    ACTIVE = "active"
    DISABLED = "disabled"


class SessionStage(StrEnum):
    """What a session still waits for before it shows anything."""

    OPEN = "open"
    FACTOR = "factor"
    ENROL = "enrol"
    PASSWORD = "password"  # noqa: S105  # a stage, not a secret


class LinkPurpose(StrEnum):
    """What a one-use link does."""

    SET_UP = "set_up"
    ENTER = "enter"
    RESET = "reset"


person = Table(
    "person",
    metadata,
    Column("account", Text, primary_key=True),
    Column("name", Text, nullable=False),
    choice("state", PersonState),
    Column("password", Text),
    Column("language", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("last_sign_in", Instant),
)

grant = Table(
    "grant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Text, ForeignKey("person.account"), nullable=False),
    choice("role", RoleOfPerson),
    unit_column(),
    Column("since", Day, nullable=False),
    Column("until", Day),
    Column("given_by", Text, nullable=False),
    Column("given_at", Instant, nullable=False),
    Index(None, "account"),
)

setup_link = Table(
    "setup_link",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("account", Text),
    choice("purpose", LinkPurpose),
    Column("roles", Json, nullable=False),
    unit_column(),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

session = Table(
    "session",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("handle", Text, nullable=False, unique=True),
    Column("account", Text, ForeignKey("person.account"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    choice("stage", SessionStage),
    Column("factor_at", Instant),
    Column("locked_at", Instant),
    Index(None, "account", "seen_at"),
)

sign_in_wait = Table(
    "sign_in_wait",
    metadata,
    Column("account", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("wait_until", Instant),
    Column("last_at", Instant, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Json, nullable=False),
    unit_column(),
    Column("made_by", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("last_used", Instant),
    Column("revoked_at", Instant),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    choice("actor_kind", ActorKind),
    Column("session", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("object", Text, nullable=False),
    unit_column(),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index(None, "at"),
)
