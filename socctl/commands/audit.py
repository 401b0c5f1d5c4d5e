"""`socctl audit verify`."""

from __future__ import annotations

import typer

app = typer.Typer(help="Check the audit chain", no_args_is_help=True)


@app.callback()
def _verbs() -> None:
    """One verb for now; without this line typer would drop its name."""


@app.command()
def verify() -> None:
    """Recomputes the chain; names the first entry that is not what was written."""
    from socctl import wiring

    with wiring.state(wiring.site()).read() as tx:
        bad = tx.audit.verify()
    if bad is not None:
        typer.echo(f"audit: {bad.why}")
        raise typer.Exit(1)
    typer.echo("audit: the chain is whole")
