"""`socctl tiles [--json]`: the figures of the board, one a line; keys are English and stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from reports.tiles import Tile


def tiles(
    as_json: bool = typer.Option(False, "--json", help="One object a line"),
    unit: str = typer.Option("", help="Only this unit and what is below it; empty: the whole province"),
) -> None:
    """The eight security tiles: value, how fresh, since when, who is responsible."""
    made = _read(unit)
    if as_json:
        for tile in made:
            _echo_object(tile)
        return
    for line in lines(made):
        typer.echo(line)


def lines(made: tuple[Tile, ...]) -> list[str]:
    """A table in the language of the terminal, then each sentence."""
    from socctl.language import language

    chosen = language()
    none = {"vi": "chưa có số liệu", "en": "no figure"}[chosen]
    width = max(len(tile.kpi) for tile in made)
    found = []
    for tile in made:
        value = tile.shown.of(chosen) if tile.shown else none
        at = f"{tile.as_of:%Y-%m-%dT%H:%MZ}" if tile.as_of else "-"
        found.append(f"{tile.kpi:<{width}}  {value:<16}  {tile.freshness:<5}  {at:<17}  {tile.owner.of(chosen)}")
        found.append(f"{'':<{width}}  {tile.sentence.of(chosen)}")
    return found


def _read(unit: str) -> tuple[Tile, ...]:
    from reports import soc_figures, soc_tiles
    from reports.catalogue import catalogue
    from reports.wording import ZONE
    from soc.access import SYSTEM
    from soc.role import RoleName
    from socctl import beat, wiring
    from socctl.known import must_be_unit

    place = wiring.site()
    opened = wiring.state(place)
    try:
        tree, now = wiring.units(opened), place.clock.now()
        scope = SYSTEM
        if unit:
            must_be_unit(unit, tree.units)
            scope = tree.scope_over([unit])
        sign = beat.read(place.data.beat(RoleName.DETECT))
        looked = sign.at if sign else None
        with opened.read() as tx:
            figures = soc_figures.read(tx, scope, tree, day=now.astimezone(ZONE).date(), now=now, looked=looked)
            trends = soc_figures.trends(tx, scope, now)
    finally:
        opened.close()

    def name(unit_id: str) -> str:
        found = tree.get(unit_id)
        return found.label if found else unit_id

    return soc_tiles.tiles(catalogue(), figures, trends, name, now)


def _echo_object(tile: Tile) -> None:
    import orjson

    from reports.catalogue import catalogue

    row = {
        "subsystem": catalogue().subsystem,
        "kpi_id": tile.kpi,
        "value": tile.value,
        "freshness": tile.freshness,
        "as_of": tile.as_of,
        "responsible": tile.owner.en,
        "standing": tile.standing,
        "numerator": tile.numerator,
        "denominator": tile.denominator,
        "sentence": tile.sentence.en,
    }
    typer.echo(orjson.dumps(row).decode())
