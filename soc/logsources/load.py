"""Reads the YAML files of the log-source table; reports every fault of every file at once (SOC-12xx).

File form:
    product: windows                     # of every tuple below that names none; `any` for tuples without product
    header: {EventID: winlog.event_id}   # names that every route of the file knows
    root: [winlog.event_data]            # where the source's own fields live
    blanks: [Threat Name]                # own names with blanks; ThreatName and Threat_Name address them too
    maps: {web: {cs-method: http.request.method}}      # field maps that several routes use by name
    routes:
      NAME: {route: {FIELD: VALUE or LIST}, logsource: [{category: …}], root: …, use: [web], fields: {…},
             each: FIELD, own_names: true, entities: [FIELD]}
    not_collected:
      - {logsources: [{service: …}], en: why, vi: why}
A field is `name`, a list of names that are joined, or {from: [names], as: translation}, {first: [names]}.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from typing import Any

import yaml

from soc.errors import Fault, MappingError
from soc.logsource import FieldPlan, LogSource, LogSourceTable, NotCollected, Route
from soc.logsources.translate import TRANSLATIONS

FILE_KEYS = ("product", "header", "root", "blanks", "maps", "routes", "not_collected", "entities")
ROUTE_KEYS = ("route", "logsource", "root", "use", "fields", "each", "own_names", "entities", "product")
SOURCE_KEYS = ("product", "category", "service")
FIELD_KEYS = ("from", "as", "first")
ANY = "any"


def load_package() -> LogSourceTable:
    """The table of soc/logsources/*.yml."""
    folder = files("soc.logsources")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yml"))
    return table_of({f"soc/logsources/{name}": (folder / name).read_text("utf-8") for name in names})


def table_of(texts: Mapping[str, str]) -> LogSourceTable:
    """The table of files given as path -> text."""
    loads = [_File(path, text) for path, text in texts.items()]
    routes = [route for load in loads for route in load.routes()]
    missing = [entry for load in loads for entry in load.not_collected()]
    faults = [fault for load in loads for fault in load.faults]
    places: dict[object, str] = {}
    for load in loads:
        for name in load.names():
            if name in places:
                faults.append(load.fault("SOC-1205", name, f"route '{name}' is there twice, also in {places[name]}"))
            places[name] = load.path
    if faults:
        raise MappingError(faults)
    return LogSourceTable(tuple(routes), tuple(missing))


@dataclass
class _File:
    """One file and its faults."""

    path: str
    text: str
    faults: list[Fault] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    lines: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        try:
            document = yaml.load(self.text, Loader=yaml.CSafeLoader)
            node = yaml.compose(self.text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 0
            self.faults.append(Fault(self.path, line, "SOC-1200", f"not YAML: {getattr(error, 'problem', error)}"))
            return
        if not isinstance(document, dict):
            self.faults.append(Fault(self.path, 1, "SOC-1200", "the file must be one map"))
            return
        self.document, self.lines = document, list(_route_lines(node))
        self._known("", document, FILE_KEYS)

    def names(self) -> Iterator[str]:
        return (name for name, _ in self.lines)

    def fault(self, code: str, route: str, message: str) -> Fault:
        return Fault(self.path, dict(self.lines).get(route, 0), code, message)

    def routes(self) -> Iterator[Route]:
        for name, entry in (self.document.get("routes") or {}).items():
            if isinstance(entry, dict):
                self._known(name, entry, ROUTE_KEYS)
                yield self._route(str(name), entry)
            else:
                self._report("SOC-1201", name, f"route '{name}' must be a map")

    def not_collected(self) -> Iterator[NotCollected]:
        for entry in self.document.get("not_collected") or ():
            for keys in entry.get("logsources", ()):
                yield NotCollected(self._source("not_collected", keys, entry), entry.get("en", ""), entry.get("vi", ""))

    def _route(self, name: str, entry: dict[str, Any]) -> Route:
        tests = {key: tuple(_texts(value)) for key, value in (entry.get("route") or {}).items()}
        if not tests:
            self._report("SOC-1202", name, f"route '{name}' has no test - say `route: {{event.dataset: ...}}`")
        sources = tuple(self._source(name, keys, entry) for keys in entry.get("logsource") or ())
        if not sources:
            self._report("SOC-1203", name, f"route '{name}' has no log source")
        return Route(
            name,
            tests,
            sources,
            root=tuple(_texts(entry.get("root", self.document.get("root")))),
            fields=self._fields(name, entry),
            header=self.document.get("header") or {},
            blanks=_blanks(self.document.get("blanks") or ()),
            each=entry.get("each"),
            own_names=bool(entry.get("own_names")),
            entities=tuple(_texts(entry.get("entities", self.document.get("entities")))),
        )

    def _source(self, name: str, keys: dict[str, Any], entry: dict[str, Any]) -> LogSource:
        self._known(name, keys, SOURCE_KEYS, "SOC-1203")
        product = keys.get("product", entry.get("product", self.document.get("product")))
        return LogSource(None if product == ANY else product, keys.get("category"), keys.get("service"))

    def _fields(self, name: str, entry: dict[str, Any]) -> dict[str, FieldPlan]:
        fields: dict[str, FieldPlan] = {}
        maps = self.document.get("maps") or {}
        for used in _texts(entry.get("use")):
            if used not in maps:
                self._report("SOC-1204", name, f"route '{name}' uses map '{used}'{_nearest(used, maps)}")
            fields.update({key: self._plan(name, value) for key, value in maps.get(used, {}).items()})
        fields.update({key: self._plan(name, value) for key, value in (entry.get("fields") or {}).items()})
        return fields

    def _plan(self, name: str, value: Any) -> FieldPlan:
        if not isinstance(value, dict):
            return FieldPlan(tuple(_texts(value)), joined=isinstance(value, list))
        self._known(name, value, FIELD_KEYS)
        if "first" in value:
            return FieldPlan(tuple(_texts(value["first"])))
        translation = str(value.get("as"))
        if translation not in TRANSLATIONS:
            near = _nearest(translation, TRANSLATIONS)
            self._report("SOC-1204", name, f"route '{name}': translation '{translation}' does not exist{near}")
        return FieldPlan(tuple(_texts(value.get("from"))), translate=translation)

    def _known(self, name: str, entry: dict[str, Any], keys: tuple[str, ...], code: str = "SOC-1201") -> None:
        for key in entry:
            if key not in keys:
                self._report(code, name, f"unknown key '{key}'{_nearest(str(key), keys)}")

    def _report(self, code: str, route: str, message: str) -> None:
        self.faults.append(self.fault(code, str(route), message))


def _route_lines(node: Any) -> Iterator[tuple[str, int]]:
    """(route, line) as they stand in the file, doubled ones too: a loaded map has lost those."""
    for key, value in node.value:
        if key.value == "routes" and isinstance(value, yaml.MappingNode):
            yield from ((name.value, name.start_mark.line + 1) for name, _ in value.value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (str(item) for item in value)
    elif value is not None:
        yield str(value)


def _blanks(names: list[str] | tuple[()]) -> dict[str, str]:
    spelled = {name.replace(" ", sign): name for name in names for sign in ("", "_")}
    return {alias: name for alias, name in spelled.items() if alias != name}


def _nearest(name: str, names: Any) -> str:
    near = get_close_matches(name, [str(known) for known in names], 1)
    return f" - did you mean '{near[0]}'?" if near else f" - known: {', '.join(sorted(map(str, names)))}"
