"""`socctl import FILE...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from soc.state.accounting import LedgerRow
    from soc.state.store import State
    from socctl.importing import Result, Wanted


def import_(
    files: list[Path] = typer.Argument(help="EVTX, captures, logs, NDJSON, archives or folders of them"),
    unit: str = typer.Option("unassigned", help="Unit whose network they come from"),
    source: str = typer.Option("import", help="A parser's name, or the name of the source they belong to"),
    zone: str = typer.Option("", help="Zone of times that name none, e.g. Asia/Ho_Chi_Minh"),
    again: bool = typer.Option(False, "--again", help="Read files that were imported before; their events fold"),
) -> None:
    """Files into the running system or the data directory; returns when their events are stored and judged."""
    from socctl import wiring
    from socctl.drain import drain
    from socctl.importing import Importer
    from socctl.known import must_be_unit
    from socctl.supervisor import is_running, lock

    missing = [path for path in files if not path.exists()]
    for path in missing:
        typer.echo(f"socctl import: {path}: no such file", err=True)
    place = wiring.site()
    wanted = _wanted(source, unit, zone, again=again)
    held = None if is_running(place.data) else lock(place.data)
    opened = wiring.state(place)
    must_be_unit(unit, wiring.units(opened).units)
    before = _sums(opened, wanted.source)
    importer = Importer(place, opened, wanted)
    importer.run((path for path in files if path.exists()), progress=_say)
    drain(place, running=held is None)
    for result in importer.results:
        if result.kind == "?":
            _say(result)
    _totals(importer.results, before, _sums(opened, wanted.source))
    if held:
        held.close()
    if missing or any(result.state == "failed" for result in importer.results):
        raise typer.Exit(1)


def _wanted(source: str, unit: str, zone: str, *, again: bool) -> Wanted:
    from collectors.registry import names
    from socctl.importing import Wanted

    if source in names():
        return Wanted("import", source, unit, zone, again)
    return Wanted(source, "auto", unit, zone, again)


def _say(result: Result) -> None:
    from soc.text import visible

    note = f"  {visible(result.note)}" if result.note else ""
    typer.echo(f"{result.state:<9}{result.kind:<12}{result.records:>9} records  {visible(result.name)}{note}")


def _sums(opened: State, source: str) -> LedgerRow:
    from soc.access import SYSTEM
    from soc.state.accounting import LedgerRow

    with opened.read() as tx:
        rows = tx.accounting.ledger(SYSTEM, source=source)
    return rows[0] if rows else LedgerRow(source)


def _totals(results: list[Result], before: LedgerRow, after: LedgerRow) -> None:
    states = {state: sum(result.state == state for result in results) for state in ("imported", "known", "failed")}
    typer.echo(
        f"{len(results)} files: {states['imported']} imported, {states['known']} known, {states['failed']} failed\n"
        f"records: {after.received - before.received} received = {after.stored - before.stored} stored"
        f" + {sum(after.quarantined.values()) - sum(before.quarantined.values())} quarantined"
        f" + {sum(after.dropped.values()) - sum(before.dropped.values())} dropped"
        f" + {after.in_flight} in flight\n"
        f"events: {after.events - before.events} new, {after.duplicates - before.duplicates} folded,"
        f" {after.pipeline_errors - before.pipeline_errors} pipeline errors"
    )
