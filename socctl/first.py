"""The first sign-in: a link that works once, since there is no default password."""

from __future__ import annotations

import os

import typer

from socctl import wiring
from socctl.wiring import Site


def say_first_link(place: Site, address: str) -> None:
    """Prints the set-up link while nobody has an account; it also lies in a file only the service user reads."""
    opened = wiring.state(place)
    try:
        with opened.read() as tx:
            if tx.people.any():
                return
        with opened.write() as tx:
            token = tx.links.make(at=place.clock.now())
    finally:
        opened.close()
    link = f"{address}/set-up/{token}"
    write_private(place, link)
    typer.echo(f"first sign-in (once, within 15 minutes): {link}")


def write_private(place: Site, link: str) -> None:
    path = place.data.keys / "sign-in-link"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(link + "\n")
