"""The storm guard (workspace.md 2.2): a rule that raises too many alerts is shown as one row; nothing is dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, true, update

from soc.access import Scope
from soc.alert import Alert, Lane, RuleCard, Status
from soc.state.cards import keep_cards, load_cards
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.tables.triage import storm

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MARKS = ((MINUTE, 30), (HOUR, 300))
QUIET = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Storm:
    """One row that stands for many alerts. `alerts`: open ones that the reader may see; `ended`: it is over."""

    id: int
    rule: RuleCard
    since: datetime
    alerts: int
    units: tuple[str, ...]
    ended: datetime | None


class Storms:
    """Written by detection, ended by the refresh of the order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def guard(self, raised: Sequence[Alert], now: datetime) -> tuple[Alert, ...]:
        """New alerts with their lane, before they are inserted. A rule that passes its mark takes the untouched alerts
        of that hour with it; other rules are not looked at."""
        many = Counter(one.rule.id for one in raised)
        cards = {one.rule.id: one.rule for one in raised}
        storms = {rule: self._of(cards[rule], number, now) for rule, number in many.items()}
        return tuple(
            one if (found := storms[one.rule.id]) is None else replace(one, lane=Lane.STORM, storm=found)
            for one in raised
        )

    def end(self, now: datetime) -> int:
        """Ends those that have been below the mark for ten minutes; answers how many."""
        ended = 0
        for row in self._connection.execute(select(storm).where(storm.c.ended_at.is_(None))).all():
            if self._is_over_mark(row.rule_id, 0, now):
                self._set(row.id, last_over=now)
            elif now - row.last_over >= QUIET:
                self._set(row.id, ended_at=now)
                ended += 1
        return ended

    def shown(self, scope: Scope) -> tuple[Storm, ...]:
        """Those that still have open alerts, youngest first."""
        counted = (
            select(alert.c.storm, alert.c.unit_id, func.count())
            .where(alert.c.storm.is_not(None), alert.c.open == true(), within(scope, alert.c.unit_id))
            .group_by(alert.c.storm, alert.c.unit_id)
        )
        units: dict[int, dict[str, int]] = {}
        for number, unit, many in self._connection.execute(counted):
            units.setdefault(number, {})[unit] = many
        rows = self._connection.execute(select(storm).where(storm.c.id.in_(units))).all()
        cards = load_cards(self._connection, (row.rule_key for row in rows))
        found = [
            Storm(row.id, cards[row.rule_key], row.since, sum(here.values()), tuple(sorted(here)), row.ended_at)
            for row in rows
            for here in (units[row.id],)
        ]
        return tuple(sorted(found, key=lambda each: (each.since, each.id), reverse=True))

    def _of(self, card: RuleCard, new: int, now: datetime) -> int | None:
        row = self._connection.execute(
            select(storm.c.id).where(storm.c.rule_id == card.id, storm.c.ended_at.is_(None))
        ).first()
        over = self._is_over_mark(card.id, new, now)
        if row is not None:
            changes = {"alerts": storm.c.alerts + new} | ({"last_over": now} if over else {})
            self._connection.execute(update(storm).where(storm.c.id == row.id).values(changes))
            return int(row.id)
        return self._begin(card, new, now) if over else None

    def _begin(self, card: RuleCard, new: int, now: datetime) -> int:
        key = keep_cards(self._connection, [card])[card]
        values = {"rule_id": card.id, "rule_key": key, "since": now, "last_over": now, "alerts": new}
        number: int = self._connection.execute(insert(storm).values(values).returning(storm.c.id)).scalar_one()
        untouched = (alert.c.status == Status.NEW, alert.c.lane == Lane.QUEUE, alert.c.owner.is_(None))
        swept = update(alert).where(alert.c.rule_id == card.id, alert.c.raised_at > now - HOUR, *untouched)
        taken = self._connection.execute(swept.values(lane=Lane.STORM, storm=number)).rowcount
        self._set(number, alerts=new + taken)
        return number

    def _is_over_mark(self, rule: str, new: int, now: datetime) -> bool:
        return any(new > most or new + self._raised(rule, now - span, most) > most for span, most in MARKS)

    def _raised(self, rule: str, since: datetime, most: int) -> int:
        """Alerts of a rule since then, counted to one above the mark."""
        rows = select(alert.c.id).where(alert.c.rule_id == rule, alert.c.raised_at > since).limit(most + 1)
        return self._connection.scalar(select(func.count()).select_from(rows.subquery())) or 0

    def _set(self, number: int, **values: object) -> None:
        self._connection.execute(update(storm).where(storm.c.id == number).values(values))
