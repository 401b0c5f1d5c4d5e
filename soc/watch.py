"""Who is heard, who is late, who has gone silent: judged by each source's own rhythm (collectors.md 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from soc.access import SYSTEM, Scope
from soc.rhythm import HISTORY, LEAST_NEED, WEEK_HOURS, Holiday, Rhythm, learn, no_holiday
from soc.state.source_table import Source
from soc.state.sources import Seen
from soc.state.store import State, Tx
from soc.state.tables.sources import SourceClass, SourceState
from soc.state.watch import Learned

log = structlog.get_logger(__name__)

LEARN_AGAIN = timedelta(hours=1)
LEARN_AT_ONCE = 25
"""Sources whose history is read again in one check: each costs some milliseconds."""

ABSENT = timedelta(minutes=3)
"""Nobody checked for so long: we were not listening, and nobody else is to blame."""

KEPT_DAYS = 8
NOTICEABLE = timedelta(seconds=30)
NO_RHYTHM = Rhythm(0, (0.0,) * WEEK_HOURS, LEAST_NEED)
FACT = "watch"

GAPS = {
    SourceClass.FIREWALL: timedelta(minutes=5),
    SourceClass.SERVER: timedelta(hours=1),
    SourceClass.ENDPOINT: timedelta(hours=24),
    SourceClass.APPLICATION: timedelta(hours=1),
    SourceClass.SENSOR: timedelta(minutes=2),
    SourceClass.OTHER: timedelta(hours=1),
}
"""What is expected before a week is learned."""


class Standing(StrEnum):
    """How a source stands now, worst first."""

    SILENT = "silent"
    LATE = "late"
    PENDING = "quarantine"
    NEVER = "never"
    LIVE = "live"
    IMPORTED = "imported"
    PAUSED = "paused"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Watched:
    """One source as it stands. `gap`: how long it may be quiet now, by its rhythm or, while that is learned, its class.
    `quiet`: since the last record, None when there never was one."""

    source: Source
    seen: Seen | None
    rhythm: Rhythm
    standing: Standing
    gap: timedelta
    silent_after: timedelta
    quiet: timedelta | None

    @property
    def learning(self) -> bool:
        return not self.rhythm.learned


@dataclass(frozen=True, slots=True)
class Change:
    """What a check found new."""

    silent: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


def watched(tx: Tx, scope: Scope, now: datetime) -> tuple[Watched, ...]:
    """Every source of the scope that is in force."""
    sources, seen = tx.sources.all(scope), tx.sources.seen(scope)
    learned, since = tx.watch.learned(scope), _since(tx)
    imported = tx.watch.counted([one.id for one in sources if one.id not in seen], scope)
    return tuple(
        _judged(source, seen.get(source.id), learned.get(source.id), now, since, imported=source.id in imported)
        for source in sources
    )


def check(state: State, now: datetime, *, holiday: Holiday = no_holiday) -> Change:
    """One look at all sources: learns, notes quiet times, marks who has gone silent or come back. Call it about
    twice a minute."""
    with state.read() as tx:
        fact = tx.facts.get(FACT)
        listened = fact is not None and now - datetime.fromisoformat(fact["at"]) < ABSENT
        since = datetime.fromisoformat(fact["since"]) if listened else now
        seen = {name: one for name, one in tx.sources.seen(SYSTEM).items() if one.last <= now}
        active = [
            one for one in tx.sources.all(SYSTEM, states=(SourceState.ACTIVE, SourceState.PENDING)) if one.id in seen
        ]
        old = tx.watch.learned(SYSTEM)
        rhythms = _learned_again(tx, active, seen, old, now, holiday)
        known = tx.watch.gaps([one.id for one in active], _hour(now), SYSTEM)
    new = {one.id: _renewed(one, seen[one.id], old.get(one.id), rhythms, now, since, holiday) for one in active}
    change = Change(
        tuple(name for name, row in new.items() if row.silent_since and not _silent(old, name)),
        tuple(name for name, row in new.items() if not row.silent_since and _silent(old, name)),
    )
    quiet = _quiet_times(new, old, seen, now, since)
    with state.write() as tx:
        tx.facts.put(FACT, {"since": since.isoformat(), "at": now.isoformat()}, at=now)
        tx.watch.learn(row for name, row in new.items() if _differs(row, old.get(name)))
        hour = _hour(now)
        longer = {name: one for name, one in quiet.items() if one[1] > known[name].get(hour, NOTICEABLE)}
        tx.watch.note_gaps(hour, longer)
        if not listened or now.minute == 0:
            tx.watch.forget(now - HISTORY)
    for name in change.silent:
        log.warning("a source has gone silent", source=name, since=str(new[name].silent_since))
    for name in change.back:
        log.info("a silent source is heard again", source=name)
    return change


def class_of(source: Source) -> SourceClass:
    """What it is said to be, else what its product is."""
    return source.kind if source.kind is not SourceClass.OTHER else PRODUCTS.get(source.product, SourceClass.OTHER)


PRODUCTS = {
    "fortigate": SourceClass.FIREWALL,
    "mikrotik": SourceClass.FIREWALL,
    "netfilter": SourceClass.FIREWALL,
    "cisco_ios": SourceClass.FIREWALL,
    "linux": SourceClass.SERVER,
    "windows": SourceClass.SERVER,
    "nginx": SourceClass.SERVER,
    "apache": SourceClass.SERVER,
    "suricata": SourceClass.SENSOR,
}


def _judged(
    source: Source, seen: Seen | None, learned: Learned | None, now: datetime, since: datetime | None, *, imported: bool
) -> Watched:
    rhythm = learned.rhythm if learned else NO_RHYTHM
    gap, silent_after = _patience(source, learned)
    quiet = max(now - seen.last, timedelta(0)) if seen else None
    standing = _settled(source.state)
    if standing is None:
        if seen is None or quiet is None:
            standing = Standing.IMPORTED if imported else Standing.NEVER
        elif now - max(seen.last, since or seen.last) >= silent_after:
            standing = Standing.SILENT
        else:
            standing = Standing.LATE if quiet >= gap else Standing.LIVE
    return Watched(source, seen, rhythm, standing, gap, silent_after, quiet)


def _settled(state: SourceState) -> Standing | None:
    """What somebody decided, whatever is heard."""
    return {
        SourceState.PENDING: Standing.PENDING,
        SourceState.PAUSED: Standing.PAUSED,
        SourceState.RETIRED: Standing.RETIRED,
    }.get(state)


def _patience(source: Source, learned: Learned | None) -> tuple[timedelta, timedelta]:
    if learned is not None and learned.rhythm.learned:
        return learned.gap, learned.silent_after
    gap = GAPS[class_of(source)]
    return gap, 2 * gap


def _learned_again(
    tx: Tx,
    active: Iterable[Source],
    seen: Mapping[str, Seen],
    old: Mapping[str, Learned],
    now: datetime,
    holiday: Holiday,
) -> dict[str, Rhythm]:
    """Rhythms worked out anew, of the sources for which it is longest ago."""
    begin = datetime.min.replace(tzinfo=now.tzinfo)
    age = {one.id: old[one.id].at if one.id in old else begin for one in active}
    due = sorted((name for name, at in age.items() if at <= now - LEARN_AGAIN), key=age.__getitem__)[:LEARN_AT_ONCE]
    counts = tx.watch.received(due, now - HISTORY, SYSTEM)
    gaps = tx.watch.gaps(due, now - HISTORY, SYSTEM)
    return {name: learn(counts[name], gaps[name], seen[name].first, now, holiday) for name in due}


def _renewed(
    source: Source,
    seen: Seen,
    old: Learned | None,
    rhythms: Mapping[str, Rhythm],
    now: datetime,
    since: datetime,
    holiday: Holiday,
) -> Learned:
    rhythm = rhythms.get(source.id) or (old.rhythm if old else NO_RHYTHM)
    at = now if source.id in rhythms or old is None else old.at
    gap = rhythm.gap(seen.last, holiday) if rhythm.learned else GAPS[class_of(source)]
    after = rhythm.silent_after(seen.last, holiday) if rhythm.learned else 2 * gap
    row = Learned(source.id, source.unit, at, rhythm, gap, after)
    silent = source.state is SourceState.ACTIVE and now - max(seen.last, since) >= after
    return replace(row, silent_since=seen.last) if silent else row


def _quiet_times(
    new: Mapping[str, Learned],
    old: Mapping[str, Learned],
    seen: Mapping[str, Seen],
    now: datetime,
    since: datetime,
) -> dict[str, tuple[str, timedelta]]:
    """How long each has been quiet while we listened; of one that came back the whole silence, of one that is
    silent nothing: a death is no habit."""
    found = {}
    for name, row in new.items():
        before = old.get(name)
        if row.silent_since is not None:
            continue
        if before is not None and before.silent_since is not None:
            found[name] = (row.unit, seen[name].last - before.silent_since)
        else:
            found[name] = (row.unit, now - max(seen[name].last, since))
    return found


def _differs(new: Learned, old: Learned | None) -> bool:
    """Rows are written when they say something else, so that a quiet check writes hardly anything."""
    if old is None or new.at != old.at or new.silent_since != old.silent_since or new.unit != old.unit:
        return True
    return abs(new.silent_after - old.silent_after) > old.silent_after / 10


def _silent(rows: Mapping[str, Learned], name: str) -> bool:
    return name in rows and rows[name].silent_since is not None


def _since(tx: Tx) -> datetime | None:
    fact = tx.facts.get(FACT)
    return datetime.fromisoformat(fact["since"]) if fact else None


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
