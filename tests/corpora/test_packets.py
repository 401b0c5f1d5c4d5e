"""Real captures: kept once and named by their events, and the packets of their conversations found again."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.files import digest
from collectors.sources.pcap.cut import MOST_PACKETS, cut
from collectors.sources.pcap.flows import FlowTable
from collectors.sources.pcap.frames import open_capture
from collectors.sources.pcap.packets import look
from soc.access import SYSTEM
from soc.errors import ParseError, SourceError
from soc.query import Query
from soc.store.embedded import EmbeddedStore
from socctl import wiring
from socctl.drain import step_all
from socctl.importing import Importer, Wanted
from socctl.wiring import Site
from tests.corpus import corpus

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
SAMPLE = ("zeek/krb/smb2_krb.pcap", "zeek/http/100-continue.pcap", "zeek/dns53.pcap", "zeek/ssh/ssh_kex_mlkem.pcap")
PROTOCOLS = {"zeek/krb/smb2_krb.pcap": "SMB2", "zeek/http/100-continue.pcap": "HTTP", "zeek/dns53.pcap": "DNS"}


def _all() -> list[Path]:
    return sorted(path for path in corpus("pcap-dev").rglob("*") if path.suffix in {".pcap", ".pcapng"})


def _flows(path: Path) -> Counter[str]:
    """Conversation -> packets, as the events will say."""
    found: Counter[str] = Counter()
    capture = open_capture(path)
    for flow in FlowTable().over(capture.frames()):
        found[flow.community] += sum(flow.packets)
    capture.close()
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("SOC_DATA", str(tmp_path / "data"))
    return wiring.site()


def test_every_conversation_gives_the_packets_that_its_flows_counted() -> None:
    wrong = []
    for path in _all():
        try:
            busiest = _flows(path).most_common(3)
        except ParseError:
            continue
        for community, packets in busiest:
            capture = open_capture(path)
            found = len(cut(capture, community).frames)
            capture.close()
            if found != min(packets, MOST_PACKETS):
                wrong.append((path.name, community, packets, found))
    assert wrong == []


@needs_tshark
@pytest.mark.parametrize("name", SAMPLE)
def test_real_packets_are_listed_and_taken_apart(name: str) -> None:
    path = corpus("pcap-dev") / name
    community, packets = _flows(path).most_common(1)[0]

    found = look(path, community, chosen=1)

    assert len(found.packets) == min(packets, MOST_PACKETS)
    assert ("limit" in {kind for kind, _ in found.notes}) is (packets > MOST_PACKETS)
    assert all(one.protocol and one.source and one.destination and one.info for one in found.packets)
    assert {PROTOCOLS.get(name, "TCP")} <= {one.protocol for one in found.packets}
    assert found.layers
    assert found.data


@needs_tshark
def test_a_capture_cut_anywhere_ends_in_packets_or_in_one_line(tmp_path: Path) -> None:
    whole = (corpus("pcap-dev") / SAMPLE[1]).read_bytes()
    community, _ = _flows(corpus("pcap-dev") / SAMPLE[1]).most_common(1)[0]
    for place in (3, 20, 30, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.pcap").write_bytes(whole[:place])
        try:
            notes = {kind for kind, _ in look(tmp_path / "cut.pcap", community).notes}
        except SourceError as error:
            notes = {error.code}
        assert notes & {"damage", "SOC-1365", "SOC-1366"}, place


@needs_tshark
def test_an_imported_capture_is_kept_once_and_its_events_lead_back_to_it(place: Site, tmp_path: Path) -> None:
    captures = [corpus("pcap-dev") / name for name in SAMPLE]
    shutil.copyfile(captures[0], tmp_path / "the-same-under-another-name.pcap")
    opened = wiring.state(place)
    Importer(place, opened, Wanted()).run([*captures, tmp_path / "the-same-under-another-name.pcap"])
    roles = [wiring.ROLES[name](place) for name in ("normalise", "keep", "detect")]  # type: ignore[index]
    step_all(place, roles)
    for role in roles:
        role.close()
    opened.close()

    store = EmbeddedStore(place.data, read_only=True)
    span = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    events = store.search(Query(None, *span, SYSTEM), limit=5_000, newest_first=True).events
    store.close()
    named = [event for event in events if event.get("event.module") == "pcap"]

    hashes = {digest(path) for path in captures}
    assert sorted(path.name for path in place.data.evidence.iterdir()) == sorted(f"{one}.pcap" for one in hashes)
    assert {event["pcap.capture.sha256"] for event in named} == hashes
    talking = [event for event in named if event.get("source.ip") and event.get("destination.ip")]
    assert len(talking) > len(SAMPLE)
    assert [event["event.dataset"] for event in talking if not event.get("network.community_id")] == []
    for event in {event["pcap.capture.sha256"]: event for event in talking}.values():
        kept = place.data.capture(str(event["pcap.capture.sha256"]))
        assert kept is not None
        assert look(kept, str(event["network.community_id"])).packets
