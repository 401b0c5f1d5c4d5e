"""The web role: the pages on their port, or the next free one."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from datetime import datetime
from ipaddress import ip_address

import uvicorn

from dashboards.schedule import schedules
from soc.errors import SourceError
from soc.role import RoleName
from soc.settings import Web
from socctl import wiring
from socctl.drive import IDLE, Heart, drive_async
from socctl.wiring import Site

PORTS_TRIED = 50
GRACE_SECONDS = 3


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
    check_transport(place.settings.web)
    sock = free_socket(place.settings.web)
    host, port = sock.getsockname()[:2]
    address = place.settings.web.origin or f"http://{host}:{port}"
    app = wiring.pages(place, address)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    running = schedules(app.state.services)
    # The driver of the role handles signals; uvicorn's own handlers would take them away.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    tasks: list[asyncio.Task[None]] = []

    async def start() -> None:
        tasks.append(asyncio.create_task(server.serve(sockets=[sock])))
        while not server.started:
            await asyncio.sleep(0.01)
        for each in running:
            each.start()

    async def stop() -> None:
        app.state.hub.close()
        for each in running:
            await asyncio.to_thread(each.stop)
        server.should_exit = True
        await asyncio.gather(*tasks)

    role = WebRole()
    asyncio.run(
        drive_async(role, place.clock, Heart(place.data.beat(role.name), role, place.clock, address), start, stop)
    )


def check_transport(settings: Web) -> None:
    """Passwords and sessions never cross a network in the clear (security.md 3). Raises SourceError."""
    host = settings.host
    numeric = host[:1].isdigit() or ":" in host
    if host == "localhost" or (numeric and ip_address(host).is_loopback):
        return
    if not settings.origin.startswith("https://") or not settings.trusted_proxies:
        raise SourceError(
            f"web.host is {host}, which others can reach, and nothing says that TLS stands in front - keep it on "
            "127.0.0.1, or set web.origin to https://… and web.trusted_proxies to the proxy's network",
            code="SOC-1712",
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
