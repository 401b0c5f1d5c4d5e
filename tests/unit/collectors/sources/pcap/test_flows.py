"""Conversations summed over frames."""

from __future__ import annotations

from collections.abc import Iterator

from collectors.sources.pcap import flows as module
from collectors.sources.pcap.flows import Flow, FlowTable
from collectors.sources.pcap.frames import Frame
from tests.unit.collectors.sources.pcap.packets import ACK, FIN, RST, SYN, ethernet, icmp, ipv4, tcp, udp

A, B = "10.0.0.1", "10.0.0.2"


def _frames(*packets: tuple[float, bytes]) -> Iterator[Frame]:
    for number, (at, packet) in enumerate(packets, 1):
        data = ethernet(packet)
        yield number, int(at * 1_000_000_000), 1, data, len(data)


def _flows(*packets: tuple[float, bytes]) -> list[Flow]:
    return list(FlowTable().over(_frames(*packets)))


def _tcp(source: str, destination: str, ports: tuple[int, int], flags: int, payload: bytes = b"") -> bytes:
    return ipv4(source, destination, 6, tcp(*ports, flags, payload))


def test_a_connection_is_one_flow_with_two_sides() -> None:
    flow = _flows(
        (1.0, _tcp(A, B, (5_000, 80), SYN)),
        (1.1, _tcp(B, A, (80, 5_000), SYN | ACK)),
        (1.2, _tcp(A, B, (5_000, 80), ACK, b"GET")),
        (2.5, _tcp(B, A, (80, 5_000), ACK | FIN, b"12345")),
    )[0]

    assert (flow.source_port, flow.destination_port) == (5_000, 80)
    assert (flow.packets, flow.payload, flow.bytes) == ([2, 2], [3, 5], [83, 85])
    assert (flow.letters(0), flow.letters(1)) == ("SA", "FSA")
    assert flow.last_ns - flow.first_ns == 1_500_000_000


def test_a_capture_that_begins_with_the_answer_still_knows_who_opened() -> None:
    by_flags = _flows((1.0, _tcp(B, A, (8_888, 5_000), SYN | ACK)))[0]
    by_port = _flows((1.0, ipv4(B, A, 17, udp(53, 5_000))), (1.1, ipv4(A, B, 17, udp(5_000, 53))))[0]

    assert by_flags.source_port == by_port.source_port == 5_000
    assert by_port.packets == [1, 1]
    assert by_flags.macs.hex() == "525400000001525400000002"


def test_an_answer_to_everybody_is_no_answer() -> None:
    flow = _flows((1.0, ipv4(B, "255.255.255.255", 17, udp(67, 68))))[0]

    assert flow.source_port == 67


def test_ports_that_are_used_again_are_another_flow() -> None:
    opening = _tcp(A, B, (5_000, 80), SYN)

    reset = _flows((1.0, opening), (1.1, _tcp(B, A, (80, 5_000), RST)), (1.2, opening))
    closed = _flows(
        (1.0, opening), (1.1, _tcp(A, B, (5_000, 80), FIN)), (1.2, _tcp(B, A, (80, 5_000), FIN)), (2, opening)
    )
    again = _flows((1.0, opening), (1.1, opening))

    assert (len(reset), len(closed), len(again)) == (2, 2, 1)


def test_a_long_silence_ends_a_flow() -> None:
    ask = ipv4(A, B, 17, udp(5_000, 53))

    assert len(_flows((1.0, ask), (50.0, ask))) == 1
    assert len(_flows((1.0, ask), (62.0, ask))) == 2


def test_ping_and_pong_are_one_flow_and_an_error_another() -> None:
    flows = _flows((1.0, ipv4(A, B, 1, icmp(8))), (1.1, ipv4(B, A, 1, icmp(0))), (1.2, ipv4(B, A, 1, icmp(3, 3))))

    assert [flow.packets for flow in flows] == [[1, 1], [1, 0]]
    assert flows[1].one_way


def test_later_fragments_join_the_flow_of_the_first() -> None:
    first = ipv4(A, B, 17, udp(5_000, 53, b"x" * 8), fragment=0x2000, name=9)
    rest = ipv4(A, B, 17, b"y" * 16, fragment=2, name=9)
    lost = ipv4(A, B, 17, b"z" * 16, fragment=2, name=10)

    flows = _flows((1.0, first), (1.1, rest), (1.2, lost))

    assert [(flow.source_port, flow.packets[0]) for flow in flows] == [(5_000, 2), (0, 1)]


def test_memory_has_a_bound() -> None:
    table = FlowTable()
    limit, module.MOST_FLOWS = module.MOST_FLOWS, 10
    kept, module.MOST_FRAGMENTS = module.MOST_FRAGMENTS, 3
    try:
        asks = [(1.0, ipv4(A, B, 17, udp(port, 53), fragment=0x2000, name=port)) for port in range(1_000, 1_050)]
        flows = list(table.over(_frames(*asks)))
    finally:
        module.MOST_FLOWS, module.MOST_FRAGMENTS = limit, kept

    assert len(flows) == 50
    assert table.evicted == 39
    assert len(table._fragments) <= 3


def test_frames_without_ip_are_counted() -> None:
    table = FlowTable()
    flows = list(table.over(iter([(1, 0, 1, b"short", 5)])))

    assert (flows, table.frames, table.other) == ([], 1, 1)


def test_both_sides_share_the_community_id() -> None:
    flow = _flows((1.0, ipv4("128.232.110.120", "66.35.250.204", 6, tcp(34_855, 80, SYN))))[0]

    assert flow.community == "1:LQU9qZlK+B5F3KDmev6m5PMibrg="
