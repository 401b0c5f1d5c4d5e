from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from reports.posture.inputs import Slots, SourceInput
from reports.posture.method import method
from reports.posture.sight import agree_slots, slot_of, slots_between, sources_of
from soc.access import SYSTEM
from soc.rhythm import WEEK_HOURS, Rhythm
from soc.state.accounting import Count, Fate
from soc.state.source_table import Source
from soc.state.store import State
from soc.state.tables.sources import SourceState
from soc.state.watch import Learned
from tests.builders import NOON
from tests.unit.reports.posture.a_province import COMMUNE, DAY, FINANCE, HEALTH, HOUR, a_province

METHOD = method()
TODAY = date(2026, 11, 24)
MONTH = 30 * DAY


def seen(state: State) -> dict[str, SourceInput]:
    with state.read() as tx:
        levels = {one.id: method().level(one.level) for one in tx.systems.all(SYSTEM)}
        found = sources_of(tx, SYSTEM, levels, NOON, TODAY, METHOD)
    return {one.id: one for some in found.values() for one in some}


def test_a_source_heard_every_hour_is_seen_whole(state: State) -> None:
    a_province(state)
    found = seen(state)["fw-tc"]
    assert found == SourceInput("fw-tc", 3, Slots(720, 720), Slots(24, 24))


def test_a_source_that_fell_silent_is_seen_less_over_the_month_and_not_at_all_over_the_day(state: State) -> None:
    a_province(state, silent={"fw-yt": 48})
    found = seen(state)["fw-yt"]
    assert (found.month, found.day) == (Slots(672, 720), Slots(0, 24))


def test_a_late_delivery_fills_the_hours_of_its_events(state: State) -> None:
    a_province(state, silent={"fw-yt": 48})
    with state.write() as tx:
        tx.accounting.note([Count("fw-yt", NOON - 30 * HOUR, Fate.HEARD, 1, unit=HEALTH)])
    assert seen(state)["fw-yt"].month == Slots(673, 720)


def test_slots_count_from_the_day_of_approval(state: State) -> None:
    a_province(state)
    with state.write() as tx:
        tx.systems.expect(tx.systems.get("ht-yt", SYSTEM), "proxy", since=TODAY - DAY, by="an", at=NOON)
    # From 24/11's day before, 00:00 in Vietnam, to 12:00: a day and a half; it never sent anything.
    assert seen(state)["proxy"] == SourceInput("proxy", 4, Slots(0, 36), Slots(0, 24))


@pytest.mark.parametrize("state_now", [SourceState.PAUSED, SourceState.RETIRED])
def test_a_source_that_one_person_takes_off_counts_as_silent(state: State, state_now: SourceState) -> None:
    a_province(state)
    before = seen(state)["fw-a"]
    with state.write() as tx:
        tx.sources.change("fw-a", SYSTEM, at=NOON - 12 * HOUR, state=state_now)
    after = seen(state)["fw-a"]
    assert after.struck
    assert (before.day, after.day, after.month) == (Slots(24, 24), Slots(12, 24), Slots(708, 720))


def test_a_removal_counts_as_silence_until_a_second_person_agrees(state: State) -> None:
    a_province(state)
    with state.write() as tx:
        (owed,) = tx.systems.expected(SYSTEM)
        tx.systems.ask_removal(owed.id, SYSTEM, since=TODAY - 10 * DAY, reason="x", by="an", at=NOON)
    waiting = seen(state)["fw-tc"]
    assert (waiting.struck, waiting.day) == (True, Slots(0, 24))
    with state.write() as tx:
        tx.systems.approve_removal(owed.id, SYSTEM, by="binh", at=NOON)
    assert "fw-tc" not in seen(state)


def test_a_file_that_somebody_reads_in_is_no_expected_source(state: State) -> None:
    a_province(state)
    with state.write() as tx:
        for name in ("drop-1a", "moi"):
            tx.sources.add(Source(name, name, NOON - DAY, FINANCE, state=SourceState.ACTIVE))
        tx.accounting.note([Count("drop-1a", NOON - HOUR, Fate.RECEIVED, 9, unit=FINANCE)])
    found = seen(state)
    assert "drop-1a" not in found
    assert found["moi"].month == Slots(0, 24)


def test_learning_shortens_a_slot_and_silence_never_lengthens_it(state: State) -> None:
    a_province(state)
    for rate, hours in ((1.0, 7), (0.2, 7), (4.0, 2)):
        with state.write() as tx:
            tx.watch.learn([_learned("fw-a", COMMUNE, rate)])
            agree_slots(tx, SYSTEM, NOON, METHOD)
            assert tx.posture.slots(SYSTEM) == {"fw-a": hours}
    with state.write() as tx:
        silent = _learned("fw-tc", FINANCE, 1.0, silent=True)
        tx.watch.learn([silent, _learned("fw-yt", HEALTH, 0.01)])
        agree_slots(tx, SYSTEM, NOON, METHOD)
        assert tx.posture.slots(SYSTEM) == {"fw-a": 2, "fw-yt": 72}
    assert seen(state)["fw-a"].month == Slots(360, 360)
    assert seen(state)["fw-yt"].day == Slots(2, 2)


def test_the_slot_of_office_hours_spans_the_weekend() -> None:
    office = tuple(100.0 if n % 24 in range(8, 17) and n // 24 < 5 else 0.0 for n in range(WEEK_HOURS))
    assert slot_of(Rhythm(28, office, 6.9)) == 64
    assert slot_of(Rhythm(28, (100.0,) * WEEK_HOURS, 6.9)) == 1


@seed(3)
@settings(max_examples=300, deadline=None)
@given(st.sets(st.integers(1, 720)), st.sets(st.integers(1, 720)), st.integers(1, 72), st.integers(0, 720))
def test_fewer_hours_heard_are_never_more_slots(heard: set[int], lost: set[int], hours: int, since: int) -> None:
    whole, less = ({NOON - back * HOUR for back in some} for some in (heard, heard - lost))
    before = slots_between(whole, NOON - since * HOUR, NOON, hours, MONTH)
    after = slots_between(less, NOON - since * HOUR, NOON, hours, MONTH)
    assert after.alive <= before.alive <= before.due == after.due


def _learned(name: str, unit: str, rate: float, *, silent: bool = False) -> Learned:
    since = NOON - DAY if silent else None
    rhythm = Rhythm(28, (rate,) * WEEK_HOURS, 6.9)
    return Learned(name, unit, NOON, rhythm, timedelta(hours=1), timedelta(hours=2), silent_since=since)
