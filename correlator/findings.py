"""What a stretch of the event log gave, and how it is written: hits once each, alerts with exact counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from correlator.grouping import Grouping, fingerprints, group
from correlator.hits import fingerprint
from soc.access import SYSTEM
from soc.alert import SUPERSEDED, SYSTEM_ACTOR, Action, Alert, CorrelationFacts, Hit
from soc.hit import BaseHit
from soc.state import moves
from soc.state.alerts import Entry
from soc.state.store import Tx


@dataclass(slots=True)
class Findings:
    """`last`: where the stretch ends. `episodes`: in their newest form. `disproved`: ids of episodes that a late hit
    showed to be none; an ordered set."""

    last: int
    hits: list[Hit] = field(default_factory=list)
    base: list[BaseHit] = field(default_factory=list)
    episodes: dict[str, Hit] = field(default_factory=dict)
    disproved: dict[str, None] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.hits or self.base or self.episodes or self.disproved)

    def tell(self, episodes: Iterable[Hit]) -> None:
        for told in episodes:
            self.disproved.pop(told.id, None)
            self.episodes.pop(told.id, None)
            self.episodes[told.id] = told

    def disprove(self, episode: str) -> None:
        self.episodes.pop(episode, None)
        self.disproved[episode] = None


def store(tx: Tx, found: Findings, now: datetime) -> None:
    """In one transaction, which is the caller's; a stretch that is written again changes nothing."""
    tx.base_hits.add(found.base, arrived=now)
    before = {hit.id: hit for hit in tx.hits.get(found.episodes, SYSTEM)}
    going = [hit for hit in found.episodes.values() if hit.id in before]
    growth = [(hit, hit.count - _counted(before[hit.id])) for hit in going]
    tx.hits.grow(going)
    new = tx.hits.add([*found.hits, *(hit for hit in found.episodes.values() if hit.id not in before)])
    _write_alerts(tx, new, growth, now)
    _supersede(tx, found.disproved, now)


def is_disproved(hit: Hit) -> bool:
    return hit.correlation is not None and hit.correlation.superseded


def _counted(hit: Hit) -> int:
    """How many members of it are in its alert's count."""
    return 0 if is_disproved(hit) else hit.count


def _write_alerts(tx: Tx, new: Sequence[Hit], growth: Sequence[tuple[Hit, int]], now: datetime) -> None:
    names = fingerprints([*new, *(hit for hit, _ in growth)])
    if not names:
        return
    latest = tx.alerts.latest_by_fingerprint(names, SYSTEM)
    changes = group(new, latest, tx.alerts.generations(names, SYSTEM), now, growth=growth)
    tx.alerts.insert(tx.storms.guard(changes.raised, now), at=now)
    # Before the move: it reads the row anew, and a new level is written with the life that the row had.
    for alert in tx.alerts.grow(changes.grown, at=now):
        _mark(tx, alert, now)
    _reopen(tx, changes, now)
    tx.hits.attach((alert, hit) for alert, hits in changes.joined.items() for hit in hits)


def _reopen(tx: Tx, changes: Grouping, now: datetime) -> None:
    for alert_id in changes.reopened:
        revision = tx.alerts.get(alert_id, SYSTEM).revision
        moves.act(tx, alert_id, Action.REOPEN, by=SYSTEM_ACTOR, scope=SYSTEM, revision=revision, at=now, request_id="")


def _supersede(tx: Tx, episodes: Iterable[str], now: datetime) -> None:
    """A disproved episode no longer counts. Its hit and its alert stay; an alert that has no other is marked."""
    gone = [hit for hit in tx.hits.get(episodes, SYSTEM) if not is_disproved(hit)]
    tx.hits.grow([replace(hit, correlation=_superseded(hit.correlation)) for hit in gone])
    for hit in gone:
        alert = tx.alerts.of_hit(hit.id, fingerprint(hit), SYSTEM)
        if alert is not None:
            since_close = max(alert.since_close - hit.count, 0)
            less = replace(alert, count=max(alert.count - hit.count, 0), since_close=since_close)
            for written in tx.alerts.grow([less], at=now):
                _mark(tx, written, now)


def _superseded(facts: CorrelationFacts | None) -> CorrelationFacts | None:
    return facts and replace(facts, superseded=True)


def _mark(tx: Tx, alert: Alert, now: datetime) -> None:
    """The mark goes with the count: nothing counted, nothing that still holds."""
    marked = SUPERSEDED in alert.flags
    if marked == (alert.count == 0):
        return
    flags = tuple(flag for flag in alert.flags if flag != SUPERSEDED) if marked else (*alert.flags, SUPERSEDED)
    entry = Entry("restored" if marked else SUPERSEDED, {"flags": alert.flags}, {"flags": flags})
    moves.write(tx, replace(alert, flags=flags), [entry], by=SYSTEM_ACTOR, at=now, request_id="")
