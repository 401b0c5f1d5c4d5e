"""The outbox of reminders: rows that no channel sends yet (ioc-hub.md 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from soc.access import Scope
from soc.reminder import Receiver, ReminderKind
from soc.state.scoped import within
from soc.state.tables.command import reminder
from soc.state.upsert import chunks


@dataclass(frozen=True, slots=True)
class Reminder:
    """`key`: what makes it one of its kind. `text`: by language. `link`: where it leads. `not_before`: when it disturbs
    nobody."""

    key: str
    unit: str
    kind: ReminderKind
    receiver: Receiver
    text: Mapping[str, str]
    link: str
    created_at: datetime
    not_before: datetime
    sent_at: datetime | None = None
    channel: str | None = None


class Reminders:
    """Methods of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write(self, some: Iterable[Reminder]) -> int:
        """Those whose key is not there yet; how many there were."""
        drafts = {one.key: one for one in some}
        there: set[str] = set()
        for keys in chunks(drafts):
            there |= set(self._connection.scalars(select(reminder.c.key).where(reminder.c.key.in_(keys))))
        new = [_row(one) for key, one in drafts.items() if key not in there]
        if new:
            self._connection.execute(insert(reminder), new)
        return len(new)

    def all(self, scope: Scope, *, limit: int = 200) -> tuple[Reminder, ...]:
        """The newest first."""
        statement = select(reminder).where(within(scope, reminder.c.unit_id))
        rows = self._connection.execute(statement.order_by(reminder.c.id.desc()).limit(limit))
        return tuple(Reminder(unit=row.unit_id, **{name: getattr(row, name) for name in _COLUMNS}) for row in rows)


_COLUMNS = ("key", "kind", "receiver", "text", "link", "created_at", "not_before", "sent_at", "channel")


def _row(one: Reminder) -> dict[str, object]:
    return {name: getattr(one, name) for name in _COLUMNS} | {"unit_id": one.unit}
