"""`socctl top`: rates, lag, drops, slow rules and open alerts on one screen of 80 x 24; `q` or Ctrl+C ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from socctl.wiring import Site


def top(
    interval: float = typer.Option(2.0, min=0.5, max=60.0, help="Seconds between two looks"),
    once: bool = typer.Option(False, "--once", help="Print one look and end; so it is without a terminal, too"),
) -> None:
    """What the running system does now, also over SSH."""
    import sys

    from socctl import wiring

    place = wiring.site()
    if once or not sys.stdout.isatty():
        _once(place, interval)
    else:
        _live(place, interval)


def _once(place: Site, interval: float) -> None:
    """Two looks, since a rate needs both."""
    import time

    from socctl.screen import Watcher, lines

    watcher = Watcher(place)
    try:
        watcher.look()
        time.sleep(min(interval, 2.0))
        for line in lines(watcher.look()):
            typer.echo(line)
    finally:
        watcher.close()


def _live(place: Site, interval: float) -> None:
    from rich.live import Live
    from rich.text import Text

    from socctl.screen import Watcher, keyboard, lines

    watcher = Watcher(place)
    try:
        with keyboard() as pressed, Live(Text(""), screen=True, auto_refresh=False) as live:
            while True:
                live.update(Text("\n".join(lines(watcher.look())), no_wrap=True, overflow="crop"), refresh=True)
                if pressed(interval) in ("q", "Q"):
                    return
    except KeyboardInterrupt:
        return
    finally:
        watcher.close()
