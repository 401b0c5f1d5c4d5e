from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from collectors.finish import Trust
from collectors.parser import PROVINCE_ZONE
from collectors.senders import REFRESH_SECONDS, OneSender, Senders
from soc.access import SYSTEM, UNASSIGNED
from soc.clock import ManualClock
from soc.raw import RawRecord, Transport
from soc.state.source_table import Match, Source
from soc.state.store import State
from soc.state.tables.sources import SourceState
from tests.builders import NOON

FIREWALL = Source("fw", "Firewall", NOON, unit="so_y_te", product="fortigate", match=(Match(peer="10.0.0.0/24"),))


@pytest.fixture
def senders(state: State, clock: ManualClock) -> Senders:
    with state.write() as tx:
        tx.sources.add(FIREWALL)
    return Senders(state, clock)


def record(source: str = "fw", transport: Transport = Transport.UDP) -> RawRecord:
    return RawRecord("udp", source, 0, "10.0.0.1", transport, b"line")


def test_a_known_sender_is_found_by_its_network(senders: Senders) -> None:
    assert senders.source_of("udp", "10.0.0.9") == "fw"
    sender = senders.sender_of(record())
    assert (sender.info.unit, sender.info.zone, sender.info.trust) == ("so_y_te", PROVINCE_ZONE, Trust.CLAIMED)
    assert sender.product == "fortigate"


def test_an_unknown_sender_is_taken_in_and_waits_for_approval(senders: Senders, state: State) -> None:
    name = senders.source_of("udp", "192.0.2.1")
    assert senders.source_of("udp", "192.0.2.1") == name
    with state.read() as tx:
        greeted = tx.sources.get(name, SYSTEM)
    assert (greeted.unit, greeted.state) == (UNASSIGNED, "pending")
    assert senders.sender_of(record(name)).info.unit == UNASSIGNED


def test_a_change_is_seen_within_a_second(senders: Senders, state: State, clock: ManualClock) -> None:
    assert str(senders.sender_of(record()).info.zone) == str(PROVINCE_ZONE)
    with state.write() as tx:
        tx.sources.change("fw", SYSTEM, at=NOON, zone="UTC", unit="so_tu_phap")
    assert senders.sender_of(record()).info.unit == "so_y_te"
    clock.advance(timedelta(seconds=REFRESH_SECONDS))
    info = senders.sender_of(record()).info
    assert (info.unit, str(info.zone)) == ("so_tu_phap", "UTC")
    clock.advance(timedelta(seconds=REFRESH_SECONDS))
    assert senders.sender_of(record()).info is info


@pytest.mark.parametrize(
    ("transport", "trust"),
    [
        (Transport.TCP, Trust.CONNECTED),
        (Transport.HTTP, Trust.PROVEN),
        (Transport.FILE, Trust.LOCAL),
        (Transport.EVTX, Trust.LOCAL),
        (Transport.PCAP, Trust.LOCAL),
    ],
)
def test_the_transport_says_how_far_a_sender_is_trusted(senders: Senders, transport: Transport, trust: Trust) -> None:
    assert senders.sender_of(record("nobody", transport)).info.trust is trust


def test_files_of_a_command_come_from_one_sender() -> None:
    sender = OneSender("file", "nginx", zone="UTC", unit="so_y_te", year=2025).sender_of(record())
    assert (sender.product, sender.year, str(sender.info.zone)) == ("nginx", 2025, "UTC")
    assert replace(sender.info, zone=PROVINCE_ZONE) == replace(OneSender("file", unit="so_y_te")._sender.info)


def test_a_paused_source_is_kept_and_not_read(senders: Senders, state: State, clock: ManualClock) -> None:
    assert not senders.sender_of(record()).paused
    with state.write() as tx:
        tx.sources.change("fw", SYSTEM, at=NOON, state=SourceState.PAUSED)
    clock.advance(timedelta(seconds=REFRESH_SECONDS))

    assert senders.sender_of(record()).paused
