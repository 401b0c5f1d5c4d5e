"""The real sockets, and the simulator's senders that speak to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from collectors.edges import OFF, Edges
from collectors.inbox import Inbox
from collectors.simulate.line import Line
from collectors.simulate.send import SenderPool, Target, loopback
from collectors.sources.http import Door
from soc.errors import SourceError
from soc.raw import RawRecord, Transport
from soc.settings import Intake
from tests.builders import NOON
from tests.unit.collectors.draining import Draining


async def until(inbox: Draining, count: int) -> None:
    async with asyncio.timeout(5):
        while len(inbox.records) < count:
            await asyncio.sleep(0.005)


def door(key: str, source: str) -> Door:
    return Door.OPEN if key == f"key-of-{source}" else Door.NO_KEY


def settings(**ports: int) -> Intake:
    return Intake(**({"syslog_udp": 0, "syslog_tcp": 0, "http": 0} | ports))


@asynccontextmanager
async def open_edges(inbox: Inbox, **ports: int) -> AsyncIterator[Edges]:
    edges = Edges(settings(**ports), inbox, lambda listener, peer: peer, door)
    await edges.start()
    try:
        yield edges
    finally:
        await edges.stop()


def pool(edges: Edges, *, reliable: bool = False) -> SenderPool:
    ports = edges.ports()
    return SenderPool(
        Target("127.0.0.1", ports["udp"], ports["tcp"], ports["http"], {"web": "key-of-web", "app": "wrong"}),
        reliable=reliable,
    )


def line(transport: Transport, data: bytes, source: str = "") -> Line:
    return Line(NOON, source, transport, "10.1.2.3", data, "auto")


def test_every_transport_brings_its_records_from_the_sender_s_address() -> None:
    async def run() -> list[RawRecord]:
        inbox = Draining()
        async with open_edges(inbox) as edges:
            sending = pool(edges)
            lines = [
                line(Transport.UDP, b"<1>datagram"),
                line(Transport.TCP, b"<1>counted\nline"),
                line(Transport.TCP, b"by its end"),
                line(Transport.HTTP, b'{"a":1}', "web"),
            ]
            assert await asyncio.to_thread(sending.send_all, lines) == 4
            await asyncio.to_thread(sending.close)
            await until(inbox, 4)
        return inbox.records

    records = asyncio.run(run())
    assert {(record.transport, record.data) for record in records} == {
        (Transport.UDP, b"<1>datagram"),
        (Transport.TCP, b"<1>counted\nline"),
        (Transport.TCP, b"by its end"),
        (Transport.HTTP, b'{"a":1}'),
    }
    assert {record.source for record in records} == {"127.1.2.3", "web"}
    assert loopback("10.1.2.3") == "127.1.2.3"


def test_a_reliable_sender_uses_no_datagrams_and_sends_batches() -> None:
    async def run() -> list[RawRecord]:
        inbox = Draining()
        async with open_edges(inbox) as edges:
            sending = pool(edges, reliable=True)
            lines = [line(Transport.UDP, b"<1>a"), *(line(Transport.HTTP, b"{}", "web") for _ in range(3))]
            await asyncio.to_thread(sending.send_all, lines)
            await until(inbox, 4)
            await asyncio.to_thread(sending.close)
        return inbox.records

    assert sorted(str(record.transport) for record in asyncio.run(run())) == ["http", "http", "http", "tcp"]


def test_a_batch_that_is_refused_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.simulate.send.HTTP_TRIES", 2)

    async def run(source: str, *, blocked: bool) -> str:
        inbox = Draining()
        inbox.blocked = blocked
        async with open_edges(inbox) as edges:
            sending = pool(edges)
            with pytest.raises(SourceError) as caught:
                await asyncio.to_thread(sending.send, line(Transport.HTTP, b"{}", source))
        return str(caught.value)

    assert "refused a batch of app: 401" in asyncio.run(run("app", blocked=False))
    assert "refused a batch of web: 429" in asyncio.run(run("web", blocked=True))


def test_a_port_that_is_switched_off_is_not_opened() -> None:
    async def run() -> dict[str, int]:
        async with open_edges(Draining(), syslog_udp=OFF, syslog_tcp=OFF, http=OFF) as edges:
            return edges.ports()

    assert asyncio.run(run()) == {}


def test_a_port_in_use_is_an_error_and_opens_nothing() -> None:
    async def run() -> None:
        async with open_edges(Draining()) as edges:
            taken = edges.ports()["http"]
            with pytest.raises(SourceError, match=f"cannot listen on TCP 127.0.0.1:{taken}"):
                Edges(settings(http=taken), Draining(), lambda listener, peer: peer, door)

    asyncio.run(run())
