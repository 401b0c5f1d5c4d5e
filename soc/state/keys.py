"""API keys: `soc_<8>_<32>` in base62, the last 6 a checksum, so that scanners and `doctor` spot a leaked one
(security.md 4). Stored as id and SHA-256; shown once."""

from __future__ import annotations

import hmac
import re
import secrets
import string
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, insert, select, update

from soc.access import ROOT, Scope
from soc.errors import NotFound, StateError
from soc.state.links import digest
from soc.state.scoped import within
from soc.state.tables.people import api_key

DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
SHAPE = re.compile(r"soc_([0-9A-Za-z]{8})_([0-9A-Za-z]{32})")
CHECK = 6
LIFE = timedelta(days=90)
LONGEST = timedelta(days=365)
TOUCH = timedelta(minutes=1)
OVERLAP = timedelta(days=7)

ALERTS_READ = "alerts:read"
METRICS_READ = "metrics:read"
READERS = (ALERTS_READ, METRICS_READ)
KPI_WRITE = "kpi:write"
KPI_READ = "kpi:read"
FIGURES = re.compile(r"kpi:(?:write|read)(?::[a-z][a-z0-9_]{0,39})?")
"""Figures of the hub, perhaps of one subsystem: kpi:write:health."""
INGEST = re.compile(r"ingest:[a-z0-9][a-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a key may do. A key never manages accounts, keys or rules."""

    id: str
    name: str
    scopes: tuple[str, ...]
    unit: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    last_used: datetime | None
    revoked_at: datetime | None

    def allows(self, scope: str) -> bool:
        """Also when it is bound to a part of it, as kpi:write:health is of kpi:write."""
        return scope in self.scopes or any(one.startswith(f"{scope}:") for one in self.scopes)

    def subsystems(self, scope: str) -> frozenset[str] | None:
        """To which the scope is bound; None: to none of them, so it holds for all."""
        bound = frozenset(one.removeprefix(f"{scope}:") for one in self.scopes if one.startswith(f"{scope}:"))
        return None if scope in self.scopes else bound

    @property
    def source(self) -> str | None:
        """The one source that the key may write, None when it is no key for intake."""
        names = [scope.removeprefix("ingest:") for scope in self.scopes if scope.startswith("ingest:")]
        return names[0] if names else None


class Keys:
    """Made by administrators; the audit entry is the caller's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(
        self, name: str, scopes: Sequence[str], *, by: str, at: datetime, unit: str = ROOT, life: timedelta = LIFE
    ) -> str:
        """The key itself, to be shown once. Raises StateError for a scope that does not exist or a life too long."""
        _check(scopes, life)
        key_id, body = _random(8), _random(32 - CHECK)
        token = f"soc_{key_id}_{body}{_checksum(key_id + body)}"
        row = {"id": key_id, "hash": digest(token), "name": name, "scopes": list(scopes), "unit_id": unit}
        self._connection.execute(insert(api_key), row | {"made_by": by, "made_at": at, "expires_at": at + life})
        return token

    def find(self, token: str, at: datetime) -> ApiKey | None:
        """The living key, None for anything else; one that is not even well-formed costs no query."""
        if not looks_like_a_key(token):
            return None
        statement = select(api_key).where(
            api_key.c.id == token[4:12], api_key.c.expires_at > at, api_key.c.revoked_at.is_(None)
        )
        row = self._connection.execute(statement).mappings().first()
        if row is None or not hmac.compare_digest(row["hash"], digest(token)):
            return None
        return _value(row)

    def touch(self, key_id: str, at: datetime) -> None:
        """Last use, to the minute."""
        stale = api_key.c.last_used.is_(None) | (api_key.c.last_used <= at - TOUCH)
        self._connection.execute(update(api_key).where(api_key.c.id == key_id, stale).values(last_used=at))

    def rotate(self, key_id: str, *, by: str, at: datetime) -> str:
        """A new key with the same scopes and unit; the old one goes on for seven days. Raises NotFound."""
        row = self._connection.execute(select(api_key).where(api_key.c.id == key_id)).mappings().first()
        if row is None or row["revoked_at"] is not None or row["expires_at"] <= at:
            raise NotFound
        last = min(row["expires_at"], at + OVERLAP)
        self._connection.execute(update(api_key).where(api_key.c.id == key_id).values(expires_at=last))
        return self.make(row["name"], row["scopes"], by=by, at=at, unit=row["unit_id"])

    def revoke(self, key_id: str, *, at: datetime) -> int:
        """Answers 1, or 0 when there is no such living key."""
        return self._connection.execute(
            update(api_key).where(api_key.c.id == key_id, api_key.c.revoked_at.is_(None)).values(revoked_at=at)
        ).rowcount

    def all(self, scope: Scope) -> tuple[ApiKey, ...]:
        """Newest first, the dead ones too."""
        statement = select(api_key).where(within(scope, api_key.c.unit_id)).order_by(api_key.c.made_at.desc())
        return tuple(_value(row) for row in self._connection.execute(statement).mappings())


def looks_like_a_key(text: str) -> bool:
    """Form and checksum fit; says nothing of whether it opens anything."""
    found = SHAPE.fullmatch(text)
    return found is not None and _checksum(found[1] + found[2][:-CHECK]) == found[2][-CHECK:]


def _check(scopes: Sequence[str], life: timedelta) -> None:
    bad = [one for one in scopes if one not in READERS and not INGEST.fullmatch(one) and not FIGURES.fullmatch(one)]
    if bad or not scopes:
        known = f"{', '.join(READERS)}, kpi:write:SUBSYSTEM, kpi:read, ingest:SOURCE"
        raise StateError(f"key scope '{', '.join(bad)}': one of {known} is needed", code="SOC-1708")
    if len([scope for scope in scopes if INGEST.fullmatch(scope)]) > 1:
        raise StateError("a key is bound to one source - make one key for each", code="SOC-1708")
    if not timedelta() < life <= LONGEST:
        raise StateError(f"a key lives at most {LONGEST.days} days", code="SOC-1708")


def _random(length: int) -> str:
    return "".join(secrets.choice(DIGITS) for _ in range(length))


def _checksum(text: str) -> str:
    value = zlib.crc32(text.encode())
    digits = ""
    for _ in range(CHECK):
        value, rest = divmod(value, len(DIGITS))
        digits = DIGITS[rest] + digits
    return digits


def _value(row: RowMapping) -> ApiKey:
    names = ("id", "name", "made_by", "made_at", "expires_at", "last_used", "revoked_at")
    return ApiKey(**{name: row[name] for name in names}, scopes=tuple(row["scopes"]), unit=row["unit_id"])
