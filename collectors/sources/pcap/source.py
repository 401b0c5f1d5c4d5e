"""A capture file as partial events: first the flows, then what tshark reads in them, last what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_ntop

from collectors.enrich.addresses import mac
from collectors.parser import Parsed
from collectors.sources.pcap.dissect import Dissection, Limits, find
from collectors.sources.pcap.flows import Flow, FlowTable
from collectors.sources.pcap.frames import open_capture
from collectors.sources.pcap.records import Exchanges
from soc.errors import ParseError
from soc.event import Event, timestamp

TRANSPORTS = {1: "icmp", 2: "igmp", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 58: "ipv6-icmp", 89: "ospf", 132: "sctp"}
NO_TSHARK = "tshark is not installed: flows only - install the package tshark, then import again with --again"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000_000


def read(
    path: Path, *, digest: str = "", name: str = "", tshark: str | None = "auto", limits: Limits | None = None
) -> Iterator[Parsed]:
    """Everything a capture tells. `digest`: its SHA-256, worked out when not given; it makes the identity, so the
    same capture under another name is the same events. Raises ParseError when the file is no capture at all."""
    capture = _Capture(digest or _sha256(path), name or path.name)
    yield from _flows(path, capture)
    program = find() if tshark == "auto" else tshark
    if program is None:
        yield capture.note(NO_TSHARK, "no_parser")
        return
    dissection = Dissection(path, program, limits or Limits())
    exchanges = Exchanges()
    for answer in dissection.answers():
        for dataset, number, at_ns, event in exchanges.of(answer):
            yield capture.frame(dataset, number, at_ns, event)
    for dataset, number, at_ns, event in exchanges.rest():
        yield capture.frame(dataset, number, at_ns, event)
    for note in dissection.notes:
        yield capture.note(note, "decode")


def _flows(path: Path, capture: _Capture) -> Iterator[Parsed]:
    opened = open_capture(path)
    table = FlowTable()
    try:
        for flow in table.over(opened.frames()):
            yield capture.flow(flow)
    finally:
        opened.close()
    for note in opened.notes:
        yield capture.note(note, "decode")


class _Capture:
    """The name and hash that every event of a capture carries; counts what was said of each frame."""

    def __init__(self, digest: str, name: str) -> None:
        self._digest = digest
        self._name = name
        self._said: dict[str, int] = {}
        self._notes = 0

    def flow(self, flow: Flow) -> Parsed:
        event = self._event("pcap.flow")
        event.update(_flow(flow))
        return self._parsed(event, flow.first_ns, f"flow/{flow.number}")

    def frame(self, dataset: str, number: int, at_ns: int, found: Event) -> Parsed:
        event = self._event(dataset)
        event["pcap.frame.number"] = number
        event.update(found)
        # A frame may hold several messages of a kind: the first keeps the plain name. Only the last frame is kept
        # in mind, for messages of one frame come one after another.
        place = f"frame/{number}/{dataset}"
        again = self._said.get(place, 0)
        if len(self._said) > 20_000:
            self._said.clear()
        self._said[place] = again + 1
        return self._parsed(event, at_ns, f"{place}/{again}" if again else place)

    def note(self, text: str, kind: str) -> Parsed:
        """What could not be read, as an event that is seen and counted."""
        self._notes += 1
        event = self._event("pcap.note")
        event.update({"event.kind": "pipeline_error", "error.type": kind, "error.message": f"{self._name}: {text}"})
        return Parsed(event, None, "receive_time", identity=self._identity(f"note/{text}"))

    def _event(self, dataset: str) -> Event:
        return {
            "event.kind": "event",
            "event.module": "pcap",
            "event.dataset": dataset,
            "pcap.capture.sha256": self._digest,
            "pcap.capture.name": self._name,
        }

    def _parsed(self, event: Event, at_ns: int, place: str) -> Parsed:
        at = _at(at_ns)
        status = "exact" if at is not None else "receive_time"
        return Parsed(event, at, status, identity=self._identity(place))

    def _identity(self, place: str) -> bytes:
        return f"{self._digest}/{place}".encode()


def _flow(flow: Flow) -> Event:
    start, end = _at(flow.first_ns), _at(flow.last_ns)
    event: Event = {
        "event.category": ["network"],
        "event.type": ["connection"],
        "event.action": "flow",
        "network.iana_number": str(flow.protocol),
        "network.type": "ipv4" if len(flow.source) == 4 else "ipv6",
        "network.community_id": flow.community,
        "network.bytes": sum(flow.bytes),
        "network.packets": sum(flow.packets),
        "event.duration": flow.last_ns - flow.first_ns,
        "pcap.flow.number": flow.number,
    }
    if start is not None and end is not None:
        event["event.start"], event["event.end"] = timestamp(start), timestamp(end)
    if flow.protocol in TRANSPORTS:
        event["network.transport"] = TRANSPORTS[flow.protocol]
    if flow.vlan >= 0:
        event["network.vlan.id"] = str(flow.vlan)
    _side(event, flow, 0, "source", flow.source, flow.source_port)
    _side(event, flow, 1, "destination", flow.destination, flow.destination_port)
    return event


def _side(event: Event, flow: Flow, side: int, name: str, packed: bytes, number: int) -> None:
    text = inet_ntop(AF_INET if len(packed) == 4 else AF_INET6, packed)
    event[f"{name}.address"] = event[f"{name}.ip"] = text
    if flow.protocol in (6, 17, 132):
        event[f"{name}.port"] = number
    elif flow.protocol in (1, 58):
        event[f"pcap.flow.icmp_{'type' if side == 0 else 'code'}"] = number
    event[f"{name}.packets"] = flow.packets[side]
    event[f"{name}.bytes"] = flow.bytes[side]
    event[f"pcap.flow.{name}_payload"] = flow.payload[side]
    if flow.protocol == 6:
        event[f"pcap.flow.{name}_flags"] = flow.letters(side)
    # An Ethernet header holds the destination first.
    place = 6 if side == 0 else 0
    if (hardware := mac(flow.macs[place : place + 6].hex())) is not None:
        event[f"{name}.mac"] = hardware


def _at(at_ns: int) -> datetime | None:
    """The time of a frame; pcapng's simple packets have none."""
    return _EPOCH + timedelta(microseconds=at_ns // 1_000) if 0 < at_ns < _LAST else None


def _sha256(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def reference(data: bytes) -> tuple[Path, str, str]:
    """(path, SHA-256, name) of a raw record that stands for a capture: the bytes themselves lie beside the log."""
    import orjson

    try:
        document = orjson.loads(data)
        return Path(document["path"]), str(document.get("sha256", "")), str(document.get("name", ""))
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ParseError(f"the record names no capture: {error}", kind="bad_body") from error
