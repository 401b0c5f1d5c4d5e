"""How much of each expected source was seen, from the books (posture-and-reports.md 1, V).

Expected is what the register of systems owes and whatever sends in the name of a unit. Who is paused, retired or struck
off without a second person counts as silent from then on: silence that was decided is silence all the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from reports.posture.inputs import Slots, SourceInput
from reports.posture.method import Method
from soc.access import UNASSIGNED, Scope
from soc.calendar import ZONE
from soc.register import ExpectedSource
from soc.rhythm import Rhythm
from soc.state.source_table import Source, SourceTable
from soc.state.store import Tx
from soc.state.tables.sources import SourceClass, SourceState
from soc.watch import class_of

HOUR = timedelta(hours=1)
STRUCK = frozenset({SourceState.PAUSED, SourceState.RETIRED})


@dataclass(frozen=True, slots=True)
class Expected:
    """A source that a unit owes from `since` on; from `struck` on somebody wants it to count no more. `owed`: by the
    register of systems."""

    id: str
    unit: str
    level: int
    since: datetime
    struck: datetime | None = None
    owed: bool = False


def sources_of(
    tx: Tx, scope: Scope, levels: Mapping[str, int], at: datetime, day: date, method: Method
) -> dict[str, tuple[SourceInput, ...]]:
    """Unit -> its expected sources with their slots, by id. `levels`: system -> its level."""
    table = tx.sources.table()
    expected = _expected(tx, scope, table, levels, at, day, method)
    most = method.row["visibility"]["slot_hours_most"]
    begin = at - max(timedelta(days=method.row["visibility"]["month_days"]), 2 * most * HOUR) - HOUR
    heard = tx.watch.heard([one.id for one in expected], begin, at, scope)
    agreed = tx.posture.slots(scope)
    files = _files(tx, scope, expected)
    found: dict[str, list[SourceInput]] = {}
    for one in expected:
        if one.id in files and not heard[one.id]:
            continue
        hours = agreed.get(one.id) or method.slot_hours[_class(table.get(one.id))]
        found.setdefault(one.unit, []).append(_input(one, heard[one.id], hours, at, method))
    return {unit: tuple(sorted(some, key=lambda each: each.id)) for unit, some in found.items()}


def slots_between(heard: Iterable[datetime], since: datetime, until: datetime, hours: int, window: timedelta) -> Slots:
    """Slots of so many whole hours, counted back from `until`; those that began before `since` are not due."""
    end = until.replace(minute=0, second=0, microsecond=0)
    begin, length = max(since, end - window), hours * HOUR
    due = max(0, (end - begin) // length)
    first = end - due * length
    alive = {(at - first) // length for at in heard if first <= at < end}
    return Slots(len(alive), due)


def agree_slots(tx: Tx, scope: Scope, now: datetime, method: Method) -> int:
    """Fixes the slot of each source whose rhythm has been learned. Learning may shorten one that is fixed, never
    lengthen it: otherwise a source that falls silent would soon be expected less often. Answers how many changed."""
    agreed, most = tx.posture.slots(scope), method.row["visibility"]["slot_hours_most"]
    changed = {}
    for name, learned in tx.watch.learned(scope).items():
        if not learned.rhythm.learned or learned.silent_since is not None:
            continue
        hours = min(most, slot_of(learned.rhythm))
        if name not in agreed or hours < agreed[name]:
            changed[name] = (learned.unit, hours)
    if changed:
        tx.posture.agree(changed, at=now)
    return len(changed)


def watched_all(tx: Tx, scope: Scope) -> bool:
    """Whether the watch has looked at every active source that was ever heard; after a start it takes some minutes."""
    active = {one.id for one in tx.sources.all(scope, states=(SourceState.ACTIVE,))}
    return active & tx.sources.seen(scope).keys() <= tx.watch.learned(scope).keys()


def slot_of(rhythm: Rhythm) -> int:
    """The longest that it may be quiet in its week, in whole hours, so that nights and weekends are no gaps."""
    monday = datetime(2026, 1, 5, tzinfo=ZONE)
    longest = max(rhythm.gap(monday + number * HOUR) for number in range(len(rhythm.profile)))
    return max(1, math.ceil(longest / HOUR))


def _expected(
    tx: Tx, scope: Scope, table: SourceTable, levels: Mapping[str, int], at: datetime, day: date, method: Method
) -> list[Expected]:
    registered = tx.systems.expected(scope)
    care = tx.watch.care(scope)
    found = {name: _owed(some, levels, method) for name, some in _by_source(registered, day).items()}
    released = {
        one.source for one in registered if one.removal and one.removal.approved_at and not one.expected_on(day)
    }
    for name in table.current:
        record, began = table.at(name, at), table.began(name)
        if record is None or began is None or began > at or record.unit == UNASSIGNED or not scope.sees(record.unit):
            continue
        struck = record.valid_from if record.state in STRUCK else None
        if name in found:
            found[name] = _sooner(found[name], struck)
        elif name not in released:
            level = method.level(care[name].level if name in care else None)
            found[name] = Expected(name, record.unit, level, began, struck)
    return list(found.values())


def _files(tx: Tx, scope: Scope, expected: Iterable[Expected]) -> frozenset[str]:
    """Those that have records and were never heard live: files that somebody read in. Nobody expects more of them."""
    seen = tx.sources.seen(scope)
    return tx.watch.counted([one.id for one in expected if not one.owed and one.id not in seen], scope)


def _by_source(registered: Iterable[ExpectedSource], day: date) -> dict[str, list[ExpectedSource]]:
    found: dict[str, list[ExpectedSource]] = {}
    for one in registered:
        if one.expected_on(day):
            found.setdefault(one.source, []).append(one)
    return found


def _owed(some: list[ExpectedSource], levels: Mapping[str, int], method: Method) -> Expected:
    """One that several systems owe counts for the highest of them."""
    struck = [
        _midnight(one.removal.since) for one in some if one.removal is not None and one.removal.approved_at is None
    ]
    level = max(method.level(levels.get(one.system)) for one in some)
    since = min(one.since for one in some)
    return Expected(some[0].source, some[0].unit, level, _midnight(since), min(struck, default=None), owed=True)


def _sooner(one: Expected, struck: datetime | None) -> Expected:
    times = [at for at in (one.struck, struck) if at is not None]
    return replace(one, struck=min(times, default=None))


def _input(one: Expected, heard: Iterable[datetime], hours: int, at: datetime, method: Method) -> SourceInput:
    rules = method.row["visibility"]
    month, day = timedelta(days=rules["month_days"]), max(timedelta(hours=rules["day_hours"]), 2 * hours * HOUR)
    struck = one.struck if one.struck is not None and one.struck <= at else None
    counted = [hour for hour in heard if struck is None or hour < struck]
    return SourceInput(
        id=one.id,
        level=one.level,
        month=slots_between(counted, one.since, at, hours, month),
        day=slots_between(counted, one.since, at, hours, day),
        struck=struck is not None,
    )


def _class(record: Source | None) -> SourceClass:
    return class_of(record) if record is not None else SourceClass.OTHER


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
