"""A correlation's facts in words: what kind it is, what it waited for and for how long, which rules took part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from correlator.pack import Pack
from dashboards.shell.i18n import N_
from soc.alert import CorrelationFacts

KINDS = {
    "event_count": N_("Many events of one kind"),
    "value_count": N_("Many different values"),
    "temporal": N_("Several rules close together"),
    "temporal_ordered": N_("Several rules, one after the other"),
}
_CONDITION = re.compile(r"\w+ (?P<tests>.+) in (?P<seconds>\d+) s")
_ALL = "all rules"


@dataclass(frozen=True, slots=True)
class Told:
    """`kind` is a message to translate; `tests` '' when every rule had to match; `minutes` is the window."""

    kind: str
    tests: str
    minutes: int
    rules: tuple[str, ...]


def told(facts: CorrelationFacts, folders: Sequence[Path], language: str) -> Told:
    """The titles of rules in the reader's language; a rule that is gone keeps its id."""
    match = _CONDITION.fullmatch(facts.condition)
    tests = match["tests"] if match else facts.condition
    minutes = round(int(match["seconds"]) / 60) if match else 0
    names = titles(tuple(folders), language)
    rules = tuple(names.get(rule, rule) for rule in facts.rules)
    return Told(KINDS.get(facts.type, facts.type), "" if tests == _ALL else tests, minutes, rules)


@cache
def titles(folders: tuple[Path, ...], language: str) -> dict[str, str]:
    """Rule id -> title, of all rules and correlations; read once, since titles hardly change."""
    pack = Pack(folders)
    cards = [*(rule.card for rule in pack.rules), *(linked.correlation.card for linked in pack.correlations)]
    return {card.id: (card.title_vi if language == "vi" else "") or card.title for card in cards}
