"""What documents say of each other: ids once only, correlations over rules that exist, filters that reach a rule.

Pure: documents in, documents with their final states and the parts that are ready to run out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from correlator.compile import applies
from correlator.language.correlation import Correlation
from correlator.language.documents import Content, Document, State
from correlator.language.problems import nearest
from correlator.language.rule import Rule
from correlator.language.sigma_filter import Filter
from soc.errors import Fault

MAX_CHAIN = 10

T = TypeVar("T", bound=Content)


@dataclass(frozen=True, slots=True)
class Linked:
    """A correlation with the ids that its rules stand for, in the order in which they are written."""

    correlation: Correlation
    members: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.correlation.id

    def references(self, rule_id: str) -> tuple[str, ...]:
        """How the document calls that rule; aliases are written with these words."""
        pairs = zip(self.correlation.rules, self.members, strict=True)
        return tuple(dict.fromkeys(written for written, member in pairs if member == rule_id))


@dataclass(frozen=True, slots=True)
class Links:
    """`correlations`: inner ones before those that refer to them. `muted`: ids whose own alerts a correlation of
    the same pack takes over -> the ids of those correlations."""

    documents: tuple[Document, ...]
    rules: tuple[Rule, ...]
    correlations: tuple[Linked, ...]
    filters: tuple[Filter, ...]
    muted: dict[str, tuple[str, ...]]


def link(documents: Sequence[Document]) -> Links:
    """Final states. A refused document never takes another one with it, except correlations over it."""
    state = _State(list(documents))
    state.refuse_doubles()
    correlations = state.link_correlations()
    state.check_filters()
    rules = tuple(state.loaded(Rule))
    filters = tuple(state.loaded(Filter))
    return Links(tuple(state.documents), rules, correlations, filters, _muted(correlations, state))


class _State:
    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents

    def loaded(self, kind: type[T]) -> Iterable[T]:
        return (each.content for each in self.documents if isinstance(each.content, kind))

    def refuse(self, index: int, code: str, message: str) -> None:
        document = self.documents[index]
        fault = Fault(document.path, document.line, code, message)
        self.documents[index] = replace(document, state=State.FAULT, content=None, faults=(*document.faults, fault))

    def warn(self, index: int, code: str, message: str) -> None:
        document = self.documents[index]
        fault = Fault(document.path, document.line, code, message)
        self.documents[index] = replace(document, warnings=(*document.warnings, fault))

    def refuse_doubles(self) -> None:
        """Two documents of a pack with one id: the later path is refused and both are named."""
        seen: dict[tuple[str, str], str] = {}
        for index, document in enumerate(self.documents):
            if document.content is None:
                continue
            key = (document.content.attributes.pack, document.content.id)
            if key in seen:
                message = f"the id {document.content.id} is taken by {seen[key]} - give this one its own"
                self.refuse(index, "SOC-1108", message)
            else:
                seen[key] = document.path

    def link_correlations(self) -> tuple[Linked, ...]:
        """Looks names up until nothing changes: a refused correlation refuses those over it."""
        while True:
            targets = self._targets()
            linked, refused = [], False
            for index, document in enumerate(self.documents):
                if isinstance(document.content, Correlation):
                    found = self._look_up(document.content, targets)
                    if isinstance(found, str):
                        self.refuse(index, "SOC-1151", found)
                        refused = True
                    else:
                        linked.append((index, found))
            if not refused and not self._refuse_chains(linked):
                return tuple(found for _, found in sorted(linked, key=lambda pair: _depth(pair[1], linked)))

    def _targets(self) -> dict[tuple[str, str], str]:
        """(pack, id or name) -> id, and ('', id or name) for references across packs."""
        targets: dict[tuple[str, str], str] = {}
        for document in self.documents:
            if isinstance(document.content, (Rule, Correlation)):
                for key in document.content.attributes.keys:
                    targets.setdefault((document.content.attributes.pack, key), document.content.id)
                    targets.setdefault(("", key), document.content.id)
        return targets

    def _look_up(self, correlation: Correlation, targets: dict[tuple[str, str], str]) -> Linked | str:
        members = []
        for name in correlation.rules:
            found = targets.get((correlation.attributes.pack, name)) or targets.get(("", name))
            if found is None:
                return self._unknown(name, targets)
            members.append(found)
        return Linked(correlation, tuple(members))

    def _unknown(self, name: str, targets: dict[tuple[str, str], str]) -> str:
        for document in self.documents:
            if document.content is None and name in (document.id, document.title):
                return f"the rule '{name}' ({document.path}) is not loaded: {document.state}"
        return f"no rule '{name}'{nearest(name, [key for _, key in targets])}"

    def _refuse_chains(self, linked: list[tuple[int, Linked]]) -> bool:
        refused = False
        for index, found in linked:
            path = _cycle(found, {each.id: each for _, each in linked})
            if path:
                self.refuse(index, "SOC-1152", f"correlations refer to each other in a circle: {' -> '.join(path)}")
                refused = True
            elif _depth(found, linked) > MAX_CHAIN:
                self.refuse(index, "SOC-1152", f"a chain of more than {MAX_CHAIN} correlations")
                refused = True
        return refused

    def check_filters(self) -> None:
        for index, document in enumerate(self.documents):
            if isinstance(document.content, Filter):
                self._check_filter(index, document.content)

    def _check_filter(self, index: int, sigma_filter: Filter) -> None:
        targets = self._targets()
        known = {key for _, key in targets}
        for name in sigma_filter.rules:  # a correlation has no log source, so a filter for it needs none
            if name not in known:
                self.warn(index, "SOC-1162", f"the filter names '{name}', which is no rule{nearest(name, known)}")
        named = [rule for rule in self.loaded(Rule) if sigma_filter.names(rule.attributes.keys)]
        if sigma_filter.logsource is None and named:
            self.refuse(index, "SOC-1106", "no logsource - a filter of rules states one")
            return
        for rule in named if sigma_filter.rules else ():
            if not applies(sigma_filter, rule):
                message = f"the filter names '{rule.card.title}', but its logsource does not contain that rule's"
                self.warn(index, "SOC-1163", message)


def _cycle(start: Linked, table: dict[str, Linked]) -> list[str]:
    """The path of titles of a circle through `start`; [] when there is none."""
    stack = [(start, [start.correlation.card.title])]
    seen: set[str] = set()
    while stack:
        here, path = stack.pop()
        for member in here.members:
            if member == start.id:
                return [*path, start.correlation.card.title]
            following = table.get(member)
            if following is not None and member not in seen:
                seen.add(member)
                stack.append((following, [*path, following.correlation.card.title]))
    return []


def _depth(found: Linked, linked: list[tuple[int, Linked]]) -> int:
    """How many correlations deep; called on chains without circles, or cut at the limit."""
    table = {each.id: each for _, each in linked}
    depth, level = 0, {found.id}
    while level and depth <= MAX_CHAIN:
        depth += 1
        level = {member for each in level for member in table[each].members if member in table}
    return depth


def _muted(correlations: Iterable[Linked], state: _State) -> dict[str, tuple[str, ...]]:
    packs = {
        each.content.id: each.content.attributes.pack
        for each in state.documents
        if isinstance(each.content, (Rule, Correlation))
    }
    muted: dict[str, tuple[str, ...]] = {}
    for each in correlations:
        if each.correlation.generate:
            continue
        for member in each.members:
            if packs.get(member) == each.correlation.attributes.pack:
                muted[member] = (*muted.get(member, ()), each.id)
    return muted
