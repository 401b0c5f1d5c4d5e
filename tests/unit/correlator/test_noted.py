from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from correlator.compile import RuleSet
from correlator.cost import Cost
from correlator.noted import COST, WRITE, Noted
from correlator.pack import Pack
from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.event import Event, timestamp
from soc.logsource import load_table
from soc.paths import DataDir
from soc.state.store import State
from tests.builders import NOON, an_event

DAY = NOON.date()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(DataDir(tmp_path).make(), ManualClock(NOON))
    yield opened
    opened.close()


def noted(state: State) -> Noted:
    with state.read() as tx:
        return Noted(tx, DAY)


def kept(state: State, some: Noted, cost: Cost | None = None) -> None:
    with state.write() as tx:
        some.write(tx, NOON, cost.record() if cost else {})
    some.done(NOON)


def live(seconds_behind: float, **fields: object) -> Event:
    event = an_event(NOON - timedelta(seconds=seconds_behind))
    return event | {"event.created": timestamp(NOON), "soc.time.status": "exact", "soc.raw.ref": "live:1"} | fields


def test_fields_are_kept_by_source_unit_route_and_day(state: State) -> None:
    some = noted(state)
    some.note(an_event(source_ip="192.0.2.1"))
    some.note(an_event(user_name="an"))
    kept(state, some)
    with state.read() as tx:
        (row,) = tx.watch.routes(DAY, SYSTEM)
    assert (row.source, row.unit, row.route, row.day) == ("test", "unassigned", "test", DAY)
    assert {"source.ip", "user.name"} <= row.fields


def test_a_sender_who_invents_names_without_end_is_bounded(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("correlator.noted.MOST_FIELDS", 10)
    some = noted(state)
    for number in range(50):
        some.note(an_event() | {f"invented.{number}": 1})
    kept(state, some)

    with state.read() as tx:
        (row,) = tx.watch.routes(DAY, SYSTEM)
    assert len(row.fields) == 10


def test_a_restart_forgets_no_field_of_the_day(state: State) -> None:
    first = noted(state)
    first.note(an_event(source_ip="192.0.2.1"))
    kept(state, first)
    second = noted(state)
    second.note(an_event(user_name="an"))
    kept(state, second)
    with state.read() as tx:
        (row,) = tx.watch.routes(DAY, SYSTEM)
    assert {"source.ip", "user.name"} <= row.fields


def test_a_new_day_begins_empty(state: State) -> None:
    some = noted(state)
    some.note(an_event(source_ip="192.0.2.1"))
    kept(state, some)
    some.done(NOON + timedelta(days=1))
    some.note(an_event(user_name="an"))
    kept(state, some)
    with state.read() as tx:
        rows = {row.day: row.fields for row in tx.watch.routes(DAY, SYSTEM)}
    assert "source.ip" not in rows[DAY + timedelta(days=1)]


def test_it_is_due_twice_a_minute_and_after_a_clock_set_back(state: State) -> None:
    some = noted(state)
    assert some.due(NOON)
    some.done(NOON)
    assert not some.due(NOON + WRITE / 2)
    assert some.due(NOON + WRITE)
    assert some.due(NOON - WRITE)


def test_the_clock_of_a_source_is_judged_by_what_came_live(state: State) -> None:
    some = noted(state)
    for n in range(30):
        received = NOON + timedelta(seconds=5 * n)
        some.clock(live(3 - 5 * n, **{"event.created": timestamp(received)}), received)
    some.clock(live(7_200, **{"soc.raw.ref": "import:7"}), NOON)
    some.clock(live(7_200, **{"soc.time.status": "receive_time"}), NOON)
    some.clock(live(7_200), NOON + timedelta(days=2))
    some.clock(an_event(), NOON)
    kept(state, some)
    with state.read() as tx:
        clock = tx.watch.clocks(SYSTEM)["test"]
    assert clock.skew == timedelta(seconds=3)


def test_rules_are_measured_on_some_events(state: State, tmp_path: Path) -> None:
    path = tmp_path / "rule.yml"
    path.write_text(
        "title: Bad\nid: 11111111-1111-4111-8111-111111111111\nlevel: low\n"
        "logsource: {product: linux, service: sshd}\n"
        "detection: {selection: {user.name: bad}, condition: selection}\n"
    )
    rules = RuleSet(Pack([path]).rules, load_table())
    event = {"soc.route": "linux.sshd"} if "linux.sshd" in load_table().routes else an_event()
    route = load_table().routes_for(rules.rules[0].logsource)[0]
    for _ in range(Cost.EVERY):
        rules.evaluate({**event, "soc.route": route, "user.name": "an"})
    assert rules.cost.events == 1
    assert rules.cost.nanoseconds["11111111-1111-4111-8111-111111111111"] > 0
    some = noted(state)
    kept(state, some, rules.cost)
    with state.read() as tx:
        assert tx.facts.get(COST)["events"] == 1
    assert Cost().record() == {}
