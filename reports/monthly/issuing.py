"""A report with what people have written, and with what the clerk enters when it is issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from reports.monthly import wording
from reports.monthly.document import read_figures, read_report, read_rows
from reports.monthly.figures import Rows
from reports.monthly.model import Paragraph, Report, Run, Section
from reports.monthly.monthly import with_banner
from reports.monthly.package import FIGURES, MANIFEST, REPORT, ROWS, manifest
from soc.report import ReportRecord


def as_recorded(report: Report, record: ReportRecord) -> Report:
    """The paper as its record stands: texts of people, state, and the clerk's entries. Figures stay what they are."""
    sections = tuple(_written(section, record.texts) for section in report.sections)
    cover = report.cover
    issue = record.issue
    if issue is not None:
        number = issue.number.zfill(2) if issue.number.isdigit() else issue.number
        signing = replace(cover.signing, name=issue.signer)
        cover = replace(cover, number=number, issued_on=wording.day(issue.day), signing=signing)
    made = replace(report, sections=sections, cover=cover, state=record.state)
    return with_banner(made)


def again(contents: Mapping[str, bytes]) -> tuple[Report, dict[str, Rows]]:
    """Report and rows of a package's files. Raises ValueError or KeyError."""
    figures = read_figures(contents[FIGURES])
    rows = {
        name.removeprefix(f"{ROWS}/").removesuffix(".csv"): read_rows(text)
        for name, text in contents.items()
        if name.startswith(f"{ROWS}/")
    }
    return read_report(contents[REPORT], figures), rows


def digest(contents: Mapping[str, bytes]) -> str:
    """Names a package: SHA-256 of its manifest."""
    plain = {name: text for name, text in contents.items() if name != MANIFEST}
    return sha256(manifest(plain)).hexdigest()


def _written(section: Section, texts: Mapping[str, str]) -> Section:
    if not section.people or not texts.get(section.number, "").strip():
        return section
    lines = (line.strip() for line in texts[section.number].splitlines())
    return replace(section, blocks=tuple(Paragraph((Run(line),)) for line in lines if line))
