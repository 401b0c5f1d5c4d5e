"""Reads a unit file: province, kinds, units, networks and functions, all faults at once with their lines.

`soc/data/units-*.yml` are some. A province named at the top becomes the unit above all that have no parent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from ipaddress import ip_network
from itertools import combinations
from pathlib import Path

from soc import document
from soc.document import Faults, Node
from soc.errors import UnitError
from soc.organisation import PROVINCE, Function, Holder, Organisation, UnitKind
from soc.unit import Unit, UnitNetwork, UnitTree

NOT_LISTS, NO_NAME, NO_NETWORK, NOT_YAML, NO_DAY = "SOC-1053", "SOC-1054", "SOC-1055", "SOC-1056", "SOC-1057"
UNKNOWN_WORD, UNKNOWN_ID, ILL_DATED, TWICE = "SOC-1058", "SOC-1059", "SOC-1060", "SOC-1061"

FILE = frozenset({"schema_version", "province", "profiles", "kinds", "units", "networks", "functions", "notes"})
DAYS = ("valid_from", "valid_to")
TEXTS = ("name_vi", "name_en", "short_vi", "kind")
FACTS = (
    *("full_name_vi", "full_name_en", "gso_code", "organ_id", "doc_symbol", "area", "confidence", "note"),
    *("timezone", "capital"),
)
UNIT = frozenset(("id", *TEXTS, *DAYS, *FACTS, "parent", "successor", "predecessors", "from_district"))
KIND = frozenset({"name_vi", "name_en", "locality"})
FUNCTION = frozenset({"id", "name_vi", "name_en", "holders", "note"})
HOLDER = frozenset({"unit", *DAYS, "note"})
NETWORK = frozenset({"network", "unit", *DAYS, "note"})


def read_organisation(path: Path) -> Organisation:
    """The organisation of a YAML file; raises UnitError with all its faults."""
    faults = _faults(str(path))
    text = _text(path, faults)
    root = document.read(text, faults, what="must be a map with 'units' and 'networks'")
    return replace(_Reader(faults).organisation(root), digest=sha256(text.encode()).hexdigest())


def organisation_from(parsed: Mapping[str, object], path: str = "units.yml") -> Organisation:
    """The organisation of a parsed file; raises UnitError with all its faults."""
    faults = _faults(path)
    return _Reader(faults).organisation(document.of(parsed, faults))


def tree_from(parsed: Mapping[str, object], path: str = "units.yml") -> UnitTree:
    """Its units and networks alone."""
    return organisation_from(parsed, path).tree


def _text(path: Path, faults: Faults) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = f"not UTF-8 at byte {error.start}" if isinstance(error, UnicodeDecodeError) else error.strerror
        faults.add(0, NOT_YAML, f"cannot be read: {why} - check name, rights and encoding")
        raise UnitError(faults.found) from error


def _faults(path: str) -> Faults:
    return Faults(path, UNKNOWN_WORD, NOT_LISTS, UnitError, NOT_YAML)


@dataclass
class _Reader:
    faults: Faults
    origins: dict[str, list[str]] = field(default_factory=dict)

    def organisation(self, root: Node) -> Organisation:
        entry = root.only("the unit file", FILE)
        kinds = {name: _kind(name, node) for name, node in _pairs(entry, "kinds")}
        province = self._unit(entry["province"], kinds, PROVINCE) if "province" in entry else None
        units = [unit for node in _rows(entry, "units") if (unit := self._unit(node, kinds, ""))]
        if province is not None:
            units = [province, *(replace(one, parent=one.parent or province.id) for one in units)]
        networks = [net for node in _rows(entry, "networks") if (net := _network(node))]
        self._ids(units, entry)
        names = {unit.id for unit in units}
        functions = [one for node in _rows(entry, "functions") if (one := _function(node, names))]
        tree = self._tree(units, networks)
        self.faults.raise_any()
        return Organisation(
            tree=tree,
            province=province.id if province else "",
            functions={one.id: one for one in functions},
            kinds=kinds,
            heirs={old: tuple(new) for old, new in self.origins.items()},
        )

    def _unit(self, node: Node, kinds: Mapping[str, UnitKind], kind: str) -> Unit | None:
        entry = node.only("a unit", UNIT)
        name = entry["id"].text() if "id" in entry else "?"
        if missing := [key for key in ("id", "name_vi") if not _said(entry, key)]:
            self.faults.add(node.line, NO_NAME, f"unit {name!r} has no {' and no '.join(missing)}")
        if not _said(entry, "id"):
            return None
        kind = kind or _said(entry, "kind")
        if kind and kinds and kind != PROVINCE and kind not in kinds:
            self.faults.unknown(entry["kind"].line, "kind of unit", kind, kinds, code=UNKNOWN_ID)
        if old := _said(entry, "from_district"):
            self.origins.setdefault(old, []).append(name)
        valid_from, valid_to = _days(entry, f"unit {name!r}")
        return Unit(
            id=name,
            name_vi=_said(entry, "full_name_vi") or _said(entry, "name_vi"),
            name_en=_said(entry, "full_name_en") or _said(entry, "name_en"),
            short_vi=_said(entry, "short_vi") or (_said(entry, "name_vi") if "full_name_vi" in entry else ""),
            kind=kind,
            parent=_said(entry, "parent") or None,
            valid_from=valid_from,
            valid_to=valid_to,
            successor=_said(entry, "successor") or None,
            line=node.line,
        )

    def _ids(self, units: Iterable[Unit], entry: Mapping[str, Node]) -> None:
        """Ids are given once, and what a unit comes from was one."""
        seen: set[str] = set()
        for unit in units:
            if unit.id in seen:
                self.faults.add(unit.line, TWICE, f"the unit {unit.id!r} is there twice - rename or remove one")
            seen.add(unit.id)
        for old in _came_from(_rows(entry, "units")):
            if old.text() not in seen:
                self.faults.unknown(old.line, "unit", old.text(), seen, code=UNKNOWN_ID)
        functions: set[str] = set()
        for node in _rows(entry, "functions"):
            name = _said(node.items(), "id")
            if name in functions:
                self.faults.add(node.line, TWICE, f"the function {name!r} is there twice - join its holders")
            functions.add(name)

    def _tree(self, units: list[Unit], networks: list[UnitNetwork]) -> UnitTree:
        try:
            return UnitTree(units, networks)
        except UnitError as error:
            self.faults.found += [replace(fault, path=self.faults.path) for fault in error.faults]
            return UnitTree(())


def _rows(entry: Mapping[str, Node], key: str) -> list[Node]:
    node = entry.get(key)
    if node is None or node.null:
        return []
    if not isinstance(node.value, list) or not all(isinstance(row.value, dict) for row in node.value):
        _once(node, NOT_LISTS, f"'{key}' must be a list of maps")
        return []
    return node.value


def _came_from(units: Iterable[Node]) -> Iterator[Node]:
    for node in units:
        entry = node.items()
        if "from_district" in entry:
            yield entry["from_district"]
        yield from entry["predecessors"].nodes() if "predecessors" in entry else ()


def _once(node: Node, code: str, message: str) -> None:
    if not any((fault.code, fault.message) == (code, message) for fault in node.faults.found):
        node.faults.add(node.line, code, message)


def _pairs(entry: Mapping[str, Node], key: str) -> Iterable[tuple[str, Node]]:
    return entry[key].items().items() if key in entry else ()


def _said(entry: Mapping[str, Node], key: str) -> str:
    return entry[key].text() if key in entry and not entry[key].null else ""


def _kind(name: str, node: Node) -> UnitKind:
    entry = node.only(f"kind {name!r}", KIND)
    locality = "locality" in entry and entry["locality"].truth()
    return UnitKind(name, _said(entry, "name_vi"), _said(entry, "name_en"), locality=locality)


def _network(node: Node) -> UnitNetwork | None:
    entry = node.only("a network", NETWORK)
    said = _said(entry, "network")
    try:
        network = ip_network(said)
    except ValueError as error:
        node.faults.add(node.line, NO_NETWORK, f"network {said!r}: {error}")
        return None
    return UnitNetwork(network, _said(entry, "unit"), *_days(entry, f"network {network}"), line=node.line)


def _function(node: Node, units: Iterable[str]) -> Function | None:
    entry = node.only("a function", FUNCTION)
    name = _said(entry, "id")
    if not name or not _said(entry, "name_vi"):
        node.faults.add(node.line, NO_NAME, f"function {name or '?'!r} has no id or no name_vi")
        return None
    holders = tuple(_holder(one, name, units) for one in _rows(entry, "holders"))
    for first, second in combinations(holders, 2):
        if _meet(first, second):
            text = f"function {name!r} has two holders on one day: {first.unit!r} and {second.unit!r} - end one of them"
            node.faults.add(node.line, ILL_DATED, text)
    return Function(name, _said(entry, "name_vi"), _said(entry, "name_en"), holders, line=node.line)


def _holder(node: Node, function: str, units: Iterable[str]) -> Holder:
    entry = node.only(f"a holder of {function!r}", HOLDER)
    unit = _said(entry, "unit")
    if unit not in units:
        node.faults.unknown(node.line, "unit", unit, units, code=UNKNOWN_ID)
    return Holder(unit, *_days(entry, f"holder of {function!r}"))


def _meet(first: Holder, second: Holder) -> bool:
    starts = [one.valid_from or date.min for one in (first, second)]
    ends = [one.valid_to or date.max for one in (first, second)]
    return max(starts) <= min(ends)


def _days(entry: Mapping[str, Node], owner: str) -> tuple[date | None, date | None]:
    """`valid_from` and `valid_to`, in their order."""
    first, last = (_day(entry, key, owner) for key in DAYS)
    if first is not None and last is not None and last < first:
        node = entry["valid_to"]
        node.faults.add(node.line, ILL_DATED, f"{owner}: ends on {last}, before it begins on {first}")
    return first, last


def _day(entry: Mapping[str, Node], key: str, owner: str) -> date | None:
    node = entry.get(key)
    if node is None or node.null:
        return None
    try:
        return date.fromisoformat(node.text())
    except ValueError:
        text = f"{owner}: {key} {node.text()!r} is no day - write it like 2026-07-01"
        node.faults.add(node.line, NO_DAY, text)
        return None
