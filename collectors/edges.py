"""The sockets of `receive`, opened together and closed together."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import uvicorn

from collectors.inbox import Inbox
from collectors.sources.http import Authorise, HttpIntake
from collectors.sources.syslog import SourceOf, TcpListener, UdpListener, bound
from soc.errors import SourceError
from soc.settings import Intake

OFF = -1


class Edges:
    """Syslog UDP and TCP, and the HTTP intake. A port that is taken is an error before anything is opened."""

    def __init__(self, settings: Intake, inbox: Inbox, source_of: SourceOf, authorise: Authorise) -> None:
        limit = settings.frame_limit
        self._sockets: dict[str, socket.socket] = {}
        try:
            self._bind("udp", settings.host, settings.syslog_udp, socket.SOCK_DGRAM)
            self._bind("tcp", settings.host, settings.syslog_tcp, socket.SOCK_STREAM)
            self._bind("http", settings.host, settings.http, socket.SOCK_STREAM)
        except SourceError:
            self._close()
            raise
        udp, tcp = self._sockets.get("udp"), self._sockets.get("tcp")
        self._udp = UdpListener(udp, inbox, limit, source_of) if udp else None
        self._tcp = TcpListener(tcp, inbox, limit, source_of) if tcp else None
        intake = HttpIntake(inbox, authorise, limit, lambda: "the raw log cannot be written" if inbox.blocked else None)
        self._http = uvicorn.Server(uvicorn.Config(intake.app, log_level="warning", access_log=False, lifespan="off"))
        self._serving: asyncio.Task[None] | None = None

    def ports(self) -> dict[str, int]:
        """Transport -> port, of those that are open."""
        return {name: sock.getsockname()[1] for name, sock in self._sockets.items()}

    async def start(self) -> None:
        if self._udp:
            self._udp.start(asyncio.get_running_loop())
        if self._tcp:
            await self._tcp.start()
        if http := self._sockets.get("http"):
            # The driver of the role handles signals; uvicorn's own handlers would take them away.
            self._http.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
            self._serving = asyncio.create_task(self._http.serve(sockets=[http]))

    async def stop(self) -> None:
        """Stops accepting; what the kernel holds is taken in first."""
        if self._tcp:
            await self._tcp.stop()
        if self._serving:
            self._http.should_exit = True
            await self._serving
        if self._udp:
            self._udp.stop(asyncio.get_running_loop())
        self._close()

    def _bind(self, name: str, host: str, port: int, kind: socket.SocketKind) -> None:
        if port != OFF:
            self._sockets[name] = bound(host, port, kind)

    def _close(self) -> None:
        for sock in self._sockets.values():
            sock.close()
