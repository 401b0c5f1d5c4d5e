from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from soc.access import SYSTEM, Scope
from soc.register import BotnetAddress, EndpointCount
from soc.state.store import State
from tests.builders import NOON

ELSEWHERE = Scope(frozenset({"so_tai_chinh"}))
DAY = date(2026, 11, 20)
COUNT = EndpointCount("so_y_te", DAY, "Trung tâm CNTT", 120, 100, 90, 3, "an", NOON)
LISTED = BotnetAddress("so_y_te", DAY, "192.0.2.7", "Cơ quan điều phối", "mirai", "an", NOON)


def test_a_second_count_of_a_day_replaces_the_first(state: State) -> None:
    with state.write() as tx:
        tx.external.count_endpoints([COUNT, replace(COUNT, day=DAY - timedelta(days=1))])
        tx.external.count_endpoints([replace(COUNT, protected=110)])
        assert [one.protected for one in tx.external.endpoints(SYSTEM)] == [110, 100]
        assert tx.external.endpoints(ELSEWHERE) == ()
        assert [one.day for one in tx.external.latest_endpoints(SYSTEM, until=DAY)] == [DAY]


def test_an_address_on_two_lists_counts_once(state: State) -> None:
    with state.write() as tx:
        tx.external.list_botnet([LISTED, replace(LISTED, given_by="VNCERT"), replace(LISTED, address="192.0.2.8")])
        assert tx.external.botnet_counts(SYSTEM, since=DAY, until=DAY) == {"so_y_te": 2}
        assert tx.external.botnet_counts(SYSTEM, since=DAY - timedelta(days=3), until=DAY - timedelta(days=1)) == {}
        assert tx.external.botnet_counts(ELSEWHERE, since=DAY, until=DAY) == {}
        assert len(tx.external.botnet(SYSTEM, since=DAY)) == 3


def test_who_gave_nothing_is_not_known(state: State) -> None:
    with state.write() as tx:
        assert tx.external.givers(SYSTEM) == {}
        tx.external.count_endpoints([COUNT])
        tx.external.list_botnet([replace(LISTED, day=DAY - timedelta(days=2))])
        assert tx.external.givers(SYSTEM) == {"Trung tâm CNTT": DAY, "Cơ quan điều phối": DAY - timedelta(days=2)}
