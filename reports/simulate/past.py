"""The demo's past of figures: the same batches through the hub's function, each received when it would have been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from reports.kpi import hub
from reports.kpi.world import Sender
from reports.simulate.batches import Parcel, parcels
from reports.simulate.plan import Plan
from soc.access import ROOT, SYSTEM
from soc.alert import Actor, ActorKind
from soc.state.receipts import Beat
from soc.state.store import State

LONG_AGO = timedelta(days=3 * 366 + 60)
TOGETHER = timedelta(hours=6)
BEATS = timedelta(minutes=5)


def sender_of(plan: Plan, name: str) -> Sender:
    """A simulated sender as the hub's door knows it."""
    return Sender(name, SYSTEM, Actor(name, ActorKind.SYSTEM), ROOT, frozenset(plan.senders()[name]))


def write_past(state: State, plan: Plan, until: datetime, say: Callable[[str], None] | None = None) -> Counter[str]:
    """Everything that was handed in until then, in the order of time. Answers counts of results."""
    found: Counter[str] = Counter()
    # Senders do not share figures: one after the other would do for the books, the order of time is that of a life.
    for one in sorted(_all(plan, until), key=lambda one: one.at):
        receipt = hub.receive(state, plan.world, one.body, sender_of(plan, one.sender), one.at)
        found.update(receipt.summary)
        found["items"] += one.items
    for name in plan.senders():
        last = until if not plan.silent(name, until) else _last_sign(plan, name, until)
        with state.write() as tx:
            tx.receipts.beat(Beat(name, ROOT, name, plan.senders()[name], last))
    if say is not None:
        say(f"{found['items']} figures of the past: " + ", ".join(f"{count} {name}" for name, count in found.items()))
    return found


def _all(plan: Plan, until: datetime) -> Iterator[Parcel]:
    for name in plan.senders():
        deliveries = plan.between(name, until - LONG_AGO, until, past=True)
        yield from parcels(name, deliveries, within=TOGETHER)


def _last_sign(plan: Plan, name: str, until: datetime) -> datetime:
    at = until
    while plan.silent(name, at):
        at -= BEATS
    return at
