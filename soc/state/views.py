"""Views that people saved and choices that they made; shipped views are code, not rows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from soc.errors import NotFound, StateError
from soc.state.tables.work import preference, saved_view
from soc.state.upsert import upsert

NAME_MOST = 80
QUERY_MOST = 2_000
VIEWS_MOST = 50


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter with a name. `query`: what stands after the `?` of `page`."""

    id: str
    owner: str
    page: str
    name: str
    query: str
    shared: bool
    at: datetime


class Views:
    """One's own and the shared ones; a view holds words of a filter, no data, so it has no unit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen_by(self, account: str, page: str) -> tuple[SavedView, ...]:
        """Own ones first, then what others share."""
        mine = saved_view.c.owner == account
        statement = select(saved_view).where(saved_view.c.page == page, or_(mine, saved_view.c.shared))
        rows = self._connection.execute(statement.order_by(mine.desc(), saved_view.c.name)).mappings()
        return tuple(SavedView(**row) for row in rows)

    def save(self, account: str, page: str, name: str, query: str, *, at: datetime, shared: bool = False) -> SavedView:
        """A view of that name is replaced. Raises StateError for a name or a query that cannot be."""
        name = name.strip()
        if not 1 <= len(name) <= NAME_MOST or len(query) > QUERY_MOST:
            raise StateError(f"a view has a name of 1 to {NAME_MOST} characters", code="SOC-1607")
        many = self._connection.scalar(select(func.count()).where(saved_view.c.owner == account)) or 0
        row: dict[str, Any] = {"owner": account, "page": page, "name": name}
        values = {"query": query, "shared": shared, "at": at}
        known = [saved_view.c[column] == value for column, value in row.items()]
        if not self._connection.execute(update(saved_view).where(*known).values(values)).rowcount:
            if many >= VIEWS_MOST:
                raise StateError(f"{VIEWS_MOST} views are saved already - delete one first", code="SOC-1607")
            self._connection.execute(insert(saved_view), {"id": secrets.token_hex(8), **row, **values})
        found = self._connection.execute(select(saved_view).where(*known)).mappings().one()
        return SavedView(**found)

    def delete(self, account: str, view_id: str) -> None:
        """Only one's own; raises NotFound for any other."""
        mine = (saved_view.c.id == view_id, saved_view.c.owner == account)
        if not self._connection.execute(delete(saved_view).where(*mine)).rowcount:
            raise NotFound


class Preferences:
    """What a person chose for the pages, by name."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account: str, name: str) -> Any:
        """None when nothing was chosen."""
        key = (preference.c.account == account, preference.c.name == name)
        row = self._connection.execute(select(preference.c.value).where(*key)).first()
        return None if row is None else row.value

    def put(self, account: str, name: str, value: Any) -> None:
        upsert(self._connection, preference, [{"account": account, "name": name, "value": value}], update=("value",))
