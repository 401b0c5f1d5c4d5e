"""A province's data of the hub: profile, catalogue and organisation, read together (ioc-hub.md 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from reports.clocks import SETS
from reports.kpi.catalogue import CatalogueReader, shipped
from reports.kpi.definitions import KpiCatalogue
from reports.kpi.parts import NO_FILE, faults_of, nodes, said, text_of
from reports.kpi.profile import Profile
from reports.kpi.profile_file import Names, profile_of
from soc.document import Faults, Node, read
from soc.errors import CatalogueError, Fault, UnitError
from soc.organisation import Organisation
from soc.organisation_file import read_organisation

NO_HOLDER = "SOC-1965"


@dataclass(frozen=True, slots=True)
class Province:
    """Data only. `units`: the unit file."""

    profile: Profile
    catalogue: KpiCatalogue
    organisation: Organisation
    units: Path


def shipped_profiles() -> dict[str, Path]:
    """Those of the package by name."""
    folder = Path(str(files("reports") / "profiles"))
    return {path.stem: path for path in sorted(folder.glob("*.yml"))}


def read_province(profile: str, units: Path | None = None) -> Province:
    """The province of a shipped profile's name or of a file. `units`: instead of the profile's unit file.
    Raises CatalogueError with every fault of all the files."""
    path = shipped_profiles().get(profile, Path(profile))
    found = faults_of(path)
    text = text_of(path, found)
    root = read(text, found, what="a profile is a map - start with `profile: NAME`")
    told: list[Fault] = []
    place = units or _beside(path, said(root.items(), "units"))
    organisation = _organisation(place, told, found, root)
    reader = CatalogueReader(None if organisation is None else organisation.functions)
    for one in (shipped(), *(_beside(path, node.text()) for node in nodes(root.items(), "catalogue"))):
        reader.read(one)
    made = profile_of(root, _names(reader, organisation))
    told += reader.faults + found.found
    if told or organisation is None:
        raise CatalogueError(list(dict.fromkeys(told)))
    made = replace(made, digest=sha256(text.encode()).hexdigest())
    return Province(made, reader.catalogue(), organisation, place)


def unit_file(profile: str) -> Path:
    """The unit file that comes with a profile; raises CatalogueError when the profile cannot be read."""
    path = shipped_profiles().get(profile, Path(profile))
    found = faults_of(path)
    root = read(text_of(path, found), found, what="a profile is a map - start with `profile: NAME`")
    return _beside(path, said(root.items(), "units"))


def warnings(province: Province, day: date) -> Iterator[Fault]:
    """Duties that nobody has on that day, and what is asked of nobody. Pages go on and say so."""
    organisation, catalogue = province.organisation, province.catalogue
    asked = {kpi.function for name in province.profile.subsystems for kpi in catalogue.subsystems[name].kpis}
    for name in organisation.without_holder(day):
        if name in asked | {province.profile.issuing_function}:
            function = organisation.functions[name]
            text = f"nobody has the function {name!r} on {day} - its figures show no responsible unit"
            yield Fault(str(province.units), function.line, NO_HOLDER, text)


def _organisation(place: Path, told: list[Fault], found: Faults, root: Node) -> Organisation | None:
    if not place.is_file():
        line = root.items()["units"].line if "units" in root.items() else 0
        found.add(line, NO_FILE, f"no unit file {str(place)!r} - correct `units` or organisation.units")
        return None
    try:
        return read_organisation(place)
    except UnitError as error:
        told += error.faults
        return None


def _beside(profile: Path, name: str) -> Path:
    """A file that the profile names: beside it, or one that ships."""
    own = profile.parent / name
    shipped_file = Path(str(files("soc") / "data" / name))
    return own if own.is_file() or not shipped_file.is_file() else shipped_file


def _names(reader: CatalogueReader, organisation: Organisation | None) -> Names:
    return Names(
        kpi_ids=reader.names,
        kpis=reader.kpis,
        subsystems=reader.subsystems,
        dimensions=reader.dimensions,
        legal_sets=SETS,
        units=None if organisation is None else organisation.tree.units,
        kinds=None if organisation is None else organisation.kinds,
        functions=None if organisation is None else organisation.functions,
        province="" if organisation is None else organisation.province,
    )
