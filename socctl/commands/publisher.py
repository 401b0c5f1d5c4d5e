"""`socctl publisher`."""

from __future__ import annotations

import typer


def publisher(
    to: str = typer.Option("", "--to", help="Address of the hub; empty: the pages of this data directory"),
    status: bool = typer.Option(False, "--status", help="Say what waits, then stop"),
) -> None:
    """The demo's senders of figures, in one process: what is due goes to the outbox, the outbox to the hub."""
    from socctl import senders, wiring

    place = wiring.site()
    if status:
        _tell(place)
        return
    import signal
    import threading

    worker = senders.publisher(place, to or senders.hub_address(place))
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        while not stop.is_set():
            now = place.clock.now()
            stop.wait(max((worker.step(now) - place.clock.now()).total_seconds(), 0.0))
    finally:
        worker.outbox.close()


def _tell(place: object) -> None:
    from socctl import senders
    from socctl.wiring import Site

    assert isinstance(place, Site)
    outbox = senders.outbox_of(place)
    counts = outbox.counts()
    typer.echo(", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nothing sent yet")
    for sender, name, made, why in outbox.letters("dead"):
        typer.echo(f"dead  {made}  {sender}  {name}  {why}")
    outbox.close()
