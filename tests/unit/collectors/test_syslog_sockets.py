from __future__ import annotations

import asyncio
import socket

import pytest

from collectors.inbox import Inbox
from collectors.sources.syslog import CONNECTIONS_OF_PEER, TcpListener, UdpListener, bound
from soc.errors import SourceError
from soc.journal import Lane
from soc.raw import RawRecord, decode


def by_peer(listener: str, peer: str) -> str:
    return peer


def taken(inbox: Inbox) -> list[RawRecord]:
    return [decode(record.data) for record in inbox.head(Lane.LIVE, 10_000)]


async def until(inbox: Inbox, count: int) -> list[RawRecord]:
    async with asyncio.timeout(5):
        while inbox.waiting(Lane.LIVE) < count:
            await asyncio.sleep(0.01)
    return taken(inbox)


def test_a_datagram_is_one_record_without_its_end() -> None:
    async def run() -> list[RawRecord]:
        inbox, sock = Inbox(), bound("127.0.0.1", 0, socket.SOCK_DGRAM)
        listener = UdpListener(sock, inbox, 20, by_peer)
        listener.start(asyncio.get_running_loop())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for data in (b"<1>one\n\0", b"", b"<2>" + b"x" * 30):
                sender.sendto(data, sock.getsockname())
            found = await until(inbox, 2)
        listener.stop(asyncio.get_running_loop())
        assert listener.empty == 1
        return found

    one, two = asyncio.run(run())
    assert (one.data, one.peer, one.transport) == (b"<1>one", "127.0.0.1", "udp")
    assert (len(two.data), two.flags) == (20, ("truncated",))


def test_a_stream_gives_its_frames_and_its_rest_at_the_end() -> None:
    async def run() -> list[RawRecord]:
        inbox, sock = Inbox(), bound("127.0.0.1", 0, socket.SOCK_STREAM)
        listener = TcpListener(sock, inbox, 1_000, by_peer)
        await listener.start()
        _, writer = await asyncio.open_connection(*sock.getsockname())
        writer.write(b"<1>one\n6 <2>two<3>half")
        writer.close()
        found = await until(inbox, 3)
        await listener.stop()
        return found

    assert [(record.data, record.flags) for record in asyncio.run(run())] == [
        (b"<1>one", ()),
        (b"<2>two", ()),
        (b"<3>half", ("partial",)),
    ]


def test_a_full_inbox_stops_reading_and_loses_nothing() -> None:
    async def run() -> int:
        inbox, sock = Inbox(), bound("127.0.0.1", 0, socket.SOCK_STREAM)
        inbox.blocked = True
        listener = TcpListener(sock, inbox, 1_000, by_peer)
        await listener.start()
        _, writer = await asyncio.open_connection(*sock.getsockname())
        writer.write(b"line\n" * 100)
        await asyncio.sleep(0.1)
        assert inbox.waiting(Lane.LIVE) == 0
        inbox.blocked = False
        found = await until(inbox, 100)
        writer.close()
        await listener.stop()
        return len(found)

    assert asyncio.run(run()) == 100


def test_one_peer_cannot_take_every_connection() -> None:
    async def run() -> int:
        inbox, sock = Inbox(), bound("127.0.0.1", 0, socket.SOCK_STREAM)
        listener = TcpListener(sock, inbox, 1_000, by_peer)
        await listener.start()
        pairs = [await asyncio.open_connection(*sock.getsockname()) for _ in range(CONNECTIONS_OF_PEER + 1)]
        assert await pairs[-1][0].read() == b""
        for _, writer in pairs:
            writer.close()
        await listener.stop()
        return listener.refused

    assert asyncio.run(run()) == 1


def test_a_port_in_use_is_named_with_what_to_do() -> None:
    with bound("127.0.0.1", 0, socket.SOCK_STREAM) as taken_port:
        port = taken_port.getsockname()[1]
        with pytest.raises(SourceError, match=f"TCP 127.0.0.1:{port}.*another port"):
            bound("127.0.0.1", port, socket.SOCK_STREAM)
