from __future__ import annotations

from datetime import timedelta

from soc.access import SYSTEM, Scope
from soc.alert import Action, Actor, Alert, Lane
from soc.state.moves import act
from soc.state.ordering import refresh
from soc.state.queue import AlertFilter
from soc.state.store import State
from tests.builders import NOON, a_card, an_alert

SECOND = timedelta(seconds=1)


def raise_(state: State, many: int, *, rule: str = "rule-1", seconds: int = 0, first: int = 0) -> None:
    at = NOON + seconds * SECOND
    made = [
        an_alert(f"{rule}-{first + n}", rule=a_card(rule), raised_at=at, unit=("so_y_te", "so_noi_vu")[n % 2])
        for n in range(many)
    ]
    with state.write() as tx:
        tx.alerts.insert(tx.storms.guard(made, at), at=at)


def lanes(state: State) -> dict[Lane, int]:
    with state.read() as tx:
        return tx.queue.lanes(SYSTEM)


def test_thirty_alerts_in_a_minute_are_no_storm_and_thirty_one_are(state: State) -> None:
    raise_(state, 30)
    assert lanes(state)[Lane.STORM] == 0
    raise_(state, 1, seconds=30, first=30)
    assert lanes(state) == {Lane.QUEUE: 0, Lane.DIGEST: 0, Lane.STORM: 31}


def test_three_hundred_an_hour_are_too_many_as_well(state: State) -> None:
    for batch in range(15):
        raise_(state, 20, seconds=batch * 120, first=batch * 20)
    assert lanes(state)[Lane.STORM] == 0
    raise_(state, 1, seconds=1_801, first=300)
    assert lanes(state)[Lane.STORM] == 301


def test_one_row_stands_for_the_storm_within_the_readers_scope(state: State) -> None:
    raise_(state, 40)
    raise_(state, 10, seconds=5, first=40)
    with state.read() as tx:
        (storm,) = tx.queue.storms(SYSTEM)
        (mine,) = tx.queue.storms(Scope(frozenset({"so_y_te"})))
        assert tx.queue.storms(Scope(frozenset())) == ()
    assert (storm.rule.id, storm.alerts, storm.units, storm.since) == ("rule-1", 50, ("so_noi_vu", "so_y_te"), NOON)
    assert (mine.alerts, mine.units) == (25, ("so_y_te",))


def test_other_rules_are_untouched(state: State) -> None:
    raise_(state, 50)
    raise_(state, 1, rule="rule-2", seconds=1)
    with state.read() as tx:
        shown = tx.queue.page(AlertFilter(lanes=(Lane.QUEUE,)), SYSTEM).alerts
    assert [one.rule.id for one in shown] == ["rule-2"]


def test_what_somebody_works_on_stays_in_the_queue(state: State) -> None:
    raise_(state, 30)
    with state.write() as tx:
        act(tx, "rule-1-3", Action.TAKE, by=Actor("an"), scope=SYSTEM, revision=1, at=NOON, request_id="")
    raise_(state, 5, seconds=2, first=30)
    assert lanes(state) == {Lane.QUEUE: 1, Lane.DIGEST: 0, Lane.STORM: 34}


def test_it_ends_after_ten_minutes_below_the_mark_and_its_alerts_stay_in_their_row(state: State) -> None:
    raise_(state, 40)
    for minutes, ended in ((5, False), (11, True)):
        refresh(state, NOON + timedelta(minutes=minutes))
        with state.read() as tx:
            (storm,) = tx.queue.storms(SYSTEM)
        assert (storm.ended is not None) is ended
    raise_(state, 1, seconds=4_000, first=40)
    assert lanes(state) == {Lane.QUEUE: 1, Lane.DIGEST: 0, Lane.STORM: 40}


def test_a_storm_that_goes_on_does_not_end(state: State) -> None:
    for minute in range(20):
        raise_(state, 35, seconds=minute * 60, first=minute * 35)
        refresh(state, NOON + timedelta(minutes=minute))
    with state.read() as tx:
        (storm,) = tx.queue.storms(SYSTEM)
    assert (storm.alerts, storm.ended) == (700, None)


def numbers(alerts: tuple[Alert, ...]) -> list[int]:
    return [one.number for one in alerts]


def test_the_alerts_behind_a_row_can_all_be_listed(state: State) -> None:
    raise_(state, 40)
    with state.read() as tx:
        (storm,) = tx.queue.storms(SYSTEM)
        page = tx.queue.page(AlertFilter(lanes=(Lane.STORM,), rules=(storm.rule.id,)), SYSTEM, limit=500)
    assert sorted(numbers(page.alerts)) == list(range(1, 41))
    assert {one.storm for one in page.alerts} == {storm.id}
