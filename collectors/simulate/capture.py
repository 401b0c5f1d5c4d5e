"""A11, a DNS tunnel, as a capture file. scapy (optional extra `pcap`) is imported here and nowhere else."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from collectors.simulate.chance import chance
from collectors.simulate.line import Truth
from collectors.simulate.world import Machine, World, build_world
from soc.errors import SourceError
from soc.unit import UnitTree

TUNNEL = "t.cdn-telemetry.example.net"
QUERIES = 260
_NAMES = ("dichvucong.example.gov.vn", "mail.example.gov.vn", "www.example.com", "update.example.net")


def write_pcap(path: Path, seed: int, start: datetime, units: UnitTree) -> Truth:
    """Writes the capture: one computer asks a tunnel's names for about five minutes among ordinary look-ups.
    Byte-identical for one seed. Raises SourceError where scapy is missing."""
    try:
        from scapy.utils import PcapWriter
    except ImportError as error:
        text = "no capture can be made: scapy is not installed - pip install 'provincial-soc[pcap]'"
        raise SourceError(text, code="SOC-1350") from error
    world = build_world(seed, units, start.date())
    draw = chance(seed, "A11")
    site = draw.choice(world.sites)
    client = draw.choice(site.computers)
    first = last = start.timestamp()
    with PcapWriter(str(path), linktype=1, sync=False) as writer:
        for moment, name, kind in _questions(draw, first):
            last = moment
            for packet in _exchange(client, world, draw, moment, name, kind):
                writer.write(packet)
    return Truth(
        "A11-0",
        "DNS tunnel",
        (site.unit,),
        {"source.ip": client.address, "dns.question.registered_domain": "example.net"},
        start,
        datetime.fromtimestamp(last, tz=start.tzinfo),
        ("dns_tunnel",),
        techniques=("T1071.004",),
        alerts_at_most=1,
    )


def _questions(draw: Random, start: float) -> Iterator[tuple[float, str, str]]:
    """(time, name, record type): the tunnel's own, and ordinary ones now and then."""
    moment = start
    for number in range(QUERIES):
        moment += round(draw.uniform(0.6, 1.6), 6)
        if number % 9 == 4:
            yield moment, draw.choice(_NAMES), "A"
            moment += 0.05
        label = b32encode(draw.randbytes(30)).decode().lower().rstrip("=")
        yield moment, f"{label}.{TUNNEL}", "TXT"


def _exchange(client: Machine, world: World, draw: Random, moment: float, name: str, kind: str) -> Iterator[Any]:
    from scapy.layers.dns import DNS, DNSQR, DNSRR
    from scapy.layers.inet import IP, UDP
    from scapy.layers.l2 import Ether

    number, port = draw.randrange(65_536), draw.randint(49_152, 65_535)
    here, there = "02:00:5e:00:00:10", "02:00:5e:00:00:35"
    question = DNSQR(qname=name, qtype=kind)
    query = Ether(src=here, dst=there) / IP(src=client.address, dst=world.resolver.address, id=number)
    query = query / UDP(sport=port, dport=53) / DNS(id=number, rd=1, qd=question)
    query.time = moment
    data = [draw.randbytes(24).hex()] if kind == "TXT" else "192.0.2.80"
    answer = Ether(src=there, dst=here) / IP(src=world.resolver.address, dst=client.address, id=number)
    record = DNSRR(rrname=name, type=kind, ttl=1, rdata=data)
    answer = answer / UDP(sport=53, dport=port) / DNS(id=number, qr=1, rd=1, ra=1, qd=question, an=record)
    answer.time = moment + 0.02
    yield query
    yield answer
