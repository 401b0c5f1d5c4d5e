"""What the alert page asks of the event store, on 5 M events: context, process tree, values elsewhere, silences.

`python -m bench.around FOLDER`: the store is built in FOLDER on the first run. Bar 10 of workspace.md: p95 <= 1 s each.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.events import END, HOSTS, UNITS, store
from dashboards.access.viewer import Viewer
from dashboards.alerts.context import WIDE, around
from dashboards.alerts.elsewhere import HURRY, elsewhere
from dashboards.alerts.tree import HURRY as TREE_HURRY
from dashboards.alerts.tree import tree_of
from dashboards.alerts.unseen import unseen
from dashboards.services import Services
from soc.access import SYSTEM, Right
from soc.alert import Actor, Alert, Level, RuleCard, Status
from soc.clock import ManualClock
from soc.event import instant
from soc.paths import DataDir
from soc.query import Query
from soc.query.ast import And, Equals
from soc.state.store import State
from soc.store.embedded import EmbeddedStore
from soc.unit import UnitTree

EVENTS, ALERTS = 5_000_000, 60
VIEWER = Viewer(
    "bench", "Bench", (), {Right.READ_EVENTS: SYSTEM, Right.TRIAGE: SYSTEM}, UnitTree([]), END.date(), Actor("b")
)


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds of each call, sorted."""

    name: str
    seconds: Sequence[float]

    def __str__(self) -> str:
        middle, late = self.seconds[len(self.seconds) // 2], self.seconds[int(len(self.seconds) * 0.95)]
        return f"{self.name:<44} n {len(self.seconds):>3}   p50 {middle:6.3f} s   p95 {late:6.3f} s   bar: p95 <= 1 s"


def figures(folder: Path, *, events: int = EVENTS) -> Iterator[Waited]:
    """Each over the same alerts, whose machines and times are drawn by a seeded chance."""
    opened = store(folder, events=events)
    with tempfile.TemporaryDirectory() as place:
        state = State.open(DataDir(Path(place)).make(), ManualClock(END))
        services = Services(state, UnitTree([]), ManualClock(END), events=opened)
        alerts = list(alerts_of(opened))
        yield _waited("context, 15 minutes each way", alerts, lambda one: around(services, VIEWER, one))
        yield _waited("context, 2 hours each way", alerts, lambda one: around(services, VIEWER, one, minutes=WIDE))
        yield _waited("process tree", alerts, lambda one: tree_of(services, VIEWER, one.samples, seconds=TREE_HURRY))
        yield _waited("values elsewhere, 30 days", alerts, lambda one: elsewhere(services, VIEWER, one, seconds=HURRY))
        yield _waited("what could not be checked", alerts, lambda one: unseen(services, VIEWER, one))
        state.close()
    opened.close()


def _waited(name: str, alerts: Sequence[Alert], ask: Callable[[Alert], object]) -> Waited:
    times = []
    for one in alerts:
        start = time.perf_counter()
        ask(one)
        times.append(time.perf_counter() - start)
    return Waited(name, sorted(times))


def alerts_of(opened: EmbeddedStore, end: datetime = END) -> Iterator[Alert]:
    """Alerts whose machines, people and events are in the store."""
    chance = random.Random(10)
    for number in range(ALERTS):
        host = chance.randrange(HOSTS)
        at = end - timedelta(minutes=chance.randrange(60, 13 * 24 * 60))
        node = And((Equals("host.name", f"ws-{host:03}"), Equals("event.category", "process")))
        found = opened.search(Query(node, at - timedelta(days=1), at, SYSTEM), limit=1).events
        if not found:  # a small store is silent about many a machine
            continue
        (event,) = found
        happened = instant(str(event["@timestamp"]))
        address = f"10.{host % 6}.{host // 250}.{host % 250}"
        yield Alert(
            id=f"bench-{number}",
            number=number,
            fingerprint=f"bench-{number}",
            rule=RuleCard("bench", "Bench", Level.HIGH, "bench"),
            unit=UNITS[host % len(UNITS)],
            level=Level.HIGH,
            status=Status.NEW,
            owner=None,
            verdict=None,
            reason=None,
            raised_at=happened,
            first_event=happened,
            last_event=happened,
            count=1,
            entities=(("host.name", f"ws-{host:03}"), ("user.name", f"user{host:04}"), ("source.ip", address)),
            matched={},
            samples=(event,),
        )


if __name__ == "__main__":
    for figure in figures(Path(sys.argv[1])):
        sys.stdout.write(f"{figure}\n")
