"""`socctl detect`: rules over files, offline; a table, or one JSON line a hit (sigma-engine.md 7.1)."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from correlator.compile import Table
    from correlator.language.rule import Rule
    from correlator.offline import Choice, Offline
    from correlator.pack import Pack
    from soc.alert import Hit
    from socctl.detecting import Reading


def detect(
    files: list[Path] = typer.Argument(..., help="EVTX, captures, logs, NDJSON, JSON, archives, folders; - for stdin"),
    rules: list[Path] = typer.Option([], help="Rule files or folders; without it our own rules"),
    as_json: bool = typer.Option(False, "--json", help="One JSON line a hit"),
    taken_as: str = typer.Option("", "--as", help="sigma: the objects use the rules' own field names, no routing"),
    logsource: str = typer.Option("", help="product=x,category=y,service=z of events that have no log source"),
    level: str = typer.Option("informational", help="Lowest level to show"),
    since: datetime = typer.Option(None, help="Only events from this time on (UTC)"),
    until: datetime = typer.Option(None, help="Only events before this time (UTC)"),
    filters: bool = typer.Option(True, "--filters/--no-filters", help="Apply the filters of the packs"),
    strict: bool = typer.Option(False, "--strict", help="Exit 2 when any rule was refused"),
    explain: bool = typer.Option(False, "--explain", help="Show each part of the rule with the value it met, per hit"),
    why: bool = typer.Option(False, "--why", help="Name every rule that could not match, and what it lacks"),
) -> None:
    """Exit 0 no alert, 1 alerts, 2 a file could not be read, no rule was loaded, or --strict and a rule refused."""
    from soc.clock import SystemClock
    from socctl.detect_output import Spool
    from socctl.detect_report import Report

    pack = _pack(rules)
    table, stated = _table(taken_as, logsource)
    reading = _reading(files, quiet=as_json)
    run = _run(pack, table, _choice(level, since, until, pack), filters=filters)
    clock = SystemClock()
    began = clock.monotonic()
    report = Report(pack, run, reading, spool=Spool() if as_json else None)
    by_id = {rule.id: rule for rule in pack.rules}
    for hit in run.run(_events(reading, files, taken_as, stated)):
        report.take(hit, _explained(hit, by_id, table) if explain else ())
    report.finish(clock.monotonic() - began, why=why, refused_is_error=strict)
    raise typer.Exit(report.exit_code)


def _pack(paths: list[Path]) -> Pack:
    from correlator.pack import Pack
    from soc.errors import SourceError
    from socctl import wiring

    for path in paths:
        if not path.exists():
            raise SourceError(f"--rules {path}: no such file or folder", code="SOC-1392")
    pack = Pack(paths or [wiring.own_rules()])
    if not pack.rules:
        faults = "".join(f"\n  {fault}" for fault in pack.faults[:20])
        raise SourceError(
            f"no rule was loaded from {', '.join(map(str, paths)) or 'our own rules'}{faults}", code="SOC-1391"
        )
    return pack


def _table(taken_as: str, logsource: str) -> tuple[Table, str]:
    from correlator.open_table import OpenTable
    from soc.errors import SourceError
    from soc.logsource import LogSource, load_table

    if taken_as == "sigma":
        return OpenTable(), ""
    if taken_as:
        raise SourceError(f"--as {taken_as}: the only word is 'sigma'", code="SOC-1392")
    if not logsource:
        return load_table(), ""
    keys = dict(part.partition("=")[::2] for part in logsource.split(","))
    if not keys or not set(keys) <= {"product", "category", "service"} or not all(keys.values()):
        raise SourceError(f"--logsource {logsource}: write product=x,category=y,service=z", code="SOC-1392")
    return load_table().with_source(LogSource(**keys), "json")


def _choice(level: str, since: datetime | None, until: datetime | None, pack: Pack) -> Choice:
    from datetime import UTC

    from correlator.offline import Choice
    from soc.alert import Level
    from soc.errors import SourceError

    if level not in tuple(Level):
        raise SourceError(f"--level {level}: one of {', '.join(Level)}", code="SOC-1392")
    start = since.replace(tzinfo=UTC) if since else None
    end = until.replace(tzinfo=UTC) if until else None
    return Choice(Level(level), start, end, frozenset(pack.muted))


def _run(pack: Pack, table: Table, choice: Choice, *, filters: bool) -> Offline:
    from correlator.compile import RuleSet
    from correlator.offline import Episodes, Offline

    ready = RuleSet(pack.rules, table, filters=pack.filters if filters else ())
    episodes = Episodes(pack.correlations, pack.filters if filters else ()) if pack.correlations else None
    return Offline(ready, table, choice, episodes)


def _explained(hit: Hit, rules: Mapping[str, Rule], table: Table) -> list[str]:
    """The tree of the rule behind a hit, ✓ and ✗ with the values met; of a correlation its members in order."""
    from correlator.explain import explain, lines, reader
    from soc.event import timestamp
    from socctl.language import language

    head = f"{timestamp(hit.at)} {hit.rule.level} {hit.rule.title}"
    rule = rules.get(hit.rule.id)
    if rule is None:
        members = [f"  {event.get('@timestamp', '')} {event.get('message', '')}".rstrip() for event in hit.events]
        return ["", head, f"  {hit.correlation.condition if hit.correlation else ''}", *members]
    event = hit.events[0]
    route = str(event.get("soc.route") or table.route_of(event))
    found = explain(rule, reader(rule, event, table, route), language())
    return ["", head, *(f"  {line}" for line in lines(found, language()))]


def _reading(files: list[Path], *, quiet: bool) -> Reading:
    from socctl.detecting import Reading
    from socctl.progress import byte_bar

    return Reading(progress=byte_bar(files, shown=not quiet and sys.stderr.isatty()))


def _events(reading: Reading, files: list[Path], taken_as: str, stated: str) -> Iterable[dict[str, object]]:
    from collectors.senders import OneSender
    from soc.clock import SystemClock
    from soc.unit import UnitTree
    from socctl import wiring
    from socctl.detecting import as_they_are, normalised

    if taken_as:
        return as_they_are(reading, files)
    return normalised(reading, files, wiring.normaliser(OneSender("detect"), UnitTree([])), SystemClock(), stated)
