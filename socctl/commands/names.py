"""`socctl names`: writes the names that shells complete."""

from __future__ import annotations

import typer


def names(quiet: bool = typer.Option(False, "--quiet", help="Say nothing; for the completion script")) -> None:
    """Rule ids, sources, fields and units of this installation, for shell completion."""
    from socctl import wiring
    from socctl.names import refresh

    path = refresh(wiring.site())
    if not quiet:
        typer.echo(path)
