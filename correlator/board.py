"""All rules with what they can do now: where they could match, where they are blind, and why (workspace.md W10).

An event comes from one source, so a rule can match in a unit when some source there sends its routes and fields. It
is blind where all such sources have gone silent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from correlator.compile import Table
from correlator.language.attributes import Attributes
from correlator.language.correlation import TEMPORAL
from correlator.language.documents import Document, Kind, State
from correlator.language.rule import Rule
from correlator.link import Linked
from correlator.pack import Pack
from correlator.reach import Reach, Reached, reached
from soc.alert import Level, RuleCard
from soc.state.watch import RouteSeen

Seen = Mapping[str, Collection[str]]
Signature = frozenset[tuple[str, frozenset[str]]]


class CanMatch(StrEnum):
    """Whether a rule could have matched what came in the last seven days."""

    READY = "ready"
    NO_SOURCE = "no_source"
    NO_FIELD = "no_field"
    UNSUPPORTED = "unsupported"
    NOT_KNOWN = "unknown"


class RuleOrigin(StrEnum):
    """Whose rule it is."""

    OWN = "own"
    UPSTREAM = "upstream"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule. `ready_in`, `blind_in`: units; `missing`: fields that nothing seen ever had; `why`: what keeps a
    document from being loaded. `complete`: it says in Vietnamese what it means, what to check and what to do."""

    card: RuleCard
    kind: Kind
    origin: RuleOrigin
    state: State
    can: CanMatch
    number: int = 0
    logsource: str = ""
    licence: str = ""
    missing: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    ready_in: frozenset[str] = frozenset()
    blind_in: frozenset[str] = frozenset()
    muted: bool = False
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """`by_source`: source -> ids of the rules that depend on what it sends. `observed`: whether anything was seen."""

    at: datetime
    rows: tuple[RuleRow, ...]
    by_source: Mapping[str, frozenset[str]] = field(default_factory=dict)
    observed: bool = False

    def row(self, rule_id: str) -> RuleRow | None:
        return next((row for row in self.rows if row.card.id == rule_id), None)


class Survey:
    """Makes boards; remembers per set of routes and fields which rules are ready there, while the rules stay."""

    def __init__(self, pack: Pack, table: Table, own: Path | None = None) -> None:
        self._pack = pack
        self._table = table
        self._own = str(own) if own else ""
        self._ready: dict[Signature, frozenset[str]] = {}
        self._origins: dict[str, RuleOrigin] = {}
        self._places = _by_route(pack.rules, table)

    def board(self, routes: Iterable[RouteSeen], silent: Collection[str], now: datetime) -> Board:
        """`routes`: what was seen in the last seven days. `silent`: ids of sources that are silent now."""
        if self._pack.reload(now):
            self._ready.clear()
            self._places = _by_route(self._pack.rules, self._table)
        seen = _merged(routes)
        ready = {place: self._ready_with(fields) for place, fields in seen.items()}
        every: dict[str, set[str]] = {}
        for fields in seen.values():
            for route, names in fields.items():
                every.setdefault(route, set()).update(names)
        units, heard = _units(ready), _units({key: ids for key, ids in ready.items() if key[0] not in silent})
        for linked in self._pack.correlations:
            _join(linked, units)
            _join(linked, heard)
        by_source: dict[str, frozenset[str]] = {}
        for (source, _), ids in ready.items():
            by_source[source] = by_source.get(source, frozenset()) | ids
        reaches = {one.rule.id: one for one in reached(self._pack.rules, self._table, every)}
        rows = []
        for document in self._pack.documents:
            if document.kind not in (Kind.RULE, Kind.CORRELATION):
                continue
            ready_in = frozenset(units.get(_id(document), ()))
            blind_in = ready_in - heard.get(_id(document), set())
            can, missing = _can(document, ready_in, reaches, observed=bool(seen))
            rows.append(self._row(document, can, missing, ready_in, blind_in))
        return Board(now, tuple(rows), by_source, bool(seen))

    def _ready_with(self, fields: Mapping[str, frozenset[str]]) -> frozenset[str]:
        signature = frozenset(fields.items())
        found = self._ready.get(signature)
        if found is None:
            rules = {rule.id: rule for route in fields for rule in self._places.get(route, ())}
            checked = reached(rules.values(), self._table, fields)
            found = self._ready[signature] = frozenset(one.rule.id for one in checked if one.reach is Reach.READY)
        return found

    def _row(
        self,
        document: Document,
        can: CanMatch,
        missing: tuple[str, ...],
        ready_in: frozenset[str],
        blind_in: frozenset[str],
    ) -> RuleRow:
        content = document.content
        said = content.attributes if content else None
        card = said.card if said else RuleCard(document.id, document.title, Level.INFORMATIONAL, "", file=document.path)
        return RuleRow(
            card=card,
            kind=document.kind,
            origin=self._origin(said.pack if said else document.path),
            state=document.state,
            can=can,
            number=document.number,
            logsource=str(content.logsource) if isinstance(content, Rule) else "",
            licence=said.licence if said else "",
            missing=missing,
            why=document.reasons or tuple(dict.fromkeys(fault.message for fault in document.faults)),
            ready_in=ready_in,
            blind_in=blind_in,
            muted=card.id in self._pack.muted,
            complete=said is not None and _is_complete(said),
        )

    def _origin(self, pack: str) -> RuleOrigin:
        found = self._origins.get(pack)
        if found is None:
            own = bool(self._own) and pack.startswith(self._own)
            found = RuleOrigin.OWN if own else RuleOrigin.UPSTREAM if "sigma" in pack.lower() else RuleOrigin.SITE
            self._origins[pack] = found
        return found


def _by_route(rules: Sequence[Rule], table: Table) -> dict[str, list[Rule]]:
    places: dict[str, list[Rule]] = {}
    for rule in rules:
        for route in table.routes_for(rule.logsource):
            places.setdefault(route, []).append(rule)
    return places


def _merged(routes: Iterable[RouteSeen]) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
    """(source, unit) -> route -> fields of all days."""
    found: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
    for row in routes:
        fields = found.setdefault((row.source, row.unit), {})
        fields[row.route] = fields.get(row.route, frozenset()) | row.fields
    return found


def _units(ready: Mapping[tuple[str, str], frozenset[str]]) -> dict[str, set[str]]:
    """Rule id -> units."""
    found: dict[str, set[str]] = {}
    for (_, unit), ids in ready.items():
        for rule in ids:
            found.setdefault(rule, set()).add(unit)
    return found


def _join(linked: Linked, units: dict[str, set[str]]) -> None:
    """A correlation works where all of its rules do, one that counts where any does."""
    places = [units.get(member, set()) for member in linked.members]
    together = set.intersection if linked.correlation.type in TEMPORAL else set.union
    if places and (joined := together(*places)):
        units[linked.id] = joined


def _can(
    document: Document, ready_in: frozenset[str], reaches: Mapping[str, Reached], *, observed: bool
) -> tuple[CanMatch, tuple[str, ...]]:
    if document.state is not State.LOADED:
        return CanMatch.UNSUPPORTED, ()
    if not observed:
        return CanMatch.NOT_KNOWN, ()
    if ready_in:
        return CanMatch.READY, ()
    found = reaches.get(_id(document))
    if found is None or found.reach is Reach.NO_SOURCE:
        return CanMatch.NO_SOURCE, ()
    return CanMatch.NO_FIELD, found.missing


def _id(document: Document) -> str:
    return document.content.attributes.card.id if document.content else document.id


def _is_complete(said: Attributes) -> bool:
    return bool(said.card.title_vi and said.card.meaning_vi and said.vi.check and said.vi.act)
