"""Lists, filters, counts and groups over a million alerts (workspace.md, bar 1): p95 in milliseconds of wall time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bench.many_alerts import NOW, fill
from soc.access import SYSTEM, Scope
from soc.alert import Lane, Level, Status
from soc.clock import ManualClock
from soc.entity import EntityKind
from soc.paths import DataDir
from soc.state.queue import AlertFilter, GroupBy, Order
from soc.state.store import State, Tx

ALERTS = 1_000_000
ROUNDS = 5
ANY = AlertFilter(statuses=())
QUEUE = AlertFilter(lanes=(Lane.QUEUE,))
CLOSED = AlertFilter(statuses=(Status.CLOSED,))
MINE = Scope(frozenset(f"unit-{number:02d}" for number in range(10, 14)))
Ask = Callable[[Tx], object]


@dataclass(frozen=True, slots=True)
class Timing:
    """One question: all its answers' times, in milliseconds."""

    name: str
    times: tuple[float, ...]

    @property
    def worst(self) -> float:
        return max(self.times)

    def __str__(self) -> str:
        return f"{self.name:<52}{sorted(self.times)[len(self.times) // 2]:>9.1f} ms{self.worst:>9.1f} ms"


def measured(folder: Path, *, alerts: int = ALERTS) -> list[Timing]:
    """Builds the file when it is not there yet (a million: some minutes), and asks each question some times."""
    data = DataDir(folder).make()
    if not (folder / "built").exists():
        State.open(data, ManualClock(NOW)).close()
        fill(data.state, alerts)
        (folder / "built").write_text(f"{alerts} alerts\n")
    state = State.open(data, ManualClock(NOW))
    try:
        return [Timing(name, tuple(_time(state, ask) for _ in range(ROUNDS))) for name, ask in questions()]
    finally:
        state.close()


def p95(timings: list[Timing]) -> float:
    times = sorted(each for timing in timings for each in timing.times)
    return times[len(times) * 95 // 100]


def questions() -> Iterator[tuple[str, Ask]]:
    """Every filter of the queue as list and as count, over open ones and over all; levels, lanes, groups, paging."""
    for name, wanted in _filters():
        for label, base in (("queue", QUEUE), ("open", AlertFilter()), ("all", ANY), ("closed", CLOSED)):
            one = _over(base, wanted)
            yield f"list {name}, {label}", _page(one)
            yield f"count {name}, {label}", _count(one)
    yield "levels", lambda tx: tx.queue.counts(SYSTEM)
    yield "lanes", lambda tx: tx.queue.lanes(SYSTEM)
    yield "storms", lambda tx: tx.queue.storms(SYSTEM)
    yield "list in a scope", lambda tx: tx.queue.page(QUEUE, MINE)
    yield "levels in a scope", lambda tx: tx.queue.counts(MINE)
    yield "newest of all", lambda tx: tx.queue.page(ANY, SYSTEM, order=Order.NEWEST)
    yield "tenth page", _tenth_page
    for by in GroupBy:
        yield f"group by {by}, open", _group(AlertFilter(), by)
        yield f"group by {by}, all", _group(ANY, by)
    yield "risk of a host", lambda tx: tx.risk.of(EntityKind.HOST, "MAY-00042.nghean.local", SYSTEM, NOW)
    yield "risk of a user in every tenth alert", lambda tx: tx.risk.of(EntityKind.USER, "system", SYSTEM, NOW)


def _filters() -> Iterator[tuple[str, AlertFilter]]:
    yield "everything", AlertFilter()
    yield "critical", AlertFilter(levels=(Level.CRITICAL,))
    yield "high and medium", AlertFilter(levels=(Level.HIGH, Level.MEDIUM))
    yield "a large unit", AlertFilter(units=("unit-01",))
    yield "a small unit", AlertFilter(units=("unit-59",))
    yield "a common rule", AlertFilter(rules=("rule-0000",))
    yield "a rare rule", AlertFilter(rules=("rule-0399",))
    yield "a rare host", AlertFilter(entities=((EntityKind.HOST, "MAY-00042.nghean.local"),))
    yield "a user of every tenth", AlertFilter(entities=((EntityKind.USER, "system"),))
    yield "a tactic", AlertFilter(tactics=("persistence",))
    yield "the last day", AlertFilter(raised_since=NOW - timedelta(days=1))
    yield "an old week", AlertFilter(raised_since=NOW - timedelta(90), raised_until=NOW - timedelta(83))
    yield "an owner", AlertFilter(owner="analyst-7")
    yield "text: a host", AlertFilter(text="may-00042")
    yield "text: a word of titles", AlertFilter(text="dang nhap")
    yield "text: nothing", AlertFilter(text="khong co gi")
    yield "text: a number", AlertFilter(text="CB-500000")
    yield "text: many entities", AlertFilter(text="nguyenvan1")
    yield "unit, level, tactic", AlertFilter(units=("unit-30",), levels=(Level.HIGH,), tactics=("execution",))
    yield "soon due", AlertFilter(due_before=NOW + timedelta(hours=1))


def _over(base: AlertFilter, wanted: AlertFilter) -> AlertFilter:
    return replace(wanted, statuses=base.statuses, lanes=base.lanes)


def _page(wanted: AlertFilter) -> Ask:
    return lambda tx: tx.queue.page(wanted, SYSTEM)


def _count(wanted: AlertFilter) -> Ask:
    return lambda tx: tx.queue.count(wanted, SYSTEM)


def _group(wanted: AlertFilter, by: GroupBy) -> Ask:
    return lambda tx: tx.queue.group(wanted, SYSTEM, by)


def _tenth_page(tx: Tx) -> None:
    after = None
    for _ in range(10):
        after = tx.queue.page(QUEUE, SYSTEM, after=after).next


def _time(state: State, ask: Ask) -> float:
    start = time.perf_counter()
    with state.read() as tx:
        ask(tx)
    return (time.perf_counter() - start) * 1_000
