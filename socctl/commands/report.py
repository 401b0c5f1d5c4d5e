"""`socctl report monthly|brief|verify|compare|signed`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from reports.monthly.package import Format
    from reports.monthly.verify import Found

app = typer.Typer(help="The monthly report: write it, read its figures again", no_args_is_help=True)

ROWS_NAMED = 5


@app.command()
def monthly(
    out: Path = typer.Option(help="Folder of the package: empty, or one that was written before"),
    period: str = typer.Option("", help="Month such as 2026-10; empty: the last one that is over"),
    calendar: str = typer.Option("", help="admin (15th to 14th) or calendar; empty: that of the profile"),
    as_of: str = typer.Option("", help="When figures are read, with its zone; empty: 8 h after the period's end"),
    formats: str = typer.Option("html,pdf,docx,xlsx", help="Which files people read"),
) -> None:
    """The report of the province. Exit 0: complete; 1: written with a banner, or without its PDF."""
    _write("monthly", out, period, calendar, as_of, formats)


@app.command()
def brief(
    out: Path = typer.Option(help="Folder of the package: empty, or one that was written before"),
    period: str = typer.Option("", help="Month such as 2026-10; empty: the last one that is over"),
    calendar: str = typer.Option("", help="admin (15th to 14th) or calendar; empty: that of the profile"),
    as_of: str = typer.Option("", help="When figures are read, with its zone; empty: 8 h after the period's end"),
    formats: str = typer.Option("html,pdf", help="Which files people read"),
) -> None:
    """One page for leaders, by the same figures. Exit codes as of `monthly`."""
    _write("brief", out, period, calendar, as_of, formats)


@app.command()
def verify(folder: Path = typer.Argument(help="Folder of a package")) -> None:
    """Reads every figure again. Exit 0: all the same; 1: late or restated data; 2: bytes or figures that differ."""
    from reports.monthly import package
    from reports.monthly.figures import Verdict
    from socctl import reporting

    read = package.read(folder)
    for name in read.damaged:
        typer.echo(f"changed       {name}")
    count = dict.fromkeys(Verdict, 0)
    for found in reporting.checked(read):
        count[found.verdict] += 1
        if found.verdict is not Verdict.SAME:
            typer.echo(_line(found))
    typer.echo(", ".join(f"{verdict.value} {n}" for verdict, n in count.items() if n))
    if read.damaged or count[Verdict.DIFFERS]:
        raise typer.Exit(2)
    raise typer.Exit(int(any(n for verdict, n in count.items() if verdict is not Verdict.SAME)))


@app.command()
def compare(
    folder: Path = typer.Argument(help="Folder of the package that the DOCX was made from"),
    file: Path = typer.Argument(help="The edited DOCX that came back"),
) -> None:
    """Names the figures that an edited DOCX prints otherwise. Exit 1: there are some."""
    from reports.monthly import package
    from reports.monthly.bookmarks import drifted

    found = drifted(_bytes(file), package.read(folder).report)
    for one in found:
        typer.echo(f"{one.figure}  {one.was} -> {'is gone' if one.now is None else one.now}")
    raise typer.Exit(int(bool(found)))


@app.command()
def signed(
    folder: Path = typer.Argument(help="Folder of the package whose PDF was signed"),
    file: Path = typer.Argument(help="The signed PDF that came back"),
    ca: list[Path] = typer.Option([], help="Certificate of an authority that is trusted; may be repeated"),
) -> None:
    """Whether it is our PDF with one signature behind it. Exit 0: good, trusted; 1: good, not trusted; 2: neither."""
    from reports.monthly.signature import checked

    found = checked(_bytes(file), _bytes(folder / "report.pdf"), ca)
    for name in ("ours", "intact", "unchanged", "trusted"):
        typer.echo(f"{name:<10} {'yes' if getattr(found, name) else 'no'}")
    typer.echo(f"{'signer':<10} {found.signer or '-'}")
    raise typer.Exit(2 if not found.good else int(not found.trusted))


def _bytes(path: Path) -> bytes:
    from soc.errors import SourceError

    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror} - check the name", code="SOC-1906") from error


def _write(kind: str, out: Path, period: str, calendar: str, as_of: str, formats: str) -> None:
    from reports.monthly import package
    from reports.monthly.package import Format
    from reports.monthly.render.pdf import NoPango
    from socctl import reporting

    wanted = _formats(formats)
    report, book = reporting.made(kind, period, calendar, as_of)
    contents = package.data_files(report, book)
    no_pdf = ""
    try:
        contents |= package.rendered(report, wanted, book.rows)
    except NoPango as error:
        no_pdf = str(error)
        contents |= package.rendered(report, wanted - {Format.PDF}, book.rows)
    package.write(out, contents)
    for name in report.incomplete:
        typer.echo(f"incomplete: {name}", err=True)
    if no_pdf:
        typer.echo(no_pdf, err=True)
    typer.echo(f"{out}: {report.cover.subject}, {len(report.figures)} figures")
    raise typer.Exit(int(bool(report.incomplete or no_pdf)))


def _formats(text: str) -> set[Format]:
    from reports.monthly.package import Format

    names = {one.strip() for one in text.split(",") if one.strip()}
    if unknown := sorted(names - set(Format)):
        raise typer.BadParameter(f"no format '{unknown[0]}'; there are {', '.join(Format)}", param_hint="--formats")
    return {Format(one) for one in names}


def _line(found: Found) -> str:
    named = ", ".join(found.rows[:ROWS_NAMED])
    more = f" and {len(found.rows) - ROWS_NAMED} more" if len(found.rows) > ROWS_NAMED else ""
    return f"{found.verdict.value:<13} {found.figure}: {found.why}{f': {named}{more}' if named else ''}"
