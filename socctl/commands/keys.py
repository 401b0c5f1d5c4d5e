"""`socctl keys add|list|revoke`."""

from __future__ import annotations

import typer

app = typer.Typer(help="Keys for senders and programs", no_args_is_help=True)


@app.command()
def add(
    name: str = typer.Argument(help="What the key is for"),
    scope: list[str] = typer.Option(
        help="ingest:SOURCE, kpi:write:SUBSYSTEM, kpi:read or alerts:read; may be given more than once"
    ),
    unit: str = typer.Option("*", help="Unit subtree; * is the whole province"),
    days: int = typer.Option(90, min=1, max=365, help="Days until it ends"),
) -> None:
    """Makes a key and prints it, once."""
    from datetime import timedelta

    from soc.state.source_table import Source
    from soc.state.tables.sources import SourceState
    from socctl import wiring

    place = wiring.site()
    now = place.clock.now()
    with wiring.state(place).write() as tx:
        token = tx.keys.make(name, scope, by="socctl", at=now, unit=unit, life=timedelta(days=days))
        for one in scope:
            if one.startswith("ingest:"):
                source = one.removeprefix("ingest:")
                owner = "unassigned" if unit == "*" else unit
                tx.sources.add(Source(source, source, now, unit=owner, state=SourceState.ACTIVE))
    typer.echo(token)


@app.command("list")
def list_() -> None:
    """Every key with its scopes and end; never the key itself."""
    from soc.access import SYSTEM
    from socctl import wiring

    with wiring.state(wiring.site()).read() as tx:
        for key in tx.keys.all(SYSTEM):
            state = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}"
            typer.echo(f"{key.id}\t{key.name}\t{' '.join(key.scopes)}\t{state}")


@app.command()
def revoke(key: str = typer.Argument(help="Id of the key")) -> None:
    """Ends a key at once."""
    from soc.errors import NotFound
    from socctl import wiring

    place = wiring.site()
    with wiring.state(place).write() as tx:
        if not tx.keys.revoke(key, at=place.clock.now()):
            raise NotFound(f"no key '{key}' - `socctl keys list` names them")
