"""The web role: the pages on their port, or the next free one."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from datetime import datetime

import uvicorn

from soc.config import Web
from soc.errors import SourceError
from soc.role import RoleName
from socctl import wiring
from socctl.drive import IDLE, Heart, drive_async
from socctl.wiring import Site

PORTS_TRIED = 50


class WebRole:
    """Has no log to read; its step only lets time pass."""

    name = RoleName.WEB

    def step(self, now: datetime) -> datetime:
        return now + IDLE

    def position(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        """uvicorn has let go of everything before."""


def serve(place: Site) -> None:
    """Until SIGTERM."""
    sock = free_socket(place.settings.web)
    host, port = sock.getsockname()[:2]
    address = place.settings.web.origin or f"http://{host}:{port}"
    server = uvicorn.Server(
        uvicorn.Config(wiring.pages(place, address), log_level="warning", access_log=False, server_header=False)
    )
    # The driver of the role handles signals; uvicorn's own handlers would take them away.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    tasks: list[asyncio.Task[None]] = []

    async def start() -> None:
        tasks.append(asyncio.create_task(server.serve(sockets=[sock])))
        while not server.started:
            await asyncio.sleep(0.01)

    async def stop() -> None:
        server.should_exit = True
        await asyncio.gather(*tasks)

    role = WebRole()
    asyncio.run(
        drive_async(role, place.clock, Heart(place.data.beat(role.name), role, place.clock, address), start, stop)
    )


def free_socket(settings: Web) -> socket.socket:
    """Bound to the port of the settings or the next free one."""
    for port in range(settings.port, settings.port + PORTS_TRIED) if settings.port else (0,):
        sock = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((settings.host, port))
            return sock
        except OSError:
            sock.close()
    last = settings.port + PORTS_TRIED - 1
    text = f"ports {settings.port} to {last} on {settings.host} are all in use - set web.port to another one"
    raise SourceError(text, code="SOC-1330")
