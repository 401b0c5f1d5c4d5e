from __future__ import annotations

from datetime import timedelta

from soc.access import SYSTEM, Scope
from soc.alert import CorrelationFacts, Hit
from soc.state.store import State
from tests.builders import NOON, a_hit

FACTS = CorrelationFacts("event_count", (("user.name", "an"),), NOON, NOON, 5, "count >= 5", ("rule-1",))


def test_a_repeated_batch_writes_nothing_new(state: State) -> None:
    hits = [a_hit("a"), a_hit("b"), a_hit("a")]
    with state.write() as tx:
        assert tx.hits.add(hits) == (hits[0], hits[1])
    with state.write() as tx:
        assert tx.hits.add([*hits, a_hit("c")]) == (a_hit("c"),)


def test_no_hits_are_no_work(state: State) -> None:
    with state.write() as tx:
        assert tx.hits.add([]) == ()


def test_a_hit_comes_back_as_it_was(state: State) -> None:
    hit = a_hit(
        correlation=FACTS,
        matched={"EventID": 4625, "list": ["a", 1], "nothing": None},
        events=({"@timestamp": "2026", "user.name": "Ân"},),
        weak_filter=("filter-1",),
        count=5,
    )
    with state.write() as tx:
        tx.hits.add([hit])
        assert tx.hits.get(["hit-1"], SYSTEM) == (hit,)


def test_a_hit_of_another_unit_is_not_there(state: State) -> None:
    with state.write() as tx:
        tx.hits.add([a_hit()])
        tx.hits.attach([("alert-1", a_hit())])
        other = Scope(frozenset({"so_noi_vu"}))
        assert tx.hits.get(["hit-1"], other) == ()
        assert tx.hits.of_alert("alert-1", other) == ()


def test_hits_of_some_rules_come_oldest_first(state: State) -> None:
    hits = [a_hit(f"h{n}", at=NOON - timedelta(minutes=n)) for n in range(4)]
    with state.write() as tx:
        tx.hits.add(hits)
        since = NOON - timedelta(minutes=2)
        assert tx.hits.of_rules([hits[0].rule.id, "other"], since, SYSTEM) == (hits[2], hits[1], hits[0])
        assert tx.hits.of_rules(["other"], since, SYSTEM) == ()
        assert tx.hits.of_rules([hits[0].rule.id], since, Scope(frozenset())) == ()


def test_hits_of_an_alert_come_in_pages_newest_first(state: State) -> None:
    hits = [a_hit(f"h{n}", at=NOON + timedelta(minutes=n // 2)) for n in range(7)]
    with state.write() as tx:
        tx.hits.add(hits)
        tx.hits.attach(("alert-1", hit) for hit in hits)
        tx.hits.attach([("alert-1", hits[0])])
        seen: list[Hit] = []
        while page := tx.hits.of_alert("alert-1", SYSTEM, after=_key(seen), limit=3):
            seen += page
    assert [hit.id for hit in seen] == ["h6", "h5", "h4", "h3", "h2", "h1", "h0"]


def test_an_episode_grows_under_its_own_id(state: State) -> None:
    first = a_hit(correlation=FACTS, count=5)
    grown = a_hit(correlation=FACTS, count=9, event_ids=("a", "b"), at=NOON + timedelta(minutes=1))
    with state.write() as tx:
        tx.hits.add([first])
        tx.hits.attach([("alert-1", first)])
        tx.hits.grow([grown])
        tx.hits.attach([("alert-1", grown)])
        assert tx.hits.of_alert("alert-1", SYSTEM) == (grown,)
        assert tx.hits.get(["hit-1"], SYSTEM) == (grown,)


def test_a_rule_card_is_stored_once(state: State) -> None:
    with state.write() as tx:
        tx.hits.add([a_hit(f"h{n}") for n in range(50)])
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM rule_card").scalar() == 1


def _key(seen: list[Hit]):  # type: ignore[no-untyped-def]
    return (seen[-1].at, seen[-1].id) if seen else None
