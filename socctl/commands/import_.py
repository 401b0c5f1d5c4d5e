"""`socctl import FILE...`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from soc.state.accounting import LedgerRow
    from soc.state.store import State
    from socctl.import_report import Gave, Sums
    from socctl.importing import Result, Wanted
    from socctl.progress import ImportBar
    from socctl.wiring import Site


def import_(
    files: list[Path] = typer.Argument(help="EVTX, captures, logs, NDJSON, archives or folders of them"),
    unit: str = typer.Option("unassigned", help="Unit whose network they come from"),
    source: str = typer.Option("import", help="A parser's name, or the name of the source they belong to"),
    zone: str = typer.Option("", help="Zone of times that name none, e.g. Asia/Ho_Chi_Minh"),
    again: bool = typer.Option(False, "--again", help="Read files that were imported before; their events fold"),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only show what they would give; nothing is stored"),
    as_json: bool = typer.Option(False, "--json", help="One object a line: every file, then the total"),
) -> None:
    """Files into the running system or the data directory; returns when their events are stored and judged."""
    from socctl.import_report import BAD, show
    from socctl.known import must_be_zone

    must_be_zone(zone)
    wanted = _wanted(source, unit, zone, again=again)
    results, gave, sums = (_try if dry_run else _take)(files, wanted)
    show(results, gave, sums, as_json=as_json)
    states = {result.state for result in results}
    if results and states == {"failed"}:
        raise typer.Exit(2)
    if states & BAD or not sums.clean:
        raise typer.Exit(1)


def _take(files: Sequence[Path], wanted: Wanted) -> tuple[list[Result], list[Gave], Sums]:
    from socctl import wiring
    from socctl.known import must_be_unit
    from socctl.supervisor import is_running, lock

    place = wiring.site()
    held = None if is_running(place.data) else lock(place.data)
    opened = wiring.state(place)
    try:
        must_be_unit(wanted.unit, wiring.units(opened).units)
        return _import(place, opened, files, wanted, running=held is None)
    finally:
        opened.close()
        if held:
            held.close()


def _import(
    place: Site, opened: State, files: Sequence[Path], wanted: Wanted, *, running: bool
) -> tuple[list[Result], list[Gave], Sums]:
    from socctl import wiring
    from socctl.drain import drain
    from socctl.import_report import gained, given
    from socctl.importing import Importer

    before = _books(opened, wanted.source)
    events = wiring.event_log(place, read_only=True)
    try:
        end = events.end()
        with _shown(files) as bar:
            importer = Importer(place, opened, wanted, advance=bar.bytes)
            importer.run(files)
            drain(place, running=running, say=lambda left: bar.waiting(left.waiting))
        gave = given(importer.results, events, after=end)
    finally:
        events.close()
    return importer.results, gave, gained(before, _books(opened, wanted.source))


def _try(files: Sequence[Path], wanted: Wanted) -> tuple[list[Result], list[Gave], Sums]:
    from socctl.import_trial import Trial

    with _shown(files) as bar:
        trial = Trial(wanted, bar.bytes)
        trial.run(files)
    return trial.results, trial.gave, trial.sums()


def _shown(files: Sequence[Path]) -> ImportBar:
    from socctl.progress import ImportBar

    return ImportBar(files)


def _wanted(source: str, unit: str, zone: str, *, again: bool) -> Wanted:
    from collectors.registry import names
    from socctl.importing import Wanted

    if source in names():
        return Wanted("import", source, unit, zone, again)
    return Wanted(source, "auto", unit, zone, again)


def _books(opened: State, source: str) -> LedgerRow:
    from soc.access import SYSTEM
    from soc.state.accounting import LedgerRow

    with opened.read() as tx:
        rows = tx.accounting.ledger(SYSTEM, source=source)
    return rows[0] if rows else LedgerRow(source)
