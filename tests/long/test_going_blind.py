"""Going blind, from the books to the score: whatever is not heard, no unit and no province looks better for it."""

from __future__ import annotations

import random

import pytest

from reports.posture.gather import gather
from reports.posture.keep import standing
from reports.posture.method import method
from reports.posture.score import places
from soc.access import SYSTEM
from soc.alert import Level
from soc.state.accounting import Count, Fate
from soc.state.source_table import Source
from soc.state.store import State
from soc.state.tables.sources import SourceState
from tests.builders import NOON, a_card, an_alert
from tests.unit.reports.posture.a_province import BEGAN, COMMUNE, FINANCE, HEALTH, HOUR, UNITS

METHOD = method()
PLACES = (FINANCE, HEALTH, COMMUNE)


@pytest.mark.parametrize("number", range(8))
def test_silence_in_the_books_raises_no_score(state: State, number: int) -> None:
    chance = random.Random(number)
    heard = [
        Count(f"{unit}-{n}", NOON - back * HOUR, Fate.HEARD, 1, unit=unit)
        for unit in PLACES
        for n in range(2)
        for back in range(1, 800)
        if chance.random() < 0.9
    ]
    with state.write() as tx:
        for unit in PLACES:
            for n in range(2):
                tx.sources.add(Source(f"{unit}-{n}", "x", BEGAN, unit, state=SourceState.ACTIVE))
            level = chance.choice(list(Level))
            made = an_alert(unit, rule=a_card(level=level), level=level, unit=unit, raised_at=NOON - 9 * HOUR)
            tx.alerts.insert([made], at=NOON)
    before = None
    # Read from the most silent to the least: each further hour that is heard may only raise.
    chance.shuffle(heard)
    for part in range(5):
        with state.write() as tx:
            tx.accounting.note(heard[part::5])
        with state.read() as tx:
            made_now = standing(gather(tx, SYSTEM, UNITS, NOON, METHOD, state.limits), NOON, METHOD)
        assert made_now.province is not None
        found = [score.exact for _, score in made_now.units] + [places(made_now.province.capped)]
        if before is not None:
            assert all(old <= new for old, new in zip(before, found, strict=True))
        before = found


def test_a_broken_parser_is_blindness(state: State) -> None:
    with state.write() as tx:
        tx.sources.add(Source("fw", "fw", BEGAN, FINANCE, state=SourceState.ACTIVE))
        for fate in (Fate.RECEIVED, Fate.STORED, Fate.EVENT, Fate.PIPELINE_ERROR):
            tx.accounting.note([Count("fw", NOON - back * HOUR, fate, 9, unit=FINANCE) for back in range(1, 800)])
    with state.read() as tx:
        found = standing(gather(tx, SYSTEM, UNITS, NOON, METHOD, state.limits), NOON, METHOD)
    assert all(score.shown is None for _, score in found.units)
