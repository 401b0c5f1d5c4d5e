"""Alerts of a period as they were known at a time: replayed from their own history (posture-and-reports.md 5.1).

What a job did and its undo took back by then never happened. Known time is the time of the entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, RowMapping, or_, select

from soc.access import Scope
from soc.alert import Level, Status, Verdict
from soc.state.life import replay
from soc.state.metrics import happened
from soc.state.rows import event_of
from soc.state.scoped import within
from soc.state.tables.alerts import alert, alert_event
from soc.state.tables.pipeline import rule_card

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class AlertThen:
    """One alert at a known time. `title`: Vietnamese where the rule has one. `tactics`: short names of ATT&CK.

    `reopened`: how often until then. `ack_due`, `resolve_due`: the limits that were in force when it was raised.
    """

    id: str
    number: int
    unit: str
    rule: str
    title: str
    tactics: tuple[str, ...]
    level: Level
    status: Status
    verdict: Verdict | None
    reason: str | None
    raised_at: datetime
    first_event: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    ack_due: datetime | None
    resolve_due: datetime | None
    reopened: int
    flags: tuple[str, ...]

    @property
    def open(self) -> bool:
        return self.status is not Status.CLOSED


class AlertPast:
    """Reads only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raised(self, scope: Scope, since: datetime, until: datetime, *, as_of: datetime) -> Iterator[AlertThen]:
        """Those raised from `since` to `until` (not included), in that order, as known at `as_of`."""
        return self._then(scope, as_of, alert.c.raised_at >= since, alert.c.raised_at < until)

    def alive(self, scope: Scope, since: datetime, until: datetime, *, as_of: datetime) -> Iterator[AlertThen]:
        """Those raised before `until` that were not closed before `since`: the work of the period."""
        # What is closed now was open before; what was reopened since then has no end now. Both come in.
        open_then = or_(alert.c.closed_at.is_(None), alert.c.closed_at >= since)
        found = self._then(scope, as_of, alert.c.raised_at < until, open_then)
        return (one for one in found if one.closed_at is None or one.closed_at >= since)

    def _then(self, scope: Scope, as_of: datetime, *chosen: object) -> Iterator[AlertThen]:
        columns = (alert.c[name].label(f"alert_{name}") for name in ROW)
        card = (rule_card.c.card, rule_card.c.tactics)
        joined = alert_event.join(alert, alert.c.id == alert_event.c.alert_id)
        joined = joined.join(rule_card, rule_card.c.key == alert.c.rule_key)
        statement = select(alert_event, *columns, *card).select_from(joined)
        statement = statement.where(alert_event.c.at <= as_of, within(scope, alert.c.unit_id), *chosen)  # type: ignore[arg-type]
        statement = statement.order_by(alert.c.raised_at, alert.c.id, alert_event.c.seq)
        rows = self._connection.execute(statement.execution_options(yield_per=BATCH)).mappings()
        for _, lines in groupby(rows, key=itemgetter("alert_id")):
            yield _then(list(lines))


ROW = ("number", "rule_id", "raised_at", "first_event", "ack_due", "resolve_due")


def _then(lines: list[RowMapping]) -> AlertThen:
    first = lines[0]
    events = happened([event_of(line) for line in lines])
    life = replay(events)
    return AlertThen(
        id=first["alert_id"],
        number=first["alert_number"],
        unit=first["unit_id"],
        rule=first["alert_rule_id"],
        title=first["card"].get("title_vi") or first["card"]["title"],
        tactics=tuple(first["tactics"].split()),
        level=life.level,
        status=life.status,
        verdict=life.verdict,
        reason=life.reason,
        raised_at=first["alert_raised_at"],
        first_event=first["alert_first_event"],
        taken_at=life.taken_at,
        closed_at=life.closed_at,
        ack_due=first["alert_ack_due"],
        resolve_due=first["alert_resolve_due"],
        reopened=sum(event.after.get("status") == Status.REOPENED for event in events),
        flags=life.flags,
    )
