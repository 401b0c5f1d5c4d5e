"""Flows: who spoke with whom, how much, from when to when; summed in one pass over the frames, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from collectors.enrich.community import community_id, icmp_ports
from collectors.sources.pcap.frames import Frame
from collectors.sources.pcap.headers import ICMP, ICMP6, TCP, UDP, Packet, walk

MOST_FLOWS = 200_000
MOST_FRAGMENTS = 10_000
_SECOND = 1_000_000_000
_IDLE = {TCP: 300 * _SECOND}
_IDLE_OTHER = 60 * _SECOND

FIN, SYN, RST, ACK = 1, 2, 4, 16
_LETTERS = ((FIN, "F"), (SYN, "S"), (RST, "R"), (8, "P"), (ACK, "A"), (32, "U"), (64, "E"), (128, "C"))


_SERVERS = """
    21 22 23 25 53 67 80 88 110 123 135 137 138 139 143 161 389 443 445 465 500 514 587 636 853 993 995 1433 1521 2049
    3128 3306 3389 5060 5432 8080 8443
"""
SERVERS = frozenset(map(int, _SERVERS.split()))
"""Ports at which servers listen; only asked where no SYN says who began."""


@dataclass(slots=True)
class Flow:
    """One conversation; index 0 of each pair is the side that opened it."""

    number: int
    protocol: int
    source: bytes
    destination: bytes
    source_port: int
    destination_port: int
    one_way: bool
    first_ns: int
    last_ns: int
    vlan: int
    macs: bytes
    packets: list[int] = field(default_factory=lambda: [0, 0])
    bytes: list[int] = field(default_factory=lambda: [0, 0])
    payload: list[int] = field(default_factory=lambda: [0, 0])
    flags: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def community(self) -> str:
        ports = self.source_port, self.destination_port
        return community_id(self.protocol, self.source, self.destination, *ports, one_way=self.one_way)

    def letters(self, side: int) -> str:
        """TCP flags that this side set at least once, e.g. `FSPA`."""
        return "".join(letter for bit, letter in _LETTERS if self.flags[side] & bit)


Key = tuple[int, bytes, bytes, int, int]


@dataclass(slots=True)
class FlowTable:
    """Feed it frames; take what is finished. `other` counts frames without IP, `evicted` flows given out early."""

    frames: int = 0
    other: int = 0
    evicted: int = 0
    _open: dict[Key, tuple[Flow, int]] = field(default_factory=dict)
    _fragments: dict[tuple[bytes, bytes, int], tuple[int, int]] = field(default_factory=dict)
    _count: int = 0

    def community(self, packet: Packet) -> str:
        """The id of the conversation that a packet belongs to; later fragments go by the first."""
        first, second, one_way = self._ports(packet)
        return community_id(packet.protocol, packet.source, packet.destination, first, second, one_way=one_way)

    def over(self, frames: Iterator[Frame]) -> Iterator[Flow]:
        """The flows of all frames: a flow that ended, was idle too long or was too many comes early."""
        for _, at_ns, link, data, _ in frames:
            self.frames += 1
            packet = walk(link, data)
            if packet is None:
                self.other += 1
            else:
                yield from self._add(packet, at_ns)
        rest = {id(flow): flow for flow, _ in self._open.values()}
        yield from sorted(rest.values(), key=lambda flow: flow.number)
        self._open.clear()

    def _add(self, packet: Packet, at_ns: int) -> Iterator[Flow]:
        first, second, one_way = self._ports(packet)
        key = (packet.protocol, packet.source, packet.destination, first, second)
        known = self._open.get(key)
        if known is not None and _is_over(known[0], packet, at_ns):
            self._drop(known[0])
            yield known[0]
            known = None
        if known is None:
            if len(self._open) > 2 * MOST_FLOWS:
                oldest = next(iter(self._open.values()))[0]
                self._drop(oldest)
                self.evicted += 1
                yield oldest
            known = self._new(packet, key, at_ns, one_way=one_way)
        flow, side = known
        flow.packets[side] += 1
        flow.bytes[side] += packet.length
        flow.payload[side] += packet.payload
        flow.flags[side] |= packet.flags
        if at_ns > flow.last_ns:
            flow.last_ns = at_ns

    def _new(self, packet: Packet, key: Key, at_ns: int, *, one_way: bool) -> tuple[Flow, int]:
        protocol, source, destination, first, second = key
        self._count += 1
        answered = _is_answer(packet)
        macs = packet.macs
        if answered:
            source, destination, first, second = destination, source, second, first
            macs = macs[6:] + macs[:6]
        flow = Flow(self._count, protocol, source, destination, first, second, one_way, at_ns, at_ns, packet.vlan, macs)
        self._open[(protocol, source, destination, first, second)] = (flow, 0)
        if not one_way:
            self._open.setdefault((protocol, destination, source, second, first), (flow, 1))
        return flow, int(answered)

    def _drop(self, flow: Flow) -> None:
        ports = flow.source_port, flow.destination_port
        self._open.pop((flow.protocol, flow.source, flow.destination, *ports), None)
        back = (flow.protocol, flow.destination, flow.source, ports[1], ports[0])
        if (known := self._open.get(back)) is not None and known[0] is flow:
            del self._open[back]

    def _ports(self, packet: Packet) -> tuple[int, int, bool]:
        """Ports of the flow's key: ICMP by type, a later fragment those of the first."""
        first, second = packet.first, packet.second
        if packet.protocol in (ICMP, ICMP6) and first >= 0:
            first, second, one_way = icmp_ports(packet.protocol, first, second)
        else:
            one_way = False
        if packet.fragment:
            name = (packet.source, packet.destination, packet.fragment)
            if first >= 0:
                if len(self._fragments) >= MOST_FRAGMENTS:
                    self._fragments.clear()
                self._fragments[name] = (first, second)
            else:
                first, second = self._fragments.get(name, (0, 0))
        return max(first, 0), max(second, 0), one_way


def _is_answer(packet: Packet) -> bool:
    """Whether a flow's first packet is an answer: the capture began too late, the other side opened it."""
    if packet.flags & SYN:
        return bool(packet.flags & ACK)
    to_many = packet.destination[0] >= (224 if len(packet.destination) == 4 else 255)
    ported = packet.protocol in (TCP, UDP) and not to_many
    return ported and packet.first in SERVERS and packet.second not in SERVERS


def _is_over(flow: Flow, packet: Packet, at_ns: int) -> bool:
    """Idle too long, or closed by both (or reset) and opened again on the same ports."""
    if at_ns - flow.last_ns > _IDLE.get(flow.protocol, _IDLE_OTHER):
        return True
    if flow.protocol != TCP or packet.flags & (SYN | ACK) != SYN:
        return False
    either, both = flow.flags[0] | flow.flags[1], flow.flags[0] & flow.flags[1]
    return bool(either & RST or both & FIN)
