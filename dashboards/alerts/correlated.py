"""A correlation in words: what it waited for and what it found, its base rules, and which of them each event met."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from correlator.compile import RuleSet
from correlator.language.correlation import Correlation
from correlator.language.rule import Rule
from correlator.language.sigma_filter import Filter
from correlator.pack import Pack
from dashboards.shell.formats import Translate, number, span
from dashboards.shell.i18n import N_
from soc.alert import CorrelationFacts, RuleCard
from soc.logsource import load_table

FOUND = {
    "event_count": N_("%(n)s events within %(span)s"),
    "value_count": N_("%(n)s different values of %(field)s within %(span)s"),
    "temporal": N_("%(n)s different rules within %(span)s, in any order"),
    "temporal_ordered": N_("%(n)s rules one after the other within %(span)s"),
}
SIGNS = {
    ">=": N_("at least %(n)s"),
    ">": N_("more than %(n)s"),
    "<=": N_("at most %(n)s"),
    "<": N_("fewer than %(n)s"),
    "=": N_("exactly %(n)s"),
    "!=": N_("any number but %(n)s"),
}
_CONDITION = re.compile(r"\w+ (?P<tests>.+) in (?P<seconds>\d+) s")
_TEST = re.compile(r"(?P<sign>[<>=!]{1,2}) (?P<number>\d+)")


@dataclass(frozen=True, slots=True)
class Told:
    """`found`: what there was; `wanted`: the least that the rule asks for; `rules`: titles, in the rule's order."""

    found: str
    wanted: str
    rules: tuple[str, ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class Book:
    """What the pages know of the rules: read once, since titles and bases hardly change."""

    cards: Mapping[str, RuleCard]
    fields: Mapping[str, tuple[str, ...]]
    bases: Mapping[str, frozenset[str]]
    rules: Mapping[str, Rule]
    filters: tuple[Filter, ...]

    def title(self, rule: str, language: str) -> str:
        """In the reader's language; a rule that is gone keeps its id."""
        card = self.cards.get(rule)
        return ((card.title_vi if language == "vi" else "") or card.title) if card else rule


def told(card: RuleCard, facts: CorrelationFacts, book: Book, language: str, translate: Translate) -> Told:
    """The facts as two short phrases; a condition that we do not know is shown as it stands."""
    match = _CONDITION.fullmatch(facts.condition)
    tests = match["tests"] if match else facts.condition
    template = FOUND.get(facts.type, "") if match else ""
    words = {
        "n": number(facts.count, language),
        "span": span(timedelta(seconds=int(match["seconds"])), translate) if match else "",
        "field": ", ".join(book.fields.get(card.id, ())) or translate(N_("one field")),
    }
    return Told(
        found=translate(template) % words if template else f"{facts.type}: {words['n']}",
        wanted=_wanted(tests, language, translate),
        rules=tuple(book.title(rule, language) for rule in facts.rules),
        ordered=facts.type == "temporal_ordered",
    )


def least(facts: CorrelationFacts) -> int | None:
    """The count from which the rule fires; None where it is no plain number from which on."""
    match = _CONDITION.fullmatch(facts.condition)
    if match is None:
        return None
    if match["tests"] == "all rules":
        return len(facts.rules)
    lower = {">=": 0, ">": 1}
    found = [int(one["number"]) + lower[one["sign"]] for one in _TEST.finditer(match["tests"]) if one["sign"] in lower]
    return max(found, default=None)


def met(facts: CorrelationFacts, events: Iterable[Mapping[str, Any]], book: Book, language: str) -> list[str]:
    """For each event the titles of the base rules that it meets; '' where the rules are gone or read otherwise now."""
    leaves = {leaf for rule in facts.rules for leaf in book.bases.get(rule, ())}
    engine = RuleSet([book.rules[leaf] for leaf in sorted(leaves)], load_table(), filters=book.filters)
    found = []
    for event in events:
        hit = {match.rule.id for match in engine.evaluate(event)}
        some = [book.title(rule, language) for rule in facts.rules if hit & book.bases.get(rule, frozenset())]
        found.append(", ".join(some))
    return found


@cache
def book_of(folders: tuple[Path, ...]) -> Book:
    """All rules of the folders. `bases`: a correlation stands for the rules at its bottom, a rule for itself."""
    pack = Pack(folders)
    bases = {rule.id: frozenset({rule.id}) for rule in pack.rules}
    for linked in pack.correlations:  # inner ones come first
        bases[linked.id] = frozenset[str]().union(*(bases.get(member, frozenset()) for member in linked.members))
    correlations = [linked.correlation for linked in pack.correlations]
    every: list[Rule | Correlation] = [*pack.rules, *correlations]
    return Book(
        cards={one.id: one.card for one in every},
        fields={one.id: one.fields for one in correlations},
        bases=bases,
        rules={rule.id: rule for rule in pack.rules},
        filters=pack.filters,
    )


def _wanted(tests: str, language: str, translate: Translate) -> str:
    if tests == "all rules":
        return translate(N_("all of its rules"))
    found: Sequence[re.Match[str]] = [*_TEST.finditer(tests)]
    return ", ".join(translate(SIGNS[one["sign"]]) % {"n": number(int(one["number"]), language)} for one in found)
