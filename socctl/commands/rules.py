"""`socctl rules check|test|list|match|explain` (sigma-engine.md 7.2)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from correlator.pack import Pack

FAULTS = 1
ERROR = 2

app = typer.Typer(
    help="Check, test, list, match and explain rules.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

PATHS = typer.Argument(None, help="Rule files or folders; without it our own rules")
RULES = typer.Option([], "--rules", help="Rule files or folders; without it our own rules")
JSON = typer.Option(False, "--json", help="One JSON object a line")


@app.command()
def check(
    paths: list[Path] = PATHS,
    placeholders: Path = typer.Option(None, help="YAML file of site values: name -> list"),
    warnings: bool = typer.Option(True, "--warnings/--no-warnings", help="Show what is odd but not wrong"),
    as_json: bool = JSON,
) -> None:
    """All faults of all files, with line, code and what to do. Exit 1 on any fault."""
    from correlator.language.documents import State
    from socctl.rules_report import check_lines

    pack = _pack(paths, placeholders)
    for line in check_lines(pack, warnings=warnings, as_json=as_json):
        typer.echo(line)
    raise typer.Exit(FAULTS if pack.counts()[State.FAULT] else 0)


@app.command("list")
def list_(
    paths: list[Path] = PATHS,
    state: str = typer.Option("", help="Only: loaded, needs value, unsupported, fault, skipped"),
    blind: bool = typer.Option(False, "--blind", help="Only rules that cannot match, and why"),
    as_json: bool = JSON,
) -> None:
    """Every rule with its level, state, log source, and whether anything that it could match is collected."""
    from soc.logsource import load_table
    from socctl.language import language
    from socctl.rules_report import list_lines, listed

    rows = [row for row in listed(_pack(paths), load_table(), language()) if not state or row["state"] == state]
    for line in list_lines([row for row in rows if not blind or row["can_match"] != "yes"], as_json=as_json):
        typer.echo(line)


@app.command()
def match(
    rules: Path = typer.Argument(..., help="A file of rules, filters, correlations"),
    events: Path = typer.Argument(..., help="NDJSON or a JSON array; - for stdin"),
    placeholders: Path = typer.Option(None, help="YAML file of site values: name -> list"),
) -> None:
    """The engine alone: every rule against every event, under the rules' own field names, no routing.

    Prints a JSON list of the indices (from 0) that match; for correlations, objects with index, at and group.
    """
    import orjson

    from correlator.event_file import read_events
    from correlator.match_file import match_rules
    from soc.errors import RuleError

    try:
        site = _site(placeholders)
        read = read_events(_data(events), str(events))
        found = match_rules(_data(rules), read, path=str(rules), site=site)
    except RuleError as error:
        first, *rest = error.faults
        typer.echo(f"{first}{f' (and {len(rest)} more)' if rest else ''}".replace("\n", " "), err=True)
        raise typer.Exit(ERROR) from None
    typer.echo(orjson.dumps(found).decode())


@app.command()
def explain(
    rule: str = typer.Argument(..., help="Id, name, title or file of a rule"),
    event: Path = typer.Option(None, help="JSON events; each is explained. Normalised ones are routed"),
    rules: list[Path] = RULES,
    taken_as: str = typer.Option("", "--as", help="sigma: the event uses the rule's own field names"),
) -> None:
    """The condition in plain words; with an event, the tree of its tests with the values that they met."""
    from socctl.language import language
    from socctl.rules_report import explain_lines

    path = Path(rule)
    pack = _pack([path] if path.is_file() and not rules else rules)
    found = list(explain_lines(pack, "" if path.is_file() else rule, language(), _events(event), taken_as=taken_as))
    if not found:
        _refuse(f"no rule '{rule}' - `socctl rules list` names them")
    for line in found:
        typer.echo(line)


@app.command("test")
def samples(
    paths: list[Path] = PATHS,
    coverage: bool = typer.Option(True, "--coverage/--no-coverage", help="Also ask of each part whether it matters"),
    keep: bool = typer.Option(False, "--keep", help="Note which rules passed; the posture score counts them"),
) -> None:
    """Runs the samples of rules through the real normaliser and matcher. Exit 1 on a failure or a missing sample."""
    from correlator.sample_pack import prove, whole
    from soc.logsource import load_table
    from soc.unit import UnitTree
    from socctl import wiring
    from socctl.rules_report import sample_lines
    from socctl.sample_chain import chain

    wanted = _paths(paths)
    pack = _pack(whole(wanted, wiring.own_rules()))
    report = prove(pack, wanted, load_table(), chain(UnitTree([])), coverage=coverage)
    if keep:
        from reports.posture.coverage import keep_tests

        place = wiring.site()
        with wiring.state(place).write() as tx:
            keep_tests(tx, report.kept, report.broken, place.clock.now())
    for line in sample_lines(report):
        typer.echo(line)
    raise typer.Exit(0 if report.passed else FAULTS)


def _paths(paths: list[Path] | None) -> list[Path]:
    from socctl import wiring

    return paths or [wiring.own_rules()]


def _pack(paths: list[Path] | None, placeholders: Path | None = None) -> Pack:
    from correlator.pack import Pack

    wanted = _paths(paths)
    for path in wanted:
        if not path.exists():
            _refuse(f"{path}: no such file or folder")
    return Pack(wanted, site=_site(placeholders))


def _site(path: Path | None) -> dict[str, Sequence[Any]]:
    from correlator.pack import site_values
    from soc.errors import RuleError

    if path is None:
        return {}
    values, fault = site_values(_data(path), str(path))
    if fault is not None:
        raise RuleError([fault])
    return values


def _events(path: Path | None) -> list[dict[str, object]]:
    from correlator.event_file import read_events

    return [dict(event) for event in read_events(_data(path), str(path))] if path else []


def _data(path: Path) -> bytes:
    from soc.errors import SourceError

    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}", code="SOC-1335") from None


def _refuse(message: str) -> None:
    typer.echo(f"socctl rules: {message}", err=True)
    raise typer.Exit(ERROR)
