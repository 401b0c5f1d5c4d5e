"""A file of rules -> its documents, each in exactly one state (sigma-engine.md 1.1, 1.2).

A bad document never stops another one, and never half-loads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

from correlator.language.attributes import NOT_LOADED, Origin
from correlator.language.correlation import Correlation, read_correlation
from correlator.language.form import Atoms
from correlator.language.placeholders import SiteValues
from correlator.language.problems import Place, Problem, Severity
from correlator.language.rule import Rule, read_rule
from correlator.language.sigma_filter import Filter, read_filter
from correlator.language.yaml_text import Places, YamlFile, places, read_yaml
from soc.errors import Fault


class Kind(StrEnum):
    """By the key that a document has."""

    RULE = "detection"
    CORRELATION = "correlation"
    FILTER = "filter"
    OTHER = "not a rule"


class State(StrEnum):
    """What became of a document."""

    LOADED = "loaded"
    NEEDS_VALUE = "needs value"
    UNSUPPORTED = "unsupported"
    FAULT = "fault"
    SKIPPED = "skipped"


Content = Rule | Correlation | Filter


@dataclass(frozen=True, slots=True)
class Document:
    """`content` only when loaded. `faults`: every reason why not, placed. `reasons`: constructs, placeholder names."""

    path: str
    number: int
    kind: Kind
    state: State
    title: str = ""
    id: str = ""
    line: int = 0
    content: Content | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    reasons: tuple[str, ...] = field(default=())


def read_documents(
    data: bytes,
    path: str,
    site: SiteValues,
    *,
    pack: str = "",
    everything: bool = False,
    atoms: Atoms | None = None,
) -> tuple[Document, ...]:
    """All documents of one file. `everything`: deprecated and unsupported rules too. `atoms`: of the pack."""
    read = read_yaml(data, path)
    lines = _Lines(data)
    version = sha256(data).hexdigest()
    documents = [
        _Reading(read, number, path, lines, atoms).document(
            Origin(pack, path, number, version), site, everything=everything
        )
        for number in range(len(read.documents))
        if read.documents[number] is not None
    ]
    if read.fault:
        # The documents before the broken one are whole, but a half-read file is no file: nothing of it loads.
        return (Document(path, 0, Kind.RULE, State.FAULT, line=read.fault.line, faults=(read.fault,)),)
    return tuple(_with_yaml_warnings(documents, read))


def _with_yaml_warnings(documents: list[Document], read: YamlFile) -> list[Document]:
    """What YAML read differently from how it looks is told once, at the document it stands in."""
    if not read.warnings or not documents:
        return documents
    told: dict[int, list[Fault]] = {}
    for line, message in read.warnings:
        number = max((each.number for each in documents if each.line <= line), default=documents[0].number)
        told.setdefault(number, []).append(Fault(documents[0].path, line, "SOC-1174", message))
    return [replace(each, warnings=(*each.warnings, *told.get(each.number, ()))) for each in documents]


class _Lines:
    """Line numbers, counted only when something is to be said."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._places: Places | None = None

    def of(self, number: int, path: tuple[str | int, ...]) -> tuple[int, int]:
        if self._places is None:
            self._places = places(self._data)
        while (number, path) not in self._places and path:
            path = path[:-1]
        return self._places.get((number, path), (0, 0))


@dataclass(frozen=True, slots=True)
class _Reading:
    read: YamlFile
    number: int
    path: str
    lines: _Lines
    atoms: Atoms | None

    def document(self, origin: Origin, site: SiteValues, *, everything: bool) -> Document:
        raw = self.read.documents[self.number]
        if not isinstance(raw, dict):
            return Document(self.path, self.number, Kind.OTHER, State.SKIPPED, line=self.read.lines[self.number])
        kind = next((kind for kind in Kind if kind.value in raw), Kind.OTHER)
        line = self.read.lines[self.number]
        title, named = str(raw.get("title") or ""), str(raw.get("id") or "")
        if kind is Kind.OTHER and "action" not in raw:
            return Document(self.path, self.number, kind, State.SKIPPED, title, line=line)
        if str(raw.get("status")) in NOT_LOADED and not everything:
            why = (str(raw["status"]),)
            return Document(self.path, self.number, kind, State.SKIPPED, title, named, line, reasons=why)
        place = Place()
        if kind is Kind.CORRELATION:
            content: Content | None = read_correlation(raw, place, origin, bounded=not everything)
        else:
            content = _read(kind, raw, place, origin, site, self.atoms)
        state = _state(place.found)
        return Document(
            self.path,
            self.number,
            kind,
            state,
            title,
            content.attributes.card.id if content else named,
            line,
            content if state is State.LOADED else None,
            tuple(self._fault(problem) for problem in place.found if problem.severity is not Severity.WARNING),
            tuple(self._fault(problem) for problem in place.found if problem.severity is Severity.WARNING),
            tuple(dict.fromkeys(problem.detail for problem in place.found if problem.detail)),
        )

    def _fault(self, problem: Problem) -> Fault:
        line, column = self.lines.of(self.number, problem.path)
        return Fault(self.path, line, problem.code, problem.message, column + problem.offset if problem.offset else 0)


def _read(
    kind: Kind, raw: Mapping[str, Any], place: Place, origin: Origin, site: SiteValues, atoms: Atoms | None
) -> Rule | Filter | None:
    if kind is Kind.FILTER:
        return read_filter(raw, place, origin, site)
    return read_rule(raw, place, origin, site, atoms)


def _state(found: list[Problem]) -> State:
    severities = {problem.severity for problem in found}
    for severity, state in (
        (Severity.FAULT, State.FAULT),
        (Severity.UNSUPPORTED, State.UNSUPPORTED),
        (Severity.NEEDS_VALUE, State.NEEDS_VALUE),
    ):
        if severity in severities:
            return state
    return State.LOADED
