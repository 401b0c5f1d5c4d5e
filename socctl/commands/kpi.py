"""`socctl kpi check`: the catalogue, the profiles and their units, before anybody meets a fault of them."""

from __future__ import annotations

import os
from collections.abc import Sized
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from socctl.commands import kpi_push

if TYPE_CHECKING:
    from reports.kpi.province import Province

app = typer.Typer(help="Figures of the centre", no_args_is_help=True)
app.command()(kpi_push.push)
app.command("list")(kpi_push.list_)
app.command()(kpi_push.export)


@app.callback()
def kpi() -> None:
    """Figures of the centre."""


@app.command()
def check(
    profiles: list[str] = typer.Argument(
        None, help="Profiles by name or file; default: the shipped ones and the site's"
    ),
    units: Path | None = typer.Option(None, help="Unit file instead of the profile's own"),
    day: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help="Day of the duties; default: today"),
) -> None:
    """Every fault of catalogue, profiles and units, with file and line; duties that nobody has are warnings."""
    from reports.kpi.province import read_province, warnings
    from soc.calendar import ZONE
    from soc.clock import SystemClock
    from soc.errors import CatalogueError, Fault

    on = day.date() if day else SystemClock().now().astimezone(ZONE).date()
    faults: dict[Fault, None] = {}
    for name in profiles or _usual():
        try:
            found = read_province(name, units)
        except CatalogueError as error:
            faults |= dict.fromkeys(error.faults)
            continue
        for warning in warnings(found, on):
            typer.echo(f"warning: {warning}")
        typer.echo(_line(found, found.profile.expected(found.catalogue, found.organisation, on)))
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        raise typer.Exit(2)


def _usual() -> list[str]:
    """The profiles of the package, and the site's own."""
    from reports.kpi.province import shipped_profiles
    from soc.config import load
    from socctl.wiring import profile_name

    chosen = os.environ.get("SOC_CONFIG")
    own = profile_name(load(Path(chosen) if chosen else None))
    return list(dict.fromkeys([*shipped_profiles(), *([own] if own else [])]))


def _line(found: Province, owed: Sized) -> str:
    profile, catalogue, tree = found.profile, found.catalogue, found.organisation.tree
    parts = (
        f"{len(profile.services)} services",
        f"{len(catalogue.subsystems)} subsystems",
        f"{len(catalogue.kpis)} KPIs",
        f"{len(tree.units)} units",
        f"{len(owed)} figures owed",
    )
    return f"{profile.id}: {', '.join(parts)}: no faults"
