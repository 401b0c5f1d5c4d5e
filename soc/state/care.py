"""What the doors remember of an account: grace for the second factor, age of the password, last sign-ins, notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from soc.state.policy import network_of
from soc.state.tables.access import account_care, notice, sign_in_log
from soc.state.upsert import upsert

LOG_KEPT = 20
NOTICES_KEPT = 50


@dataclass(frozen=True, slots=True)
class Care:
    """One account. `factor_by`: until when it may go without a second factor; `let_in_at`: after it was disabled."""

    factor_by: datetime | None = None
    password_at: datetime | None = None
    idle_warned_at: datetime | None = None
    let_in_at: datetime | None = None
    break_glass: bool = False


@dataclass(frozen=True, slots=True)
class PastSignIn:
    """One successful sign-in."""

    at: datetime
    address: str
    network: str
    agent: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened to an account and that its owner should know."""

    id: int
    kind: str
    at: datetime
    told: Mapping[str, Any]
    read_at: datetime | None


class Caring:
    """Rows of people; nobody's unit is involved."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, account: str) -> Care:
        row = self._connection.execute(select(account_care).where(account_care.c.account == account)).mappings().first()
        if row is None:
            return Care()
        return Care(**{name: value for name, value in row.items() if name != "account"})

    def all(self) -> dict[str, Care]:
        rows = self._connection.execute(select(account_care)).mappings()
        return {row["account"]: Care(**{name: row[name] for name in row if name != "account"}) for row in rows}

    def put(self, account: str, **values: Any) -> None:
        """Changes some of the fields of `Care`."""
        old = self.of(account)
        row = {name: getattr(old, name) for name in Care.__dataclass_fields__} | values
        upsert(self._connection, account_care, [row | {"account": account}], update=tuple(row))

    def signed_in(self, account: str, *, at: datetime, address: str, agent: str) -> bool:
        """Writes the sign-in down; answers whether it came from a place that the account never came from before."""
        network = network_of(address)
        before = self.sign_ins(account, LOG_KEPT)
        row = {"account": account, "at": at, "address": address[:64], "network": network, "agent": agent[:256]}
        self._connection.execute(insert(sign_in_log), row)
        self._trim(account)
        return bool(before) and all(one.network != network for one in before)

    def sign_ins(self, account: str, limit: int = 5) -> tuple[PastSignIn, ...]:
        """Last first."""
        mine = select(sign_in_log).where(sign_in_log.c.account == account)
        rows = self._connection.execute(mine.order_by(sign_in_log.c.id.desc()).limit(limit))
        return tuple(PastSignIn(row.at, row.address, row.network, row.agent) for row in rows)

    def tell(self, account: str, kind: str, *, at: datetime, **told: Any) -> None:
        self._connection.execute(insert(notice), {"account": account, "kind": kind, "at": at, "told": told})

    def notices(self, account: str, *, unread: bool = False) -> tuple[Notice, ...]:
        """Last first."""
        statement = select(notice).where(notice.c.account == account)
        if unread:
            statement = statement.where(notice.c.read_at.is_(None))
        rows = self._connection.execute(statement.order_by(notice.c.id.desc()).limit(NOTICES_KEPT))
        return tuple(Notice(row.id, row.kind, row.at, row.told, row.read_at) for row in rows)

    def read(self, account: str, *, at: datetime) -> None:
        unread = (notice.c.account == account) & notice.c.read_at.is_(None)
        self._connection.execute(update(notice).where(unread).values(read_at=at))

    def forget(self, *, before: datetime) -> None:
        """Notices that were read long ago."""
        self._connection.execute(delete(notice).where(notice.c.read_at < before))

    def _trim(self, account: str) -> None:
        mine = select(sign_in_log.c.id).where(sign_in_log.c.account == account).order_by(sign_in_log.c.id.desc())
        beyond = self._connection.scalars(mine.offset(LOG_KEPT)).all()
        self._connection.execute(delete(sign_in_log).where(sign_in_log.c.id.in_(beyond)))


NOTICE_KEPT_FOR = timedelta(days=180)
