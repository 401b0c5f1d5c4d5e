from __future__ import annotations

from datetime import timedelta

import pytest

from soc.access import SYSTEM, UNASSIGNED, Scope
from soc.errors import NotFound
from soc.state.source_table import Match, Source, SourceTable
from soc.state.store import State
from soc.state.tables.sources import SourceClass, SourceState
from tests.builders import NOON

HOUR = timedelta(hours=1)
MINE = Scope(frozenset({"so_y_te"}))


def a_source(name: str, *match: Match, **fields: object) -> Source:
    return Source(name, name, NOON, match=match, **fields)  # type: ignore[arg-type]


def test_an_unknown_sender_is_accepted_and_waits_for_approval(state: State) -> None:
    with state.write() as tx:
        greeted = tx.sources.greet(Match("udp", "192.0.2.7"), at=NOON)
        again = tx.sources.greet(Match("udp", "192.0.2.7"), at=NOON + HOUR)
        assert greeted == again
        assert (greeted.unit, greeted.state, greeted.product) == (UNASSIGNED, SourceState.PENDING, "auto")
        assert tx.sources.table().resolve("udp", "192.0.2.7") == greeted
        assert tx.sources.greet(Match("udp", "192.0.2.8"), at=NOON).id != greeted.id
        assert tx.sources.all(MINE) == ()


def test_an_approved_source_has_its_unit_from_then_on(state: State) -> None:
    with state.write() as tx:
        old = tx.sources.greet(Match("udp", "192.0.2.7"), at=NOON)
        new = tx.sources.approve(
            old.id, SYSTEM, unit="so_y_te", at=NOON + HOUR, product="fortigate", kind=SourceClass.FIREWALL
        )
        table = tx.sources.table()
        assert tx.sources.get(old.id, MINE) == new
        assert tx.sources.all(SYSTEM, states=(SourceState.ACTIVE,)) == (new,)
        assert [record.unit for record in tx.sources.versions(old.id, SYSTEM)] == [UNASSIGNED, "so_y_te"]
    assert (new.state, new.product, new.kind) == (SourceState.ACTIVE, "fortigate", SourceClass.FIREWALL)
    assert table.at(old.id, NOON + HOUR / 2).unit == UNASSIGNED  # type: ignore[union-attr]
    assert table.at(old.id, NOON + HOUR).unit == "so_y_te"  # type: ignore[union-attr]
    assert table.at(old.id, NOON - HOUR).unit == UNASSIGNED  # type: ignore[union-attr]
    assert table.at("none", NOON) is None
    assert table.get(old.id) == new


def test_a_source_of_another_unit_cannot_be_changed(state: State) -> None:
    with state.write() as tx:
        name = tx.sources.greet(Match("udp", "192.0.2.7"), at=NOON).id
        with pytest.raises(NotFound):
            tx.sources.approve(name, MINE, unit="so_y_te", at=NOON)


def test_every_change_is_noticed_and_no_change_is_none(state: State) -> None:
    with state.write() as tx:
        assert tx.sources.mark() == 0
        name = tx.sources.add(a_source("fw-1", Match(peer="192.0.2.7"))).id
        tx.sources.add(a_source("fw-1"))
        assert tx.sources.mark() == 1
        tx.sources.change(name, SYSTEM, at=NOON + HOUR, name="fw-1")
        assert tx.sources.mark() == 1
        tx.sources.change(name, SYSTEM, at=NOON + HOUR, name="Firewall")
        tx.sources.change(name, SYSTEM, at=NOON + HOUR, name="Tường lửa")
        assert tx.sources.mark() == 3
        assert [record.name for record in tx.sources.versions(name, SYSTEM)] == ["fw-1", "Tường lửa"]


def test_a_clock_that_was_set_back_cannot_end_a_record_before_it_began(state: State) -> None:
    with state.write() as tx:
        tx.sources.add(a_source("fw-1"))
        tx.sources.change("fw-1", SYSTEM, at=NOON - HOUR, name="Firewall")
        assert [record.name for record in tx.sources.versions("fw-1", SYSTEM)] == ["Firewall"]


def test_when_a_source_was_heard(state: State) -> None:
    with state.write() as tx:
        tx.sources.add(a_source("fw-1", unit="so_y_te"))
        tx.sources.saw({"fw-1": NOON, "gone": NOON})
        tx.sources.saw({"fw-1": NOON + HOUR})
        seen = tx.sources.seen(MINE)
    assert list(seen) == ["fw-1"]
    assert (seen["fw-1"].first, seen["fw-1"].last) == (NOON, NOON + HOUR)


RELAY = a_source("relay", Match("udp", "198.51.100.1"), relay=True)
TABLE = SourceTable(
    [
        a_source("any-file", Match("files")),
        a_source("net", Match(peer="10.1.0.0/16")),
        a_source("subnet", Match(peer="10.1.2.0/24")),
        a_source("host", Match(peer="10.1.2.3")),
        a_source("tcp-host", Match("tcp", "10.1.2.3")),
        a_source("named", Match(peer="gateway.example")),
        a_source("retired", Match(peer="10.9.9.9"), state=SourceState.RETIRED),
        RELAY,
        a_source("behind", Match(peer="198.51.100.1", host="Web01")),
    ]
)


@pytest.mark.parametrize(
    ("listener", "peer", "host", "found"),
    [
        ("udp", "10.1.9.9", "", "net"),
        ("udp", "10.1.2.9", "", "subnet"),
        ("udp", "10.1.2.3", "", "host"),
        ("udp", "::ffff:10.1.2.3", "", "host"),
        ("tcp", "10.1.2.3", "", "tcp-host"),
        ("udp", "10.1.2.3", "web01", "host"),
        ("files", "", "", "any-file"),
        ("udp", "gateway.example", "", "named"),
        ("udp", "192.0.2.1", "", None),
        ("udp", "10.9.9.9", "", None),
        ("udp", "198.51.100.1", "", "relay"),
        ("udp", "198.51.100.1", "WEB01", "behind"),
        ("udp", "198.51.100.1", "web02", None),
        ("tcp", "198.51.100.1", "web01", None),
    ],
)
def test_the_narrowest_match_wins_and_only_a_relay_is_split(
    listener: str, peer: str, host: str, found: str | None
) -> None:
    for _ in range(2):
        source = TABLE.resolve(listener, peer, host)
        assert (source.id if source else None) == found


def test_a_record_holds_from_its_beginning_to_before_its_end() -> None:
    source = Source("a", "a", NOON, valid_to=NOON + HOUR)
    assert [source.holds_at(NOON + HOUR * n) for n in (-1, 0, 1)] == [False, True, False]
