"""What has changed since a position in the history of alerts: the source of the live stream (workspace.md 5)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from soc.state.tables.alerts import alert, alert_event
from soc.state.tables.work import alert_growth

REPLAY_MOST = 10_000
GROWN_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """An alert has changed. `seq`: its line of history, or None where hits joined without one."""

    seq: int | None
    alert_id: str
    unit: str
    revision: int


class Feed:
    """The pipeline's own eyes: the stream asks each reader's scope for every change."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def position(self) -> int:
        """The last line of history; 0 when there is none."""
        return self._connection.scalar(select(func.max(alert_event.c.seq))) or 0

    def since(self, position: int, limit: int = REPLAY_MOST) -> tuple[Change, ...]:
        """Lines after `position`, oldest first, with the revision that the alert has now."""
        columns = (alert_event.c.seq, alert_event.c.alert_id, alert_event.c.unit_id, alert.c.revision)
        statement = select(*columns).join(alert, alert.c.id == alert_event.c.alert_id)
        statement = statement.where(alert_event.c.seq > position).order_by(alert_event.c.seq).limit(limit)
        return tuple(Change(*row) for row in self._connection.execute(statement))

    def growth(self) -> int:
        """The last time that hits joined an alert."""
        return self._connection.scalar(select(func.max(alert_growth.c.seq))) or 0

    def grown_since(self, growth: int, limit: int = GROWN_MOST) -> tuple[tuple[int, Change], ...]:
        """(growth, alert) for alerts that hits have joined after `growth`, oldest first."""
        columns = (alert_growth.c.seq, alert_growth.c.alert_id, alert_growth.c.unit_id, alert.c.revision)
        statement = select(*columns).join(alert, alert.c.id == alert_growth.c.alert_id)
        statement = statement.where(alert_growth.c.seq > growth).order_by(alert_growth.c.seq).limit(limit)
        return tuple((row[0], Change(None, row[1], row[2], row[3])) for row in self._connection.execute(statement))
