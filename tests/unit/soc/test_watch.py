from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from soc.access import SYSTEM, Scope
from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.accounting import Count, Fate
from soc.state.source_table import Source
from soc.state.store import State
from soc.state.tables.sources import SourceClass, SourceState
from soc.watch import ABSENT, Change, Standing, check, class_of, watched
from tests.builders import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(DataDir(tmp_path).make(), ManualClock(NOON))
    yield opened
    opened.close()


def add(store: State, name: str = "fw", *, at: datetime | None = NOON, **fields: object) -> None:
    values: dict[str, object] = {"unit": "so_y_te", "state": SourceState.ACTIVE, "kind": SourceClass.FIREWALL} | fields
    with store.write() as tx:
        tx.sources.add(Source(name, name, NOON - 30 * DAY, **values))  # type: ignore[arg-type]
        if at is not None:
            tx.sources.saw({name: at})


def heard(state: State, name: str, at: datetime) -> None:
    with state.write() as tx:
        tx.sources.saw({name: at})


def history(state: State, name: str, days: int, per_hour: int) -> None:
    """So many records in every hour of the last days."""
    heard(state, name, NOON - days * DAY)
    hours = (NOON.replace(minute=0) - n * HOUR for n in range(1, 24 * days))
    with state.write() as tx:
        tx.accounting.note(Count(name, at, Fate.RECEIVED, per_hour, unit="so_y_te") for at in hours)
    heard(state, name, NOON)


def standing(state: State, now: datetime, name: str = "fw") -> Standing:
    with state.read() as tx:
        return {one.source.id: one.standing for one in watched(tx, SYSTEM, now)}[name]


def run(state: State, since: datetime, until: datetime) -> list[tuple[datetime, Change]]:
    """The check every 30 seconds; what it found new."""
    found = []
    at = since
    while at <= until:
        change = check(state, at)
        if change != Change():
            found.append((at, change))
        at += timedelta(seconds=30)
    return found


def test_before_a_week_is_learned_the_class_says_how_long_to_wait(state: State) -> None:
    add(state)
    check(state, NOON)

    assert standing(state, NOON + 4 * MINUTE) is Standing.LIVE
    assert standing(state, NOON + 6 * MINUTE) is Standing.LATE
    assert standing(state, NOON + 11 * MINUTE) is Standing.SILENT
    with state.read() as tx:
        assert watched(tx, SYSTEM, NOON)[0].learning


def test_silence_is_told_once_and_taken_back_by_the_first_record(state: State) -> None:
    add(state)
    found = run(state, NOON, NOON + 20 * MINUTE)
    heard(state, "fw", NOON + 20 * MINUTE)
    found += run(state, NOON + 20 * MINUTE, NOON + 22 * MINUTE)

    assert [change for _, change in found] == [Change(silent=("fw",)), Change(back=("fw",))]
    assert found[0][0] == NOON + 10 * MINUTE
    with state.read() as tx:
        assert tx.watch.gaps(["fw"], NOON - DAY, SYSTEM)["fw"][NOON] == 20 * MINUTE


def test_a_learned_source_is_silent_after_its_own_gap(state: State) -> None:
    add(state, at=None, kind=SourceClass.ENDPOINT)
    history(state, "fw", 14, 600)
    found = run(state, NOON, NOON + 5 * MINUTE)

    assert [change for _, change in found] == [Change(silent=("fw",))]
    with state.read() as tx:
        one = watched(tx, SYSTEM, NOON + 5 * MINUTE)[0]
    assert not one.learning
    assert one.silent_after <= 2 * one.gap


def test_our_own_outage_blames_nobody_until_a_gap_after_the_start(state: State) -> None:
    add(state)
    check(state, NOON)
    back = NOON + 5 * HOUR
    assert back - NOON > ABSENT
    found = run(state, back, back + 12 * MINUTE)

    assert found == [(back + 10 * MINUTE, Change(silent=("fw",)))]


def test_what_nobody_decided_on_or_nobody_wants_is_never_silent(state: State) -> None:
    add(state, "asked", state=SourceState.PENDING)
    add(state, "paused", state=SourceState.PAUSED)
    add(state, "gone", state=SourceState.RETIRED)
    add(state, "new", at=None)
    add(state, "file", at=None)
    with state.write() as tx:
        tx.accounting.note([Count("file", NOON, Fate.RECEIVED, 5, unit="so_y_te")])
    assert run(state, NOON, NOON + 15 * MINUTE) == []

    with state.read() as tx:
        found = {one.source.id: one.standing for one in watched(tx, SYSTEM, NOON + DAY)}
    assert found == {
        "asked": Standing.PENDING,
        "paused": Standing.PAUSED,
        "gone": Standing.RETIRED,
        "new": Standing.NEVER,
        "file": Standing.IMPORTED,
    }


def test_a_scope_sees_its_own_sources_alone(state: State) -> None:
    add(state)
    add(state, "other", unit="so_tai_chinh")
    check(state, NOON)
    with state.read() as tx:
        assert [one.source.id for one in watched(tx, Scope(frozenset({"so_y_te"})), NOON)] == ["fw"]
        assert tx.watch.learned(Scope(frozenset())) == {}


def test_a_product_tells_the_class_where_nobody_said_it() -> None:
    assert class_of(Source("a", "a", NOON, product="mikrotik")) is SourceClass.FIREWALL
    assert class_of(Source("a", "a", NOON, product="mikrotik", kind=SourceClass.SENSOR)) is SourceClass.SENSOR
    assert class_of(Source("a", "a", NOON)) is SourceClass.OTHER
