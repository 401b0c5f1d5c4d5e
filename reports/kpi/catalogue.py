"""Reads the catalogue: `kpis.yml` and the fragments of a province, all faults at once (ioc-hub.md 3.1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from reports.kpi.definitions import (
    UNKNOWN,
    Connector,
    Dimension,
    FreshnessRule,
    Kpi,
    KpiCatalogue,
    Source,
    Subsystem,
)
from reports.kpi.kpi_entry import KpiReader
from reports.kpi.parts import TWICE, both, faults_of, freshness, headline, nodes, pairs, said, text_of, words
from reports.wording import Text
from soc.document import Node, read
from soc.errors import CatalogueError, Fault
from soc.period import PeriodType

FILE = frozenset(
    {"schema_version", "catalogue_version", "valid_from", "freshness", "measures", "dimensions", "subsystems"}
)
DIMENSION = frozenset({"name_vi", "name_en", "source", "private", "values"})
SUBSYSTEM = frozenset(
    {"id", "name_vi", "name_en", "function", "connectors", "sources", "freshness", "headlines", "kpis"}
)
UNKNOWN_TEXT = Text("Chưa xác định", "Not known")


def shipped() -> Path:
    """The catalogue of the package."""
    return Path(str(files("reports") / "kpi" / "kpis.yml"))


@cache
def shipped_catalogue() -> KpiCatalogue:
    """It alone, without fragments."""
    return load([shipped()])


def load(paths: Sequence[Path], functions: Collection[str] | None = None) -> KpiCatalogue:
    """The catalogue of these files, the first the base. `functions`: those there are; None: not checked.
    Raises CatalogueError with every fault of all of them."""
    reader = CatalogueReader(functions)
    for path in paths:
        reader.read(path)
    if reader.faults:
        raise CatalogueError(reader.faults)
    return reader.catalogue()


@dataclass
class CatalogueReader:
    """Takes file after file; what a later one adds stands beside what is there. `names`: of all KPIs, faulty ones
    too, so that what names them is not told to be wrong."""

    functions: Collection[str] | None
    faults: list[Fault] = field(default_factory=list)
    version: str = ""
    valid_from: date | None = None
    measures: dict[str, Text] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    table: dict[PeriodType, FreshnessRule] = field(default_factory=dict)
    subsystems: dict[str, Subsystem] = field(default_factory=dict)
    kpis: dict[str, Kpi] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    hashes: list[str] = field(default_factory=list)

    def read(self, path: Path) -> None:
        found = faults_of(path)
        try:
            text = text_of(path, found)
            self.hashes.append(sha256(text.encode()).hexdigest())
            self._file(read(text, found, what="a catalogue is a map - start with `subsystems:`"))
        except CatalogueError as error:
            self.faults += [fault for fault in error.faults if fault not in found.found]
        self.faults += found.found

    def catalogue(self) -> KpiCatalogue:
        """What was read so far."""
        return KpiCatalogue(
            version=self.version,
            valid_from=self.valid_from,
            subsystems=self.subsystems,
            kpis=self.kpis,
            dimensions=self.dimensions,
            measures=self.measures,
            table=self.table,
            digest=sha256("".join(self.hashes).encode()).hexdigest(),
        )

    def _file(self, root: Node) -> None:
        entry = root.only("the catalogue", FILE, ("catalogue_version", "subsystems"))
        version = said(entry, "catalogue_version")
        valid_from = entry["valid_from"].day() if "valid_from" in entry else None
        if not self.version:
            self.version, self.valid_from = version, valid_from
        self.measures |= {name: both(node, f"measure {name!r}") for name, node in pairs(entry, "measures")}
        for name, node in pairs(entry, "dimensions"):
            self.dimensions[name] = self._dimension(name, node)
        for name, node in pairs(entry, "freshness"):
            if name in set(PeriodType):
                self.table[PeriodType(name)] = freshness(node)
            else:
                root.faults.unknown(node.line, "period", name, list(PeriodType))
        kpis = KpiReader(version, valid_from, self.measures, self.dimensions, self.functions)
        for node in nodes(entry, "subsystems"):
            self._subsystem(node, kpis)

    def _dimension(self, name: str, node: Node) -> Dimension:
        """A later file adds values to a dimension that is there."""
        had = self.dimensions.get(name)
        entry = node.only(f"dimension {name!r}", DIMENSION, () if had else ("name_vi", "name_en"))
        values = dict(had.values) if had else {UNKNOWN: UNKNOWN_TEXT}
        values |= {value: both(text, f"value {value!r}") for value, text in pairs(entry, "values")}
        source = entry["source"].one_of("source", list(Source)) if "source" in entry else ""
        return Dimension(
            name,
            had.title if had else words(entry, "name"),
            values,
            source=had.source if had else Source(source) if source in set(Source) else Source.LISTED,
            private=had.private if had else "private" in entry and entry["private"].truth(),
        )

    def _subsystem(self, node: Node, reader: KpiReader) -> None:
        entry = node.only("a subsystem", SUBSYSTEM, ("id", "name_vi", "name_en", "function", "kpis"))
        name, function = said(entry, "id"), said(entry, "function")
        if name in self.subsystems:
            node.faults.add(node.line, TWICE, f"the subsystem {name!r} is there twice - rename one")
        if "function" in entry:
            reader.check_function(entry["function"])
        self.names |= {said(one.items(), "id") for one in nodes(entry, "kpis")}
        kpis = tuple(
            kpi for one in nodes(entry, "kpis") if (kpi := reader.read(one, name, function)) and self._new(one, kpi)
        )
        self.subsystems[name] = Subsystem(
            id=name,
            title=words(entry, "name"),
            function=function,
            kpis=kpis,
            headlines=tuple(headline(one, self.names, self.dimensions) for one in nodes(entry, "headlines")),
            freshness=freshness(entry["freshness"]) if "freshness" in entry else FreshnessRule(),
            connectors=_connectors(entry),
            sources=said(entry, "sources"),
        )

    def _new(self, node: Node, kpi: Kpi) -> bool:
        if kpi.id in self.kpis:
            node.faults.add(node.line, TWICE, f"the KPI {kpi.id!r} is there twice - rename one")
            return False
        self.kpis[kpi.id] = kpi
        return True


def _connectors(entry: Mapping[str, Node]) -> tuple[Connector, ...]:
    said_ones = (node.one_of("connector", list(Connector)) for node in nodes(entry, "connectors"))
    return tuple(Connector(one) for one in said_ones if one in set(Connector))
