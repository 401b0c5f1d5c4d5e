"""Hits become alerts (workspace.md 2.1): one fingerprint, one open alert, however many hits. A pure decision.

The caller reads the latest alert of each fingerprint, and writes what is answered here in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from correlator.hits import fingerprint
from soc.alert import Alert, Hit, Level, Status, Verdict

FIRST = LAST = 5
SPREAD = 10
MAX_ENTITIES = 1_000
"""Exact up to here; one more is kept to say that there are more."""

REOPEN_AFTER = timedelta(minutes=15)
SILENCE: Mapping[Level, timedelta] = {
    Level.LOW: timedelta(days=30),
    Level.MEDIUM: timedelta(days=7),
    Level.HIGH: timedelta(hours=24),
    Level.CRITICAL: timedelta(0),
}
_HARMLESS = frozenset({Verdict.FALSE_POSITIVE, Verdict.BENIGN_TRUE})
_LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class Grouping:
    """What to write. `raised`: new alerts (their number comes from the store). `grown`: alerts with new figures, also
    closed ones that count in silence. `reopened`: ids among `grown` that the system reopens first.
    `joined`: alert id -> the hits that belong to it."""

    raised: tuple[Alert, ...] = ()
    grown: tuple[Alert, ...] = ()
    reopened: tuple[str, ...] = ()
    joined: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)


def alertable(hits: Iterable[Hit], muted: Collection[str]) -> Iterator[Hit]:
    """Hits that raise or join alerts: informational ones only feed correlations, muted ones are told by theirs."""
    return (hit for hit in hits if hit.rule.level is not Level.INFORMATIONAL and hit.rule.id not in muted)


def fingerprints(hits: Iterable[Hit]) -> tuple[str, ...]:
    """Those whose alerts the caller reads before grouping."""
    return tuple(dict.fromkeys(fingerprint(hit) for hit in hits))


def group(
    hits: Sequence[Hit],
    latest: Mapping[str, Alert],
    generations: Mapping[str, int],
    now: datetime,
    *,
    growth: Sequence[tuple[Hit, int]] = (),
) -> Grouping:
    """`hits`: new ones. `latest`: the youngest alert of each fingerprint. `generations`: alerts each has had.
    `growth`: episodes that go on, in their new form, and how many members they gained."""
    book = _Book(latest, generations, now)
    for hit in sorted(hits, key=lambda hit: (hit.at, hit.id)):
        book.add(hit, hit.count, is_new=True)
    for hit, gained in growth:
        book.add(hit, gained, is_new=False)
    return book.result()


class _Book:
    """The alerts of one batch while hits are entered."""

    def __init__(self, latest: Mapping[str, Alert], generations: Mapping[str, int], now: datetime) -> None:
        self._alerts = dict(latest)
        self._generations = dict(generations)
        self._now = now
        self._touched: dict[str, None] = {}
        self._raised: set[str] = set()
        self._reopened: dict[str, None] = {}
        self._joined: dict[str, list[Hit]] = {}

    def add(self, hit: Hit, gained: int, *, is_new: bool) -> None:
        name = fingerprint(hit)
        alert = self._alerts.get(name)
        if alert is None or (is_new and self._needs_new(alert, hit)):
            alert = self._raise(name, hit, alert)
        else:
            if is_new and self._reopens(alert, hit):
                self._reopened[alert.id] = None
            silent = alert.status is Status.CLOSED and alert.id not in self._reopened
            alert = grown(alert, hit, gained, silent=silent)
        self._alerts[name] = alert
        self._touched[name] = None
        if is_new:
            self._joined.setdefault(alert.id, []).append(hit)

    def _needs_new(self, alert: Alert, hit: Hit) -> bool:
        """Whether a closed alert is past counting in silence and past reopening."""
        if alert.status is not Status.CLOSED or alert.id in self._reopened:
            return False
        if alert.verdict is Verdict.TRUE_POSITIVE:
            return False
        if alert.verdict not in _HARMLESS:
            return True
        heavier = _LEVELS.index(hit.rule.level) < _LEVELS.index(alert.level)
        return heavier or hit.at - _closed(alert, hit) >= SILENCE.get(alert.level, timedelta(0))

    def _reopens(self, alert: Alert, hit: Hit) -> bool:
        is_true = alert.status is Status.CLOSED and alert.verdict is Verdict.TRUE_POSITIVE
        return is_true and hit.at - _closed(alert, hit) > REOPEN_AFTER

    def _raise(self, name: str, hit: Hit, previous: Alert | None) -> Alert:
        generation = self._generations.get(name, 0)
        self._generations[name] = generation + 1
        alert = raised(hit, name, generation, self._now, previous)
        self._raised.add(alert.id)
        return alert

    def result(self) -> Grouping:
        touched = [self._alerts[name] for name in self._touched]
        return Grouping(
            tuple(alert for alert in touched if alert.id in self._raised),
            tuple(alert for alert in touched if alert.id not in self._raised),
            tuple(self._reopened),
            {alert: tuple(hits) for alert, hits in self._joined.items()},
        )


def _closed(alert: Alert, hit: Hit) -> datetime:
    return alert.closed_at or hit.at


def alert_id(name: str, generation: int) -> str:
    """The same for the same fingerprint and number of earlier alerts, so a repeated batch raises nothing new."""
    return blake2b(f"{name}\0{generation}".encode(), digest_size=16).hexdigest()


def raised(hit: Hit, name: str, generation: int, now: datetime, previous: Alert | None) -> Alert:
    """A new alert of one hit."""
    first, last = span(hit)
    return Alert(
        id=alert_id(name, generation),
        number=0,
        fingerprint=name,
        rule=hit.rule,
        unit=hit.unit,
        level=hit.rule.level,
        status=Status.NEW,
        owner=None,
        verdict=None,
        reason=None,
        raised_at=now,
        first_event=first,
        last_event=last,
        count=hit.count,
        entities=joined_entities((), hit.entities),
        matched=dict(hit.matched),
        samples=samples(name, hit.events),
        correlation=hit.correlation,
        weak_filter=hit.weak_filter,
        previous=previous.id if previous else None,
    )


def grown(alert: Alert, hit: Hit, gained: int, *, silent: bool) -> Alert:
    """The alert with a hit more. `silent`: it is closed, and counts what came after."""
    first, last = span(hit)
    heavier = _LEVELS.index(hit.rule.level) < _LEVELS.index(alert.level)
    return replace(
        alert,
        rule=hit.rule if heavier else alert.rule,
        level=hit.rule.level if heavier else alert.level,
        first_event=min(alert.first_event, first),
        last_event=max(alert.last_event, last),
        count=alert.count + gained,
        since_close=alert.since_close + gained if silent else alert.since_close,
        entities=joined_entities(alert.entities, hit.entities),
        samples=samples(alert.fingerprint, (*alert.samples, *hit.events)),
        correlation=hit.correlation or alert.correlation,
        weak_filter=tuple(dict.fromkeys((*alert.weak_filter, *hit.weak_filter))),
    )


def span(hit: Hit) -> tuple[datetime, datetime]:
    """First and last event of a hit."""
    return (hit.correlation.first, hit.correlation.last) if hit.correlation else (hit.at, hit.at)


Entities = tuple[tuple[str, str], ...]


def joined_entities(known: Entities, more: Entities) -> Entities:
    """Distinct ones in order of appearance."""
    if all(pair in known for pair in more):
        return known
    return tuple(dict.fromkeys((*known, *more)))[: MAX_ENTITIES + 1]


def samples(name: str, events: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """The first five, the last five, and ten between them chosen by a hash seeded with the fingerprint: whatever the
    order and the batches in which events came, the same ones stay."""
    distinct = {_identity(event): event for event in events}
    ordered = sorted(distinct.items(), key=lambda pair: (str(pair[1].get("@timestamp", "")), pair[0]))
    if len(ordered) > FIRST + LAST + SPREAD:
        between = ordered[FIRST:-LAST]
        chosen = set(sorted((identity for identity, _ in between), key=lambda identity: _rank(name, identity))[:SPREAD])
        ordered = ordered[:FIRST] + [pair for pair in between if pair[0] in chosen] + ordered[-LAST:]
    return tuple(dict(event) for _, event in ordered)


def _identity(event: Mapping[str, Any]) -> str:
    return str(event.get("event.id") or sorted(event.items(), key=lambda pair: pair[0]))


def _rank(name: str, identity: str) -> bytes:
    return blake2b(f"{name}\0{identity}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
