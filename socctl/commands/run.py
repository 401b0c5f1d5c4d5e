"""`socctl run ROLE`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from soc.role import RoleName
    from socctl.wiring import Site

ROLES = "receive, normalise, keep, detect or web"


def run(role: str = typer.Argument(help=ROLES)) -> None:
    """One role in this process, until SIGTERM."""
    from soc.errors import SourceError
    from soc.role import RoleName
    from socctl import wiring

    try:
        name = RoleName(role)
    except ValueError:
        raise SourceError(f"no role '{role}': one of {ROLES}", code="SOC-1332") from None
    place = wiring.site()
    if name is RoleName.RECEIVE:
        _receive(place)
    elif name is RoleName.WEB:
        _web(place)
    else:
        _loop(place, name)


def _loop(place: Site, name: RoleName) -> None:
    from socctl import wiring
    from socctl.drive import Heart, drive

    role = wiring.ROLES[name](place)
    drive(role, place.clock, Heart(place.data.beat(name), role, place.clock))


def _receive(place: Site) -> None:
    import asyncio

    from socctl import wiring
    from socctl.drive import Heart, drive_async

    role, edges = wiring.receive(place)
    clock = place.clock
    address = " ".join(f"{name}={port}" for name, port in edges.ports().items())

    async def stop() -> None:
        await edges.stop()
        role.drain(clock.now())

    heart = Heart(place.data.beat(role.name), role, clock, address)
    asyncio.run(drive_async(role, clock, heart, edges.start, stop))


def _web(place: Site) -> None:
    from socctl import web

    web.serve(place)
