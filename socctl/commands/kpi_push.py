"""`socctl kpi push|list|export`: figures in, and out again."""

from __future__ import annotations

from pathlib import Path

import typer


def push(
    files: list[Path] = typer.Argument(help="Batches (.json), observations one a line (.ndjson), or folders of them"),
    system: str = typer.Option("socctl", help="Name of the sending system, for observations without a batch"),
    url: str = typer.Option("", help="Origin of a running hub; empty: straight into the data directory"),
    key: str = typer.Option("", envvar="SOC_HUB_KEY", help="Key with kpi:write, for --url"),
    dry_run: bool = typer.Option(False, "--dry-run", help="All checks, nothing stored"),
    as_json: bool = typer.Option(False, "--json", help="The receipts, one a line"),
) -> None:
    """Hands figures in and shows the receipts; the same file again stores nothing twice."""
    import orjson

    from reports.kpi.pushing import batches_of
    from socctl import figures, wiring
    from socctl.hub_client import HubClient

    place = wiring.site()
    now = place.clock.now()
    batches = (batch for path in figures.files_of(files) for batch in batches_of(path, system, now))
    if url:
        answers = list(figures.there(HubClient(url, key), batches, dry_run=dry_run))
    else:
        answers = list(figures.here(place, wiring.state(place), batches, dry_run=dry_run))
    for line in (orjson.dumps(one.body).decode() for one in answers) if as_json else figures.lines(answers):
        typer.echo(line)
    if any(not one.taken or one.rejected for one in answers):
        raise typer.Exit(1)


def list_(
    held: bool = typer.Option(False, "--held", help="Values that wait for their unit instead"),
    findings: bool = typer.Option(False, "--findings", help="Findings that wait for an answer instead"),
    limit: int = typer.Option(50, min=1, max=1_000, help="Lines at most"),
) -> None:
    """The last batches with their counts; or what waits for an answer."""
    from soc.access import SYSTEM
    from soc.state.findings import WantedFindings
    from socctl import wiring

    with wiring.state(wiring.site()).read() as tx:
        if held:
            for hold in tx.observations.held(SYSTEM, limit=limit):
                one = hold.known.observation
                until = f"{hold.confirm_before:%Y-%m-%dT%H:%MZ}"
                where = f"{one.key.kpi}\t{one.key.unit}\t{one.key.period.key}"
                typer.echo(f"{hold.known.seq}\t{where}\t{one.value}\t{', '.join(hold.codes)}\t{until}")
        elif findings:
            for found in tx.findings.page(SYSTEM, WantedFindings(limit=limit)):
                where = f"{found.kpi}\t{found.unit}\t{found.period}"
                typer.echo(f"{found.id}\t{found.check}\t{where}\t{found.due_at:%Y-%m-%d}\t{found.told.get('en', '')}")
        else:
            for receipt in tx.receipts.page(SYSTEM, limit=limit):
                counts = ", ".join(f"{count} {name}" for name, count in receipt.summary.items() if count)
                typer.echo(f"{receipt.at:%Y-%m-%dT%H:%MZ}\t{receipt.batch_id}\t{receipt.system}\t{counts}")


def export(out: Path = typer.Option(..., "--out", help="Folder; made when it is not there")) -> None:
    """Catalogue, units, every revision, receipts and findings, in the contract's own form with a manifest."""
    from reports.kpi.export import export as write
    from soc.access import SYSTEM
    from socctl import figures, wiring

    place = wiring.site()
    for name, digest in write(wiring.state(place), figures.world_of(place), SYSTEM, out).items():
        typer.echo(f"{digest}  {name}")
