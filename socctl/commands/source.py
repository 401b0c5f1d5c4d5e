"""`socctl source list|approve`."""

from __future__ import annotations

import typer

app = typer.Typer(help="Who sends", no_args_is_help=True)


@app.command("list")
def list_(as_json: bool = typer.Option(False, "--json", help="One object a line")) -> None:
    """Every source with its state, unit and the sums of the conservation law."""
    import orjson

    from soc.access import SYSTEM
    from socctl import wiring

    with wiring.state(wiring.site()).read() as tx:
        sources = {source.id: source for source in tx.sources.all(SYSTEM)}
        rows = {row.source: row for row in tx.accounting.ledger(SYSTEM)}
    for name in sorted({*sources, *rows}):
        source, row = sources.get(name), rows.get(name)
        fields = {
            "source": name,
            "state": source.state if source else "unknown",
            "unit": source.unit if source else "unassigned",
            "received": row.received if row else 0,
            "stored": row.stored if row else 0,
            "quarantined": sum(row.quarantined.values()) if row else 0,
            "dropped": sum(row.dropped.values()) if row else 0,
            "in_flight": row.in_flight if row else 0,
            "events": row.events if row else 0,
            "duplicates": row.duplicates if row else 0,
            "pipeline_errors": row.pipeline_errors if row else 0,
        }
        typer.echo(orjson.dumps(fields).decode() if as_json else "\t".join(str(value) for value in fields.values()))


@app.command()
def approve(
    source: str = typer.Argument(help="Id of the source"),
    unit: str = typer.Option(help="Unit it belongs to"),
    product: str = typer.Option("auto", help="Parser or mapping; 'auto' detects"),
) -> None:
    """A pending sender becomes an active source of a unit."""
    from soc.access import SYSTEM
    from socctl import wiring
    from socctl.known import must_be_unit

    place = wiring.site()
    opened = wiring.state(place)
    must_be_unit(unit, wiring.units(opened).units)
    with opened.write() as tx:
        tx.sources.approve(source, SYSTEM, unit=unit, at=place.clock.now(), product=product)
