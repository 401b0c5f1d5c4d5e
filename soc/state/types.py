"""Column types that answer alike on SQLite and PostgreSQL (pipeline-and-stores.md 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import TIMESTAMP, BigInteger, CheckConstraint, Column, Date, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Whole microseconds since 1970; exact, unlike `timestamp()`."""
    return (at - EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """The aware time of `micros`."""
    return EPOCH + timedelta(microseconds=value)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time; integer microseconds, so that both engines order and compare it alike."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else TIMESTAMP(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        # A naive time raises here: the difference to an aware one does not exist.
        return micros(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return instant(value) if isinstance(value, int) else value


class Day(TypeDecorator[date]):
    """A calendar day: DATE, or ISO text on SQLite."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Json(TypeDecorator[Any]):
    """A JSON value as text with sorted keys; no statement of ours looks inside it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


class Choice(TypeDecorator[StrEnum]):
    """A closed set as text; `choice` adds the CHECK."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


def choice(name: str, kind: type[StrEnum], *, nullable: bool = False, key: bool = False) -> Column[Any]:
    """A column of `kind` that the engine itself checks; `key`: part of the primary key."""
    values = ", ".join(f"'{member}'" for member in kind)
    check = CheckConstraint(f"{name} IN ({values})", name=name)
    return Column(name, Choice(kind), check, nullable=nullable, primary_key=key)


def canonical(value: Any) -> bytes:
    """The one text of a JSON value: sorted keys, no blanks. Times and enums become text."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
