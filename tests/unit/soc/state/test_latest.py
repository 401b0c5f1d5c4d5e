"""The newest figure of each series, now and as it was known, equals a look through everything."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from soc.access import SYSTEM, Scope
from soc.observation import Cumulative, Dimensions, Known, NaturalKey, Observation, Status
from soc.period import Period, PeriodType, Reporting, period_of, realtime, year_to_date
from soc.state.observation_rows import Wanted
from soc.state.store import State
from soc.state.tables.hub import HoldAnswer
from tests.builders import NOON

HOUR = timedelta(hours=1)
KPIS, UNITS = ("a", "b"), ("x", "y", "z")
PART: Dimensions = (("severity", "high"),)


def looked_through(state: State, scope: Scope, dimensions: Dimensions, as_of: datetime) -> dict[tuple[Any, ...], Known]:
    """Everything in force then, and of each series the last by time."""
    with state.read() as tx:
        some = tx.observations.in_force(scope, Wanted(kpis=KPIS, dimensions=dimensions), as_of=as_of)
    keys = ((one.observation.key, one) for one in some)
    return {(key.kpi, key.unit, key.period.type, key.cumulative): one for key, one in keys}


def a_period(rng: random.Random) -> tuple[Period, Cumulative]:
    day = date(2026, rng.choice([2, 3, 4]), rng.choice([3, 20]))
    month = period_of(PeriodType.MONTH, day, Reporting.ADMIN)
    if rng.random() < 0.3:
        return realtime(NOON - rng.randrange(100) * HOUR), Cumulative.NONE
    if rng.random() < 0.3:
        return year_to_date(month, Reporting.ADMIN), Cumulative.YTD
    return month, Cumulative.NONE


def fill(state: State, rng: random.Random, steps: int) -> None:
    """Revisions, breakdowns, forecasts, and held values of which some are confirmed."""
    revisions: dict[NaturalKey, int] = {}
    for step in range(steps):
        period, way = a_period(rng)
        dimensions = rng.choice([(), PART])
        key = NaturalKey(rng.choice(KPIS), rng.choice(UNITS), period, dimensions, way, rng.random() < 0.1)
        revision = revisions[key] = revisions.get(key, -1) + 1
        one = Observation(f"o{step}", key, Decimal(step), Status.OFFICIAL, revision)
        at = NOON + step * HOUR
        with state.write() as tx:
            if rng.random() < 0.2:
                seq = tx.observations.hold(one, ["J"], batch="b", sender="s", at=at, confirm_before=at)
                if rng.random() < 0.6:
                    said = rng.choice(list(HoldAnswer))
                    tx.observations.answer(seq, said, SYSTEM, by="an", reason="", at=at + 5 * HOUR)
            else:
                tx.observations.add([one], batch="b", sender="s", at=at)


def test_the_newest_of_each_series_is_that_of_a_look_through_everything(state: State) -> None:
    steps = 150
    fill(state, random.Random(7), steps)
    for moment in range(0, steps + 10, 9):
        at = NOON + moment * HOUR
        for dimensions in ((), PART):
            for scope in (SYSTEM, Scope(frozenset({"y"})), Scope(frozenset())):
                with state.read() as tx:
                    found = tx.observations.latest(scope, KPIS, dimensions=dimensions, as_of=at)
                keyed = {
                    (key.kpi, key.unit, key.period.type, key.cumulative): one
                    for one in found
                    for key in [one.observation.key]
                }
                assert len(keyed) == len(found)
                assert keyed == looked_through(state, scope, dimensions, at)
