from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from soc.access import SYSTEM, Scope
from soc.alert import Action, Actor, Alert, Lane, Level, Status
from soc.entity import EntityKind
from soc.errors import StateError
from soc.state.matching import matches
from soc.state.moves import act
from soc.state.queue import AlertFilter, GroupBy, Order
from soc.state.rows import number_text
from soc.state.store import State
from soc.state.tables.alerts import alert
from tests.builders import NOON, a_card, an_alert

MINUTE = timedelta(minutes=1)


@pytest.fixture
def filled(state: State) -> State:
    levels = (Level.LOW, Level.CRITICAL, Level.MEDIUM, Level.HIGH)
    alerts = [
        an_alert(
            f"a{n:02d}",
            rule=a_card(f"rule-{n % 3}", level=levels[n % 4], tags=("attack.t1110",)),
            raised_at=NOON + timedelta(minutes=n // 2),
            unit="so_y_te" if n % 2 else "so_noi_vu",
            entities=(("user.name", f"Nguyễn Văn {n}"),),
        )
        for n in range(20)
    ]
    with state.write() as tx:
        tx.alerts.insert(alerts, at=NOON)
    return state


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("limit", [1, 3, 7, 20])
def test_pages_give_every_alert_once_in_order(filled: State, order: Order, limit: int) -> None:
    seen: list[Alert] = []
    after = None
    with filled.read() as tx:
        while True:
            page = tx.queue.page(AlertFilter(), SYSTEM, order=order, after=after, limit=limit)
            seen += page.alerts
            if page.next is None:
                break
            after = page.next
    assert len({one.id for one in seen}) == len(seen) == 20
    if order is Order.QUEUE:
        keys = [(list(Level).index(alert.level), alert.raised_at, alert.id) for alert in seen]
        assert keys == sorted(keys)
    else:
        assert [alert.raised_at for alert in seen] == sorted((a.raised_at for a in seen), reverse=True)


@pytest.mark.parametrize(
    ("wanted", "many"),
    [
        (AlertFilter(), 20),
        (AlertFilter(levels=(Level.CRITICAL, Level.HIGH)), 10),
        (AlertFilter(units=("so_y_te",)), 10),
        (AlertFilter(rules=("rule-0",)), 7),
        (AlertFilter(text="NGUYEN VAN 7"), 1),
        (AlertFilter(text="cb-000007"), 1),
        (AlertFilter(text="100%"), 0),
        (AlertFilter(statuses=(Status.CLOSED,)), 0),
        (AlertFilter(statuses=(Status.NEW, Status.CLOSED)), 20),
        (AlertFilter(statuses=()), 20),
        (AlertFilter(owner="an"), 1),
        (AlertFilter(statuses=(Status.IN_PROGRESS,)), 1),
    ],
)
def test_filters_narrow_list_and_count_alike(filled: State, wanted: AlertFilter, many: int) -> None:
    with filled.write() as tx:
        act(tx, "a00", Action.TAKE, by=Actor("an"), scope=SYSTEM, revision=1, at=NOON, request_id="")
        if wanted.statuses == (Status.NEW, Status.CLOSED):
            many -= 1
        assert tx.queue.count(wanted, SYSTEM) == many
        assert len(tx.queue.page(wanted, SYSTEM, limit=500).alerts) == many


def test_a_scope_hides_rows_and_their_number(filled: State) -> None:
    mine = Scope(frozenset({"so_y_te"}))
    nothing = Scope(frozenset())
    with filled.read() as tx:
        assert {alert.unit for alert in tx.queue.page(AlertFilter(), mine).alerts} == {"so_y_te"}
        assert tx.queue.page(AlertFilter(units=("so_noi_vu",)), mine).alerts == ()
        assert tx.queue.count(AlertFilter(), mine) == 10
        assert sum(tx.queue.counts(mine).values()) == 10
        assert sum(tx.queue.counts(nothing).values()) == tx.queue.count(AlertFilter(), nothing) == 0


def test_counts_name_every_status_and_level(filled: State) -> None:
    with filled.read() as tx:
        counts = tx.queue.counts(SYSTEM)
    assert counts[Status.NEW, Level.LOW] == 5
    assert counts[Status.CLOSED, Level.INFORMATIONAL] == 0
    assert len(counts) == len(Status) * len(Level)


def test_a_count_stops_at_its_bound(filled: State) -> None:
    with filled.read() as tx:
        assert tx.queue.count(AlertFilter(), SYSTEM, most=5) == 6


@pytest.mark.parametrize("after", ["", "x", "1.2", "1.x.a", "1." + "9" * 40 + ".a"])
def test_a_broken_page_key_is_an_error_not_a_page(filled: State, after: str) -> None:
    with pytest.raises(StateError, match="page key") as caught, filled.read() as tx:
        tx.queue.page(AlertFilter(), SYSTEM, after=after)
    assert caught.value.code == "SOC-1608"


@pytest.mark.parametrize(
    ("wanted", "order", "index"),
    [
        (AlertFilter(), Order.QUEUE, "ix_alert_queue"),
        (AlertFilter(lanes=(Lane.QUEUE,)), Order.QUEUE, "ix_alert_lane"),
        (AlertFilter(lanes=(Lane.QUEUE,), levels=(Level.HIGH,), units=("a", "b")), Order.QUEUE, "ix_alert_lane"),
        (AlertFilter(rules=("rule-1",), owner="an"), Order.QUEUE, "ix_alert_queue"),
        (AlertFilter(statuses=()), Order.NEWEST, "ix_alert_age"),
        (AlertFilter(statuses=(Status.CLOSED,), levels=(Level.HIGH,)), Order.NEWEST, "ix_alert_age"),
    ],
)
def test_lists_walk_an_index_and_sort_nothing(filled: State, wanted: AlertFilter, order: Order, index: str) -> None:
    from soc.state.queue import _ordered

    with filled.read() as tx:
        statement = _ordered(select(alert.c.id).where(matches(tx.connection, wanted, SYSTEM)), order).limit(50)
        text = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        plan = " ".join(row[3] for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))
    assert f"COVERING INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("by", list(GroupBy))
@pytest.mark.parametrize(
    "wanted", [AlertFilter(), AlertFilter(()), AlertFilter(levels=(Level.HIGH,)), AlertFilter(text="van 1")]
)
def test_groups_add_up_to_the_count(filled: State, by: GroupBy, wanted: AlertFilter) -> None:
    with filled.write() as tx:
        act(tx, "a00", Action.TAKE, by=Actor("an"), scope=SYSTEM, revision=1, at=NOON, request_id="")
    with filled.read() as tx:
        groups = tx.queue.group(wanted, SYSTEM, by)
        assert sum(number for _, number in groups) == tx.queue.count(wanted, SYSTEM)
        assert [number for _, number in groups] == sorted((number for _, number in groups), reverse=True)
        mine = Scope(frozenset({"so_y_te"}))
        assert sum(number for _, number in tx.queue.group(wanted, mine, by)) == tx.queue.count(wanted, mine)


def test_a_search_for_what_very_many_share_finds_the_same(filled: State, monkeypatch: pytest.MonkeyPatch) -> None:
    filters = [
        AlertFilter(text="nguyen van"),
        AlertFilter(text="many failed"),
        AlertFilter(text="17"),
        AlertFilter(entities=((EntityKind.USER, "NGUYỄN VĂN 3"),)),
        AlertFilter(text="so_y"),
    ]
    with filled.read() as tx:
        few = [tx.queue.page(wanted, SYSTEM).alerts for wanted in filters]
        monkeypatch.setattr("soc.state.matching.FEW", 0)
        many = [tx.queue.page(wanted, SYSTEM).alerts for wanted in filters]
    assert few == many
    assert [len(found) for found in few] == [20, 20, 2, 1, 10]


@pytest.mark.parametrize(
    ("wanted", "many"),
    [
        (AlertFilter(tactics=("credential-access",)), 20),
        (AlertFilter(tactics=("impact",)), 0),
        (AlertFilter(raised_since=NOON + timedelta(minutes=5)), 10),
        (AlertFilter(raised_until=NOON + timedelta(minutes=5)), 10),
        (AlertFilter(due_before=NOON + timedelta(minutes=16)), 1),
        (AlertFilter(lanes=(Lane.DIGEST, Lane.STORM)), 0),
        (AlertFilter(entities=((EntityKind.USER, "nguyễn văn 3"), (EntityKind.USER, "nguyễn văn 4"))), 0),
    ],
)
def test_the_newer_filters_narrow_as_well(filled: State, wanted: AlertFilter, many: int) -> None:
    with filled.read() as tx:
        assert tx.queue.count(wanted, SYSTEM) == len(tx.queue.page(wanted, SYSTEM).alerts) == many


def test_a_list_with_closed_ones_is_by_age_whatever_was_asked(filled: State) -> None:
    with filled.read() as tx:
        asked = tx.queue.page(AlertFilter(()), SYSTEM, order=Order.QUEUE, limit=7)
        assert asked == tx.queue.page(AlertFilter(()), SYSTEM, order=Order.NEWEST, limit=7)
        assert tx.queue.page(AlertFilter(()), SYSTEM, after=asked.next).alerts[0].raised_at <= NOON + 9 * MINUTE


def test_a_number_reads_as_people_quote_it() -> None:
    assert number_text(17) == "CB-000017"


@pytest.mark.parametrize(
    "wanted",
    [
        AlertFilter(),
        AlertFilter(units=("so_y_te",)),
        AlertFilter(rules=("rule-1",)),
        AlertFilter(text="nguyen van 1"),
        AlertFilter(statuses=(Status.CLOSED,)),
        AlertFilter(statuses=(), rules=("rule-1",), levels=(Level.LOW,)),
    ],
)
def test_levels_are_those_that_counting_one_by_one_gives(filled: State, wanted: AlertFilter) -> None:
    with filled.read() as tx:
        one_by_one = {level: tx.queue.count(replace(wanted, levels=(level,)), SYSTEM) for level in Level}

        assert tx.queue.levels(wanted, SYSTEM) == one_by_one


def test_levels_of_too_many_alerts_are_not_told(filled: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soc.state.queue.COUNT_MOST", 5)
    with filled.read() as tx:
        assert tx.queue.levels(AlertFilter(rules=("rule-0",)), SYSTEM) == {}
        assert sum(tx.queue.levels(AlertFilter(rules=("rule-0",), units=("so_y_te",)), SYSTEM).values()) == 3


def test_a_text_of_many_alerts_is_found_by_rule_unit_and_entity(filled: State, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = [], []
    for text in ("nguyen van 1", "so_y", "nguyen"):
        with filled.read() as tx:
            few.append(tx.queue.count(AlertFilter(text=text), SYSTEM))
    monkeypatch.setattr("soc.state.matching.FEW", 12)
    for text in ("nguyen van 1", "so_y", "nguyen"):
        with filled.read() as tx:
            many.append(tx.queue.count(AlertFilter(text=text), SYSTEM))
    assert few == many == [11, 10, 20]
