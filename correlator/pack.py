"""Packs: folders and files of rules, read whole, kept good, read again when they change (sigma-engine.md 1.2)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from correlator.language.documents import Document, Kind, State, read_documents
from correlator.language.form import Atoms
from correlator.language.placeholders import MAX_VALUES, SiteValues
from correlator.language.rule import Rule
from correlator.language.sigma_filter import Filter
from correlator.language.yaml_text import read_yaml
from correlator.link import Linked, Links, link
from soc.errors import Fault

SUFFIX = ".yml"
VALUES = "values"
VALUE_SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a pack: the pack's name, where it lies, and the path that people are shown."""

    pack: str
    path: Path
    shown: str


@dataclass(slots=True)
class _Held:
    stamp: tuple[int, int]
    documents: tuple[Document, ...]
    stale_since: datetime | None = None
    faults: tuple[Fault, ...] = ()


class Pack:
    """All that was loaded from some folders and files; each of them is a pack of its own to muting and ids.

    `site`: values for placeholders beside those of the packs' own `values/` folders, stronger than these.
    `everything`: deprecated and unsupported rules too.
    """

    def __init__(self, paths: Sequence[Path], *, site: SiteValues | None = None, everything: bool = False) -> None:
        self._paths = tuple(paths)
        self._overrides = dict(site or {})
        self._everything = everything
        self._held: dict[Path, _Held] = {}
        self._atoms: Atoms = {}
        self._site: dict[str, Sequence[Any]] = {}
        self._value_faults: tuple[Fault, ...] = ()
        self.links: Links = link(())
        self.reload()

    def reload(self, now: datetime | None = None) -> bool:
        """Reads what changed; answers whether anything did. A file that was good and became bad keeps its last good
        version, marked stale since `now`."""
        values, self._value_faults = _pack_values(self._paths)
        site = {**values, **self._overrides}
        fresh = site != self._site
        self._site = site
        held: dict[Path, _Held] = {}
        changed = fresh
        for source in sources(self._paths):
            old = None if fresh and source.path not in self._held else self._held.get(source.path)
            stamp = _stamp(source.path)
            if old is not None and old.stamp == stamp and not fresh:
                held[source.path] = old
                continue
            changed = True
            held[source.path] = self._read(source, stamp, old, now)
        changed = changed or held.keys() != self._held.keys()
        self._held = held
        if changed:
            self.links = link([document for each in held.values() for document in each.documents])
        return changed

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.links.documents

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.links.rules

    @property
    def correlations(self) -> tuple[Linked, ...]:
        return self.links.correlations

    @property
    def filters(self) -> tuple[Filter, ...]:
        return self.links.filters

    @property
    def muted(self) -> Mapping[str, tuple[str, ...]]:
        """Rule id -> the correlations that raise its alerts instead."""
        return self.links.muted

    @property
    def site(self) -> SiteValues:
        return self._site

    @property
    def stale(self) -> dict[str, datetime]:
        """Path -> since when the file on disk is bad and its last good version is used."""
        return {str(path): held.stale_since for path, held in self._held.items() if held.stale_since is not None}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything that keeps a document from being loaded, by place."""
        found = [fault for document in self.documents for fault in document.faults]
        found += [fault for held in self._held.values() for fault in held.faults]
        return tuple(sorted({*found, *self._value_faults}))

    @property
    def warnings(self) -> tuple[Fault, ...]:
        return tuple(sorted({fault for document in self.documents for fault in document.warnings}))

    def counts(self) -> Counter[State]:
        """Documents by state; those that are no rule are not counted here."""
        return Counter(document.state for document in self.documents if document.kind is not Kind.OTHER)

    def codes(self) -> Counter[tuple[State, str]]:
        """(state, code or construct) -> documents."""
        counted: Counter[tuple[State, str]] = Counter()
        for document in self.documents:
            if document.state is not State.LOADED and document.kind is not Kind.OTHER:
                reasons = document.reasons or tuple(dict.fromkeys(fault.code for fault in document.faults))
                counted.update((document.state, reason) for reason in reasons)
        return counted

    @property
    def others(self) -> int:
        """Documents that are no rule."""
        return sum(document.kind is Kind.OTHER for document in self.documents)

    def _read(self, source: Source, stamp: tuple[int, int], old: _Held | None, now: datetime | None) -> _Held:
        documents = _documents(source, self._site, self._atoms, everything=self._everything)
        was_good = old is not None and any(document.content for document in old.documents)
        is_bad = any(document.state is State.FAULT for document in documents)
        if old is not None and was_good and is_bad and now is not None:
            faults = tuple(fault for document in documents for fault in document.faults)
            return _Held(stamp, old.documents, old.stale_since or now, faults)
        return _Held(stamp, documents)


def sources(paths: Iterable[Path]) -> Iterator[Source]:
    """Every rule file, sorted. A file named by itself may have any name; a link out of its folder is left to
    `_documents` to refuse."""
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    if name.endswith(SUFFIX):
                        found = Path(folder) / name
                        yield Source(str(path), found, str(found))
        else:
            yield Source(str(path), path, str(path))


def _documents(source: Source, site: SiteValues, atoms: Atoms, *, everything: bool) -> tuple[Document, ...]:
    root = Path(source.pack).resolve()
    real = source.path.resolve()
    if root.is_dir() and not real.is_relative_to(root):
        return (_refused(source, "SOC-1105", "the link leads outside the rule folder - copy the file into it"),)
    try:
        data = source.path.read_bytes()
    except OSError as error:
        return (_refused(source, "SOC-1100", f"cannot be read: {error.strerror}"),)
    return read_documents(data, source.shown, site, pack=source.pack, everything=everything, atoms=atoms)


def _refused(source: Source, code: str, message: str) -> Document:
    return Document(source.shown, 0, Kind.RULE, State.FAULT, faults=(Fault(source.shown, 0, code, message),))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def _pack_values(paths: Iterable[Path]) -> tuple[dict[str, Sequence[Any]], tuple[Fault, ...]]:
    """The lists of `values/*.yaml` in each pack or beside it; the last one given wins."""
    values: dict[str, Sequence[Any]] = {}
    faults: list[Fault] = []
    folders = dict.fromkeys(folder / VALUES for path in paths for folder in (path.parent, path))
    for folder in (each for each in folders if each.is_dir()):
        for file in sorted(folder.iterdir()):
            if file.suffix == VALUE_SUFFIX:
                found, fault = site_values(file.read_bytes(), str(file))
                values.update(found)
                faults += [fault] if fault else []
    return values, tuple(faults)


def site_values(data: bytes, path: str) -> tuple[dict[str, Sequence[Any]], Fault | None]:
    """Name -> list of values of one values file, and the fault that makes it unreadable."""
    read = read_yaml(data, path)
    if read.fault is not None:
        return {}, read.fault
    values: dict[str, Sequence[Any]] = {}
    for document in read.documents:
        if document is not None and not isinstance(document, dict):
            return {}, Fault(path, 0, "SOC-1107", "site values must be a map of names and their lists")
        for name, listed in _named_values(document):
            each = listed if isinstance(listed, list) else [listed]
            values[str(name)] = [value for value in each if isinstance(value, (str, int, float))][:MAX_VALUES]
    return values, None


def _named_values(document: Mapping[str, Any] | None) -> Iterable[tuple[Any, Any]]:
    """The names of one document; they may stand under one key `placeholders`, as in the configuration."""
    inner = (document or {}).get("placeholders")
    return (inner if isinstance(inner, dict) and len(document or {}) == 1 else document or {}).items()
