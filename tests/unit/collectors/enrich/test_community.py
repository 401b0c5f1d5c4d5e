"""Community ids against the values of the specification's own baseline."""

from __future__ import annotations

import pytest

from collectors.enrich.addresses import pack
from collectors.enrich.community import ICMP, ICMP6, community_id, icmp_ports, of_event


@pytest.mark.parametrize(
    "protocol, source, destination, ports, expected",
    [
        (6, "128.232.110.120", "66.35.250.204", (34855, 80), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (6, "66.35.250.204", "128.232.110.120", (80, 34855), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (17, "192.168.1.52", "8.8.8.8", (54585, 53), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
        (132, "192.168.170.8", "192.168.170.56", (7, 80), "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ="),
    ],
)
def test_both_directions_have_the_id_of_the_specification(
    protocol: int, source: str, destination: str, ports: tuple[int, int], expected: str
) -> None:
    packed = pack(source), pack(destination)
    assert packed[0] is not None
    assert packed[1] is not None

    assert community_id(protocol, packed[0], packed[1], *ports) == expected


def test_an_icmp_question_and_its_answer_share_an_id() -> None:
    ends = b"\x0a\0\0\x01", b"\x0a\0\0\x02"
    ask, answer = icmp_ports(ICMP, 8, 0), icmp_ports(ICMP, 0, 0)

    asked = community_id(ICMP, *ends, *ask[:2], one_way=ask[2])
    answered = community_id(ICMP, ends[1], ends[0], *answer[:2], one_way=answer[2])

    assert asked == answered


def test_an_icmp_error_has_a_direction() -> None:
    ends = b"\x0a\0\0\x01", b"\x0a\0\0\x02"
    kind = icmp_ports(ICMP6, 1, 4)

    there = community_id(ICMP6, *ends, *kind[:2], one_way=kind[2])
    back = community_id(ICMP6, ends[1], ends[0], *kind[:2], one_way=kind[2])

    assert kind == (1, 4, True)
    assert there != back


def test_an_event_without_a_five_tuple_has_no_id() -> None:
    whole = {
        "network.transport": "tcp",
        "source.ip": "128.232.110.120",
        "source.port": 34855,
        "destination.ip": "66.35.250.204",
        "destination.port": 80,
    }

    assert of_event(whole) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg="
    assert of_event({**whole, "source.ip": "no address"}) is None
    assert all(of_event({key: value for key, value in whole.items() if key != part}) is None for part in whole)
    assert of_event({**whole, "network.transport": "icmp"}) is None
