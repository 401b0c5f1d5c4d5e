"""The hub's figures about itself (`ioc_data_quality`): what is live, fresh and contradicted, through its own door.

Figures of the day are of the day before, as it ended; whoever looks finds what the readiness board said then.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from reports.kpi import hub
from reports.kpi.board import View
from reports.kpi.contract import SCHEMA
from reports.kpi.definitions import Kpi
from reports.kpi.readiness import counted
from reports.kpi.readying import SubsystemRow, readiness_board
from reports.kpi.receipt import Receipt
from reports.kpi.world import Sender, World
from reports.publisher import Said, item, ratio_said
from soc.access import ROOT, SYSTEM
from soc.alert import Actor, ActorKind
from soc.calendar import ZONE
from soc.observation import NaturalKey
from soc.period import Period, PeriodType
from soc.state.receipts import Beat
from soc.state.store import State, Tx

SUBSYSTEM = "ioc_data_quality"
NAME = "ioc"
SENDER = Sender(NAME, SYSTEM, Actor("hub", ActorKind.SYSTEM), ROOT, frozenset({SUBSYSTEM}))
EVERY = timedelta(minutes=10)
DAY = timedelta(days=1)
LIVE, FRESH, CONFLICTS, UNITS = "subsystems_live", "kpi_fresh_rate", "kpi_conflicts_open", "units_contributing"


def publish(state: State, world: World, now: datetime) -> Receipt | None:
    """What is due now; None when the profile has no such subsystem."""
    if SUBSYSTEM not in world.profile.subsystems:
        return None
    with state.read() as tx:
        items = [*_now(tx, world, now), *_yesterday(tx, world, now)]
    receipt = hub.receive(state, world, _batch(items, now), SENDER, now) if items else None
    with state.write() as tx:
        tx.receipts.beat(Beat(SENDER.id, ROOT, NAME, (SUBSYSTEM,), now))
    return receipt


def _now(tx: Tx, world: World, now: datetime) -> Iterator[dict[str, Any]]:
    """How many of the pairs that are due are fresh, all of them and by subsystem."""
    kpi = world.catalogue.kpis[FRESH]
    at = now.replace(microsecond=0)
    period = Period(PeriodType.REALTIME, at.astimezone(ZONE).date(), at.astimezone(ZONE).date(), at)
    rows = _others(readiness_board(tx, world, View(SYSTEM, now)))
    pairs = {row.subsystem.id: row.readiness.today for row in rows}
    whole = ratio_said(sum(one.fresh for one in pairs.values()), sum(one.due for one in pairs.values()))
    yield _item(world, kpi, period, whole, now)
    for name, one in pairs.items():
        yield _item(world, kpi, period, ratio_said(one.fresh, one.due, (("subsystem", name),)), now)


def _yesterday(tx: Tx, world: World, now: datetime) -> Iterator[dict[str, Any]]:
    day = now.astimezone(ZONE).date() - DAY
    period = Period(PeriodType.DAY, day, day)
    province = world.organisation.province
    keys = {name: NaturalKey(name, province, period) for name in (LIVE, CONFLICTS, UNITS)}
    if set(tx.observations.last_revisions(keys.values())) >= set(keys.values()):
        return
    end = datetime.combine(day, time(23, 59, 59), ZONE)
    rows = _others(readiness_board(tx, world, View(SYSTEM, end, past=True)))
    live, _ = counted(row.readiness for row in rows)
    values = {LIVE: live, CONFLICTS: sum(tx.findings.counts(SYSTEM).values()), UNITS: _contributing(tx, world, day)}
    for name, value in values.items():
        yield _item(world, world.catalogue.kpis[name], period, Said(Decimal(value)), now)


def _others(rows: tuple[SubsystemRow, ...]) -> list[SubsystemRow]:
    """Not the hub itself: it would say that it is there."""
    return [row for row in rows if row.subsystem.id != SUBSYSTEM]


def _contributing(tx: Tx, world: World, day: date) -> int:
    """Units with a figure that stands on that day."""
    kpis = [
        kpi.id
        for name in world.profile.subsystems
        if name != SUBSYSTEM
        for kpi in world.catalogue.subsystems[name].kpis
    ]
    end = datetime.combine(day, time(23, 59, 59), ZONE)
    return len({one.unit for one in tx.series.stood(SYSTEM, kpis, [end])})


def _item(world: World, kpi: Kpi, period: Period, said: Said, now: datetime) -> dict[str, Any]:
    return item(kpi, world.organisation.province, period, said, now, NAME)


def _batch(items: list[dict[str, Any]], now: datetime) -> bytes:
    name = str(uuid5(NAMESPACE_URL, orjson.dumps([NAME, now.isoformat(), items]).hex()))
    document = {"schema": SCHEMA, "batch_id": name, "sent_at": now.isoformat(), "sender": {"system": NAME}}
    return orjson.dumps(document | {"observations": items})
