"""One row of the queue: what of an alert is shown, decided from plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from soc.alert import Alert, Level, Status, Verdict
from soc.limits import DEFAULT, Limit, LimitKind, LimitRules, LimitState
from soc.order import BANDS
from soc.state.past import PastJudgement
from soc.state.storms import Storm

DOERS = ("source.", "client.", "user.", "host.name")
AIMS = ("destination.", "server.", "url.", "dns.", "file.", "process.", "host.")


@dataclass(frozen=True, slots=True)
class PastHint:
    """`same` of `total` earlier ones were judged `verdict`, the commonest."""

    same: int
    total: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """`whom`: at most two entities; `towards`: the first acts on the second. `risen`: overdue, so one band higher.

    `limit`: the one that runs now. `past`: how alerts like it were judged, None when there were none.
    """

    alert: Alert
    whom: tuple[tuple[str, str], ...]
    more: int
    towards: bool
    limit: Limit
    risen: bool
    past: PastHint | None = None


@dataclass(frozen=True, slots=True)
class StormRow:
    """Many alerts of one rule as one row."""

    storm: Storm
    level: Level


def hint_of(found: PastJudgement | None) -> PastHint | None:
    """The commonest of the judgements."""
    if found is None or not found.verdicts:
        return None
    verdict, same = found.verdicts[0]
    return PastHint(same, found.total, verdict)


def row_of(alert: Alert, now: datetime, past: PastHint | None = None, rules: LimitRules = DEFAULT) -> Row:
    whom, towards = _whom(alert.entities)
    return Row(
        alert=alert,
        whom=whom,
        more=max(0, len(alert.entities) - len(whom)),
        towards=towards,
        limit=running(alert, now, rules),
        risen=alert.band < BANDS[alert.level],
        past=past,
    )


def with_storms(rows: Sequence[Row], storms: Iterable[Storm]) -> list[Row | StormRow]:
    """A storm stands at the end of its level, or of the page."""
    mixed: list[Row | StormRow] = list(rows)
    for storm in storms:
        band = BANDS[storm.rule.level]
        lower = (n for n, row in enumerate(mixed) if isinstance(row, Row) and row.alert.band > band)
        mixed.insert(next(lower, len(mixed)), StormRow(storm, storm.rule.level))
    return mixed


def running(alert: Alert, now: datetime, rules: LimitRules = DEFAULT) -> Limit:
    """The limit that a person has to watch: the unit's answer, else to take it, else to finish it."""
    limits: Mapping[LimitKind, Limit] = {limit.kind: limit for limit in rules.of_alert(alert, now)}
    unit = limits.get(LimitKind.UNIT)
    if unit is not None and alert.status is Status.WAITING_UNIT:
        return unit if unit.state is LimitState.BREACHED else replace(unit, state=LimitState.WAITING)
    if alert.taken_at is None and alert.closed_at is None:
        return limits[LimitKind.ACK]
    return limits[LimitKind.RESOLVE]


def _whom(entities: Sequence[tuple[str, str]]) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Who acts first, then on what."""
    if len(entities) < 2:
        return tuple(entities[:1]), False
    doer = next((one for one in entities if one[0].startswith(DOERS)), entities[0])
    rest = [one for one in entities if one is not doer]
    aim = next((one for one in rest if one[0].startswith(AIMS)), rest[0])
    return (doer, aim), aim[0].startswith(AIMS) and not doer[0].startswith(AIMS[:4])
