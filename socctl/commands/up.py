"""`socctl up`."""

from __future__ import annotations

import typer


def up() -> None:
    """Every role, each in its own process; restarts what falls, stops all in order on Ctrl+C."""
    from soc.role import RoleName
    from socctl import wiring
    from socctl.first import say_first_link
    from socctl.senders import Beside
    from socctl.supervisor import Supervisor, lock

    place = wiring.site()
    held = lock(place.data)
    beside = Beside(place, lambda text: typer.echo(text, err=True))
    try:
        opened = wiring.state(place)
        wiring.recount_import(place, opened)
        opened.close()
        supervisor = Supervisor(place.data, place.clock, lambda text: typer.echo(text, err=True))
        supervisor.start()
        beat = supervisor.beat_of(RoleName.WEB)
        address = beat.address if beat else ""
        typer.echo(f"ready: {address}")
        say_first_link(place, address)
        # A demo's directory: its senders of figures go on where they were.
        beside.start()
        supervisor.run()
    finally:
        beside.stop()
        held.close()
