"""`socctl units check|list`."""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(help="Organisation units and their networks", no_args_is_help=True)


@app.command()
def check(file: Path = typer.Argument(help="YAML file with units and networks")) -> None:
    """Every fault of a unit file."""
    from soc.errors import UnitError
    from soc.state.units import read_units

    try:
        tree = read_units(file)
    except UnitError as error:
        typer.echo(str(error))
        raise typer.Exit(2) from None
    typer.echo(f"{len(tree.units)} units, {len(tree.networks)} networks: no faults")


@app.command("list")
def list_() -> None:
    """The units in force today, with their networks."""
    from socctl import wiring

    place = wiring.site()
    tree = wiring.units(wiring.state(place))
    today = place.clock.now().date()
    for unit in tree.units.values():
        if unit.holds_on(today):
            networks = ",".join(str(n.network) for n in tree.networks if n.unit == unit.id and n.holds_on(today))
            typer.echo(f"{unit.id}\t{unit.name_vi}\t{networks}")
