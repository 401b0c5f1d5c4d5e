"""What matched and why: each matched field beside the test that it satisfied, and the rule's own guide.

The tests are those of the engine itself, made again from the rule's text, and only while that text is the one that
the alert was raised with (same SHA-256); else the page shows the matched values alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from correlator.language.correlation import Correlation
from correlator.language.form import KEYWORDS, Atom, atoms_of
from correlator.language.rule import Rule
from correlator.language.values import NOTHING, Values
from correlator.oracle import satisfied, test_of
from correlator.wording import atom_words, condition_words
from dashboards.shell.raised_by import guide_of, rule_of
from soc.alert import Alert

UNHELD_MOST = 3
WORDS = "keywords"
"""How an alert names what matched anywhere in an event."""


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its value, the name of the part, and what that part asks for."""

    field: str
    value: Any
    part: str = ""
    wants: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The lines, and from the rule's text, where it is at hand, its condition, what to check and what to do.
    `unheld`: parts that the event does not satisfy and did not have to (filters, alternatives), without a field."""

    lines: tuple[Line, ...]
    condition: str = ""
    check: tuple[str, ...] = ()
    act: tuple[str, ...] = ()
    unheld: tuple[Line, ...] = ()


def explain(alert: Alert, folders: Sequence[Path], language: str) -> Why:
    """Every matched field at least once."""
    rule = rule_of(alert.rule, folders)
    if rule is None:
        return Why(_bare(alert))
    guide = guide_of(rule, language)
    if isinstance(rule, Correlation):
        return Why(_bare(alert), "", guide.check, guide.act)
    spoken = list(_satisfied(rule, alert.matched, language))
    told = {line.field for line in spoken}
    lines = (*spoken, *(line for line in _bare(alert) if line.field not in told))
    condition = condition_words(rule.detection.tree, language)
    return Why(lines, condition, guide.check, guide.act, tuple(_unheld(rule, alert.matched, language)))


def _bare(alert: Alert) -> tuple[Line, ...]:
    return tuple(Line(field, value) for field, value in alert.matched.items())


def _satisfied(rule: Rule, matched: Mapping[str, Any], language: str) -> Iterator[Line]:
    """One line a part and field: the tests of that part that the matched values pass."""
    view = _view(matched)
    for part, form in rule.detection.selections.items():
        if not test_of(form, str)(view):
            continue
        wants: dict[str, dict[str, None]] = {}
        for atom in satisfied(form, view, str):
            wants.setdefault(atom.field or WORDS, {})[_wants(atom, language)] = None
        yield from (Line(name, matched[name], part, "; ".join(some)) for name, some in wants.items() if name in matched)


def _unheld(rule: Rule, matched: Mapping[str, Any], language: str) -> Iterator[Line]:
    """One line a part, with the first of its tests."""
    view = _view(matched)
    for part, form in rule.detection.selections.items():
        if not test_of(form, str)(view):
            tests = dict.fromkeys(atom_words(atom, language) for atom in islice(atoms_of(form), UNHELD_MOST))
            yield Line("", None, part, "; ".join(tests))


def _view(matched: Mapping[str, Any]) -> dict[str, Values]:
    view: dict[str, Values] = defaultdict(lambda: NOTHING)
    view |= {name: Values(value) for name, value in matched.items()}
    view[KEYWORDS] = view[WORDS]
    return view


def _wants(atom: Atom, language: str) -> str:
    """The test without its field, which stands in a column of its own."""
    return atom_words(atom, language).removeprefix(f"{atom.field} ")
