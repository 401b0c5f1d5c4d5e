"""Reads a province's profile; ids are held against catalogue and organisation, all faults at once (ioc-hub.md 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.kpi.definitions import Dimension, Direction, Kpi
from reports.kpi.parts import (
    CONTRADICTION,
    TWICE,
    UNKNOWN_ID,
    freshness,
    headline,
    known,
    nodes,
    pairs,
    said,
    where,
)
from reports.kpi.profile import Duty, Focus, Limits, Phase, Pilot, Profile, Service, ServiceKind, UnitChoice, Wording
from reports.wording import EMPTY, Text
from soc.document import Node
from soc.period import Reporting

FILE = frozenset(
    (
        *("profile", "title", "subtitle", "province", "units", "catalogue", "wording", "legal_sets", "report"),
        *("services", "phases", "thresholds", "owes", "calendars", "freshness", "pilots", "focus"),
    )
)
NEEDED = ("profile", "title", "province", "wording", "report", "services", "owes")
SERVICE = frozenset({"id", "kind", "title", "subsystem", "tiles", "where", "by"})
PHASE = frozenset({"id", "title", "from", "services", "scope"})
PILOT = frozenset({"unit", "name", "from", "to", "subsystems"})
FOCUS = frozenset({"subsystem", "name", "from", "to"})
DUTY = frozenset({"subsystem", "units", "sender", "kpis", "without", "from", "to"})
CHOICE = frozenset({"kinds", "ids", "without", "holder", "province"})
CALENDARS = {"admin": Reporting.ADMIN, "admin_15_14": Reporting.ADMIN, "calendar": Reporting.CALENDAR}
ALL = "all"


@dataclass(frozen=True, slots=True)
class Names:
    """What a profile may speak of. None: that file could not be read, and is not asked. `kpis`: those that could."""

    kpi_ids: Collection[str]
    kpis: Mapping[str, Kpi]
    subsystems: Collection[str]
    dimensions: Mapping[str, Dimension]
    legal_sets: Collection[str]
    units: Collection[str] | None = None
    kinds: Collection[str] | None = None
    functions: Collection[str] | None = None
    province: str = ""


def profile_of(root: Node, names: Names) -> Profile:
    """The profile of a file; its faults are added to those of the node."""
    return _Reader(names).profile(root)


@dataclass(frozen=True, slots=True)
class _Reader:
    names: Names

    def profile(self, root: Node) -> Profile:
        entry = root.only("the profile", FILE, NEEDED)
        title = _part(entry, "title", frozenset({"vi", "en", "short"}))
        report = _part(entry, "report", frozenset({"calendar", "issuing_unit_function"}))
        services = tuple(self._service(node) for node in nodes(entry, "services"))
        served = {one.subsystem for one in services}
        self._head(entry, report)
        return Profile(
            id=said(entry, "profile"),
            title=Text(said(title, "vi"), said(title, "en", said(title, "vi"))),
            subtitle=_words(entry, "subtitle"),
            short=Text(said(title, "short"), said(title, "short")),
            province=said(entry, "province"),
            wording=_wording(entry),
            services=services,
            units=said(entry, "units"),
            files=tuple(node.text() for node in nodes(entry, "catalogue")),
            legal_sets=tuple(known(node, "legal set", self.names.legal_sets) for node in nodes(entry, "legal_sets")),
            default_reporting=_calendar(report["calendar"]) if "calendar" in report else Reporting.ADMIN,
            issuing_function=said(report, "issuing_unit_function"),
            phases=tuple(self._phase(node, {one.id for one in services}) for node in nodes(entry, "phases")),
            pilots=tuple(self._pilot(node) for node in nodes(entry, "pilots")),
            focus=tuple(self._focus(node) for node in nodes(entry, "focus")),
            owes=tuple(self._duty(node, served) for node in nodes(entry, "owes")),
            limits={self._kpi(node, name): self._limits(node, name) for name, node in pairs(entry, "thresholds")},
            calendars={self._kpi(node, name, wide=True): _calendar(node) for name, node in pairs(entry, "calendars")},
            freshness={self._kpi(node, name, wide=True): freshness(node) for name, node in pairs(entry, "freshness")},
        )

    def _head(self, entry: Mapping[str, Node], report: Mapping[str, Node]) -> None:
        """Names of the head, and services that are there twice."""
        _once(nodes(entry, "services"), "service")
        if self.names.province and "province" in entry:
            known(entry["province"], "province", (self.names.province,))
        if "issuing_unit_function" in report and self.names.functions is not None:
            known(report["issuing_unit_function"], "function", self.names.functions)

    def _service(self, node: Node) -> Service:
        entry = node.only("a service", SERVICE, ("id", "title"))
        kind = entry["kind"].one_of("kind", list(ServiceKind)) if "kind" in entry else ServiceKind.SUBSYSTEM
        served = entry.get("subsystem", entry.get("id"))
        face = kind == ServiceKind.FACE
        if "by" in entry:
            known(entry["by"], "dimension", ("unit", *self.names.dimensions))
        return Service(
            id=said(entry, "id"),
            title=_words(entry, "title"),
            kind=ServiceKind.FACE if face else ServiceKind.SUBSYSTEM,
            subsystem="" if face or served is None else known(served, "subsystem", self.names.subsystems),
            tiles=tuple(headline(one, self.names.kpi_ids, self.names.dimensions) for one in nodes(entry, "tiles")),
            where=tuple(where(entry["where"], self.names.dimensions)) if "where" in entry else (),
            by=said(entry, "by"),
        )

    def _phase(self, node: Node, services: Collection[str]) -> Phase:
        entry = node.only("a phase", PHASE, ("id", "from"))
        scope = tuple(one for one in nodes(entry, "scope") if one.text() != ALL)
        return Phase(
            id=said(entry, "id"),
            title=_words(entry, "title"),
            valid_from=_day(entry, "from") or date.min,
            services=tuple(known(one, "service", services) for one in nodes(entry, "services")),
            scope=tuple(self._units(scope)),
        )

    def _pilot(self, node: Node) -> Pilot:
        entry = node.only("a pilot", PILOT, ("unit", "name", "from"))
        first, last = _days(entry)
        return Pilot(
            unit=next(self._units([entry["unit"]]), "") if "unit" in entry else "",
            name=_words(entry, "name"),
            valid_from=first or date.min,
            valid_to=last,
            subsystems=tuple(known(one, "subsystem", self.names.subsystems) for one in nodes(entry, "subsystems")),
        )

    def _focus(self, node: Node) -> Focus:
        entry = node.only("a focus", FOCUS, ("subsystem", "name", "from"))
        first, last = _days(entry)
        subsystem = known(entry["subsystem"], "subsystem", self.names.subsystems) if "subsystem" in entry else ""
        return Focus(subsystem, _words(entry, "name"), first or date.min, last)

    def _duty(self, node: Node, served: Collection[str]) -> Duty:
        entry = node.only("a duty", DUTY, ("subsystem", "units"))
        subsystem = known(entry["subsystem"], "subsystem", self.names.subsystems) if "subsystem" in entry else ""
        if subsystem in self.names.subsystems and subsystem not in served:
            text = f"{subsystem!r} is owed and serves nothing here - add a service or remove the duty"
            node.faults.add(node.line, CONTRADICTION, text)
        first, last = _days(entry)
        return Duty(
            subsystem=subsystem,
            units=self._choice(entry["units"]) if "units" in entry else UnitChoice(),
            sender=said(entry, "sender"),
            kpis=frozenset(self._owed(one, subsystem) for one in nodes(entry, "kpis")),
            without=frozenset(self._owed(one, subsystem) for one in nodes(entry, "without")),
            valid_from=first,
            valid_to=last,
        )

    def _owed(self, node: Node, subsystem: str) -> str:
        name = known(node, "KPI", self.names.kpi_ids)
        kpi = self.names.kpis.get(name)
        if kpi is not None and kpi.subsystem != subsystem:
            text = f"{name!r} belongs to {kpi.subsystem!r}, not to {subsystem!r} - move it to a duty of that"
            node.faults.add(node.line, CONTRADICTION, text)
        return name

    def _choice(self, node: Node) -> UnitChoice:
        entry = node.only("units of a duty", CHOICE)
        kinds = nodes(entry, "kinds")
        if self.names.kinds is not None:
            for one in kinds:
                known(one, "kind of unit", self.names.kinds)
        choice = UnitChoice(
            kinds=frozenset(one.text() for one in kinds),
            ids=frozenset(self._units(nodes(entry, "ids"))),
            without=frozenset(self._units(nodes(entry, "without"))),
            holder="holder" in entry and entry["holder"].truth(),
            province="province" in entry and entry["province"].truth(),
        )
        if not (choice.kinds or choice.ids or choice.holder or choice.province):
            node.faults.add(node.line, CONTRADICTION, "a duty of nobody - name kinds, ids, holder or province")
        return choice

    def _units(self, found: Iterable[Node]) -> Iterator[str]:
        for one in found:
            yield one.text() if self.names.units is None else known(one, "unit", self.names.units)

    def _kpi(self, node: Node, name: str, *, wide: bool = False) -> str:
        """A key that is a KPI, or, where it may be `wide`, a subsystem."""
        names = (*self.names.kpi_ids, *self.names.subsystems) if wide else self.names.kpi_ids
        if name not in names:
            node.faults.unknown(node.line, "KPI", name, names, code=UNKNOWN_ID)
        return name

    def _limits(self, node: Node, name: str) -> Limits:
        entry = node.only("thresholds", frozenset({"good", "watch"}), ("good", "watch"))
        good, watch = (entry[key].decimal() if key in entry else Decimal(0) for key in ("good", "watch"))
        kpi = self.names.kpis.get(name)
        wrong = kpi is not None and (
            (kpi.direction is Direction.HIGHER and good < watch) or (kpi.direction is Direction.LOWER and good > watch)
        )
        if wrong:
            node.faults.add(node.line, CONTRADICTION, f"{name}: good {good} is worse than watch {watch} - swap them")
        return Limits(good, watch)


def _part(entry: Mapping[str, Node], name: str, words: frozenset[str]) -> Mapping[str, Node]:
    return entry[name].only(name, words) if name in entry else {}


def _wording(entry: Mapping[str, Node]) -> Wording:
    chosen = entry["wording"].one_of("wording", list(Wording)) if "wording" in entry else ""
    return Wording(chosen) if chosen in set(Wording) else Wording.ATTT


def _words(entry: Mapping[str, Node], name: str) -> Text:
    """A map of both languages, or one text for both."""
    if name not in entry:
        return EMPTY
    node = entry[name]
    if isinstance(node.value, str):
        return Text(node.value, node.value)
    both = node.only(name, frozenset({"vi", "en"}), ("vi",))
    return Text(said(both, "vi"), said(both, "en", said(both, "vi")))


def _calendar(node: Node) -> Reporting:
    return CALENDARS.get(node.one_of("calendar", CALENDARS), Reporting.ADMIN)


def _day(entry: Mapping[str, Node], name: str) -> date | None:
    return entry[name].day() if name in entry and not entry[name].null else None


def _days(entry: Mapping[str, Node]) -> tuple[date | None, date | None]:
    first, last = _day(entry, "from"), _day(entry, "to")
    if first is not None and last is not None and last < first:
        node = entry["to"]
        node.faults.add(node.line, CONTRADICTION, f"ends on {last}, before it begins on {first} - correct the days")
    return first, last


def _once(found: Iterable[Node], what: str) -> None:
    seen: set[str] = set()
    for node in found:
        name = said(node.items(), "id")
        if name in seen:
            node.faults.add(node.line, TWICE, f"the {what} {name!r} is there twice - rename one")
        seen.add(name)
