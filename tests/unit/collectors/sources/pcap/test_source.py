"""A whole capture: flows, what tshark reads, and what went wrong; each with a limit."""

from __future__ import annotations

import shutil
import stat
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from collectors.parser import Context, Parsed
from collectors.parsers.pcap import PcapParser
from collectors.sources.pcap.dissect import Dissection, Limits, find
from collectors.sources.pcap.source import NO_TSHARK, read
from soc.errors import ParseError
from soc.fields.validate import validate
from soc.raw import RawRecord, Transport
from tests.unit.collectors.sources.pcap.packets import SYN, answer, ethernet, icmp, ipv4, ipv6, pcap, query, tcp, udp

CLIENT, SERVER = "10.0.0.1", "192.0.2.53"
FRAMES = [
    (1_700_000_000.5, ethernet(ipv4(CLIENT, SERVER, 17, udp(5_000, 53, query("www.example.com"))))),
    (1_700_000_000.6, ethernet(ipv4(SERVER, CLIENT, 17, udp(53, 5_000, answer("www.example.com", "192.0.2.7"))))),
    (1_700_000_001.0, ethernet(ipv4(CLIENT, "192.0.2.7", 6, tcp(5_001, 80, SYN)), tags=(7,))),
    (1_700_000_002.0, ethernet(ipv4(CLIENT, "192.0.2.7", 1, icmp(8)))),
    (1_700_000_003.0, ethernet(ipv6("2001:db8::1", "2001:db8::2", 58, icmp(128)), 0x86DD)),
    (1_700_000_004.0, ethernet(ipv4(CLIENT, "192.0.2.7", 200, b"x"))),
]

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(FRAMES))
    return path


def _datasets(events: list[Parsed]) -> Counter[str]:
    return Counter(parsed.event["event.dataset"] for parsed in events)


def _program(folder: Path, script: str) -> str:
    """A child that behaves like some tshark; it knows all fields when asked."""
    path = folder / "tshark"
    path.write_text(f'#!/bin/sh\nif [ "$1" = -G ]; then printf "F\\tx\\tframe.number\\n"; exit 0; fi\n{script}\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_without_tshark_there_are_flows_and_a_word_about_it(capture: Path) -> None:
    events = list(read(capture, tshark=None))

    assert _datasets(events) == {"pcap.flow": 5, "pcap.note": 1}
    assert NO_TSHARK in events[-1].event["error.message"]


def test_a_flow_says_who_what_and_how_much(capture: Path) -> None:
    flow = next(iter(read(capture, tshark=None)))

    assert flow.at == datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC)
    assert flow.event["source.ip"] == CLIENT
    assert flow.event["destination.port"] == 53
    assert flow.event["source.mac"] == "52-54-00-00-00-01"
    assert flow.event["network.packets"] == 2
    assert flow.event["event.duration"] == 100_000_000
    assert flow.event["network.community_id"].startswith("1:")


def test_every_event_keeps_to_the_field_table(capture: Path) -> None:
    faults = {fault for parsed in read(capture, tshark=None) for fault in validate(parsed.event, whole=False)}

    assert faults == set()


@needs_tshark
def test_tshark_adds_the_messages(capture: Path) -> None:
    events = list(read(capture))

    assert _datasets(events)["pcap.dns"] == 2
    asked, answered = (parsed.event for parsed in events if parsed.event["event.dataset"] == "pcap.dns")
    assert asked["dns.question.name"] == "www.example.com"
    assert answered["dns.resolved_ip"] == ["192.0.2.7"]
    assert answered["source.ip"] == CLIENT
    assert _datasets(events)["pcap.note"] == 0


def test_the_same_capture_under_another_name_is_the_same_records(capture: Path, tmp_path: Path) -> None:
    other = tmp_path / "renamed.pcap"
    shutil.copy(capture, other)

    first = [parsed.identity for parsed in read(capture, tshark=None)]

    assert first == [parsed.identity for parsed in read(other, tshark=None)]
    assert len(first) == len(set(first))
    assert first[0] == f"{sha256(capture.read_bytes()).hexdigest()}/flow/1".encode()


def test_a_cut_capture_is_read_up_to_the_cut(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes(pcap(FRAMES)[:-5])

    events = list(read(path, tshark=None))

    assert _datasets(events)["pcap.flow"] == 4
    note = next(parsed.event for parsed in events if parsed.event["event.dataset"] == "pcap.note")
    assert "frame 6 is cut short" in note["error.message"]
    assert note["error.message"].startswith("cut.pcap: ")


def test_a_file_that_is_no_capture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(b"hello")

    with pytest.raises(ParseError, match="no capture"):
        list(read(path, tshark=None))


def test_a_child_that_hangs_is_stopped(capture: Path, tmp_path: Path) -> None:
    hanging = _program(tmp_path, "exec sleep 60")

    events = list(read(capture, tshark=hanging, limits=Limits(seconds=1)))

    assert any("stopped by signal 9" in parsed.event.get("error.message", "") for parsed in events)
    assert _datasets(events)["pcap.flow"] == 5


def test_what_a_child_says_when_it_fails_is_kept(capture: Path, tmp_path: Path) -> None:
    failing = _program(
        tmp_path,
        'echo "Running as user \\"root\\"" >&2; echo "the file is broken" >&2; echo \'{"timestamp"broken\';'
        'echo \'{"timestamp":"1","layers":7}\'; echo "{}"; exit 2',
    )
    dissection = Dissection(capture, failing)

    assert list(dissection.answers()) == []
    assert any("does not know" in note for note in dissection.notes)
    assert "a line of tshark could not be read: left out" in dissection.notes
    assert dissection.notes[-1] == "tshark ended with 2: the file is broken"


def test_a_reader_that_stops_early_leaves_no_child(capture: Path, tmp_path: Path) -> None:
    talking = _program(tmp_path, 'while true; do echo \'{"timestamp":"1","layers":{"dns_qry_name":"a"}}\'; done')

    answers = Dissection(capture, talking).answers()
    first = next(answers)
    answers.close()  # type: ignore[attr-defined]  # a generator

    assert first == {"dns_qry_name": ["a"]}


def test_two_messages_of_one_frame_have_two_identities(capture: Path, tmp_path: Path) -> None:
    line = '{"timestamp":"1","layers":{"frame_number":["9"],"http_request_method":["GET","GET"]}}'
    program = _program(tmp_path, f"echo '{line}'")

    events = [parsed for parsed in read(capture, tshark=program) if parsed.event["event.dataset"] == "pcap.http"]

    assert [(parsed.identity or b"").rpartition(b"frame/")[2] for parsed in events] == [
        b"9/pcap.http",
        b"9/pcap.http/1",
    ]
    assert events[0].at is None


def test_tshark_is_looked_for_on_the_path() -> None:
    assert find() == shutil.which("tshark")


def _record(data: bytes, transport: Transport = Transport.PCAP) -> RawRecord:
    return RawRecord("import", "s", 0, "", transport, data)


def test_a_record_names_its_capture(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    data = orjson.dumps({"path": str(capture), "sha256": "ab" * 32, "name": "from-site-b.pcap"})

    events = list(PcapParser().parse(_record(data), Context(datetime(2026, 1, 1, tzinfo=UTC))))

    assert events[0].event["pcap.capture.name"] == "from-site-b.pcap"
    assert events[0].event["pcap.capture.sha256"] == "ab" * 32


@pytest.mark.parametrize(
    "record, words",
    [
        (_record(b'{"path":"/etc/passwd"}', Transport.UDP), "not over the network"),
        (_record(b'{"path":"/nowhere/x.pcap"}'), "is gone"),
        (_record(b"no json"), "names no capture"),
        (_record(b'{"name":"x"}'), "names no capture"),
        (_record(b"[]"), "names no capture"),
    ],
)
def test_a_record_that_names_no_capture_is_refused(record: RawRecord, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        list(PcapParser().parse(record, Context(datetime(2026, 1, 1, tzinfo=UTC))))
