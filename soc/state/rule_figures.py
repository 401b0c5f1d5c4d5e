"""What each rule did lately: hits, alerts, and how its closed alerts were judged, by unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from soc.access import Scope
from soc.alert import Verdict
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.tables.pipeline import hit

DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """`hits_day`, `hits_month`, `alerts_month`; of all closed alerts: `true`, `benign`, `false`."""

    hits_day: int = 0
    hits_month: int = 0
    alerts_month: int = 0
    true: int = 0
    benign: int = 0
    false: int = 0

    @property
    def judged(self) -> int:
        return self.true + self.benign + self.false

    def plus(self, other: RuleFigures) -> RuleFigures:
        """Both together."""
        return RuleFigures(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


NAMES = {Verdict.TRUE_POSITIVE: "true", Verdict.BENIGN_TRUE: "benign", Verdict.FALSE_POSITIVE: "false"}
Figures = dict[str, dict[str, RuleFigures]]
"""Rule -> unit -> figures."""


def rule_figures(connection: Connection, scope: Scope, now: datetime) -> Figures:
    """Three statements over indexes; for a reader in the background."""
    found: Figures = {}
    for name, since in (("hits_day", DAY), ("hits_month", MONTH)):
        statement = select(hit.c.rule_id, hit.c.unit_id, func.count()).where(
            hit.c.at >= now - since, within(scope, hit.c.unit_id)
        )
        for rule, unit, n in connection.execute(statement.group_by(hit.c.rule_id, hit.c.unit_id)):
            _set(found, rule, unit, name, n)
    statement = select(alert.c.rule_id, alert.c.unit_id, func.count()).where(
        alert.c.raised_at >= now - MONTH, within(scope, alert.c.unit_id)
    )
    for rule, unit, n in connection.execute(statement.group_by(alert.c.rule_id, alert.c.unit_id)):
        _set(found, rule, unit, "alerts_month", n)
    judged = select(alert.c.rule_id, alert.c.unit_id, alert.c.verdict, func.count()).where(
        alert.c.verdict.in_(list(NAMES)), within(scope, alert.c.unit_id)
    )
    rows = connection.execute(judged.group_by(alert.c.rule_id, alert.c.unit_id, alert.c.verdict))
    for rule, unit, verdict, n in rows:
        _set(found, rule, unit, NAMES[verdict], n)
    return found


def total(by_unit: Iterable[RuleFigures]) -> RuleFigures:
    """The sum over units."""
    found = RuleFigures()
    for one in by_unit:
        found = found.plus(one)
    return found


def _set(found: Figures, rule: str, unit: str, name: str, n: int) -> None:
    units = found.setdefault(rule, {})
    units[unit] = replace(units.get(unit, RuleFigures()), **{name: n})
