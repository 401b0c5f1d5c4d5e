"""The package of a report: model, figures, rows, rendered files and their hashes (posture-and-reports.md 5.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from reports.monthly.document import figure_lines, read_figures, read_report, read_rows, report_json, rows_csv
from reports.monthly.figures import Book, Figure, Rows
from reports.monthly.model import Report
from soc.errors import SocError

MANIFEST = "MANIFEST.sha256"
REPORT, FIGURES, ROWS = "report.json", "figures.ndjson", "rows"
FILE_MOST = 512 * 1024**2
TEMPLATES = ("templates/report.html", "templates/blocks.html", "templates/report.css", "templates/report.docx")


class Format(StrEnum):
    """What a report can be written as; the value is the ending of its name."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"


class PackageError(SocError):
    """A folder that is no package, or that must not be written into."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was read. `damaged`: names of files whose bytes are not those of the manifest, that are missing
    or that it does not name."""

    report: Report
    figures: Mapping[str, Figure]
    rows: Mapping[str, Rows]
    damaged: tuple[str, ...]


def data_files(report: Report, book: Book | None = None, rows: Mapping[str, Rows] | None = None) -> dict[str, bytes]:
    """What a program reads: of the book only the rows that a figure of the report was made from."""
    known = book.rows if book is not None else rows or {}
    used = {one.asked.key for one in report.figures.values() if one.rows_hash}
    made = {REPORT: report_json(report), FIGURES: figure_lines(report.figures.values())}
    made |= {f"{ROWS}/{key}.csv": rows_csv(known[key]) for key in sorted(used)}
    layout = report.versions.get("layout", "nd30-2020")
    for name in (f"layouts/{layout}.yml", *TEMPLATES):
        made[name] = (files("reports") / name).read_bytes()
    return made


def rendered(report: Report, formats: Iterable[Format], rows: Mapping[str, Rows]) -> dict[str, bytes]:
    """The files that people read. Raises NoPango when a PDF was wanted and cannot be set."""
    from reports.monthly.render.html import html

    wanted = set(formats)
    made: dict[str, bytes] = {}
    page = html(report) if wanted & {Format.HTML, Format.PDF} else ""
    if Format.HTML in wanted:
        made["report.html"] = page.encode()
    if Format.DOCX in wanted:
        from reports.monthly.render.docx import docx

        made["report.docx"] = docx(report)
    if Format.XLSX in wanted:
        from reports.monthly.render.xlsx import xlsx

        made["report.xlsx"] = xlsx(report, rows)
    if Format.PDF in wanted:
        from reports.monthly.render.worker import pdf_apart

        made["report.pdf"] = pdf_apart(page, report.as_of)
    return made


def write(folder: Path, contents: Mapping[str, bytes], *, once: bool = False) -> None:
    """Writes a package with its manifest. Into a folder that holds something else nothing is written; `once`: into an
    empty one only, and nobody may change it afterwards. Raises PackageError."""
    held = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    if held and (once or MANIFEST not in held):
        raise PackageError(f"{folder} holds other files ({sorted(held)[0]}) - name an empty folder", code="SOC-1902")
    for name in _listed(folder) if held else ():
        (folder / name).unlink(missing_ok=True)
    complete = {**contents, MANIFEST: manifest(contents)}
    try:
        for name, text in complete.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
            if once:
                path.chmod(0o440)
        if once:
            for path in (*(one for one in folder.rglob("*") if one.is_dir()), folder):
                path.chmod(0o550)
    except OSError as error:
        raise PackageError(
            f"{folder}: {error.strerror} - choose a folder that can be written", code="SOC-1902"
        ) from error


def manifest(contents: Mapping[str, bytes]) -> bytes:
    """As `sha256sum -c` reads it."""
    return "".join(f"{sha256(text).hexdigest()}  {name}\n" for name, text in sorted(contents.items())).encode()


def read(folder: Path) -> Package:
    """Raises PackageError for a folder without the parts that a package needs."""
    try:
        figures = read_figures(_text(folder / FIGURES))
        report = read_report(_text(folder / REPORT), figures)
        keys = {one.asked.key for one in figures.values() if one.rows_hash}
        rows = {key: read_rows(_text(folder / ROWS / f"{key}.csv")) for key in sorted(keys)}
        return Package(report, figures, rows, damaged(folder))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackageError(f"{folder} is no package that can be read: {error}", code="SOC-1903") from error


def damaged(folder: Path) -> tuple[str, ...]:
    """Names whose bytes are not what the manifest says, the missing and the added ones too."""
    wanted = _listed(folder)
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    bad = set(wanted) ^ there
    bad |= {name for name in there & set(wanted) if sha256(_text(folder / name)).hexdigest() != wanted[name]}
    return tuple(sorted(bad))


def _listed(folder: Path) -> dict[str, str]:
    """Name -> hash. A name that leads out of the folder is none of ours."""
    lines = (line.partition("  ") for line in _text(folder / MANIFEST).decode().splitlines())
    named = {name: digest for digest, _, name in lines}
    if any(name.startswith("/") or ".." in Path(name).parts for name in named):
        raise PackageError(f"{folder / MANIFEST} names files outside of the package", code="SOC-1903")
    return named


def _text(path: Path) -> bytes:
    if path.stat().st_size > FILE_MOST:
        raise ValueError(f"{path.name} is longer than {FILE_MOST} bytes")
    return path.read_bytes()
