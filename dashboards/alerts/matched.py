"""What matched and why: each matched field beside the test that it satisfied, and the rule's own guide.

The tests are those of the engine itself, made again from the rule's text, and only while that text is the one that
the alert was raised with (same SHA-256); else the page shows the matched values alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from correlator.language.attributes import Texts
from correlator.language.correlation import Correlation
from correlator.language.documents import read_documents
from correlator.language.form import KEYWORDS, Atom, atoms_of
from correlator.language.placeholders import SiteValues
from correlator.language.rule import Rule
from correlator.language.values import NOTHING, Values
from correlator.oracle import satisfied, test_of
from correlator.pack import VALUE_SUFFIX, VALUES, site_values
from correlator.wording import atom_words, condition_words
from soc.alert import Alert, RuleCard

RULE_MOST = 262_144
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
    rule = _rule(alert.rule, folders)
    if rule is None:
        return Why(_bare(alert))
    guide = _guide(rule.attributes.vi, rule.attributes.en, language)
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


def _guide(vi: Texts, en: Texts, language: str) -> Texts:
    """The steps in the reader's language, in the other one where that is empty."""
    first, second = (vi, en) if language == "vi" else (en, vi)
    return first if first.check or first.act else second


def _rule(card: RuleCard, folders: Sequence[Path]) -> Rule | Correlation | None:
    """The rule that raised the alert, as the engine reads it."""
    for text in _texts(card, folders):
        if hashlib.sha256(text).hexdigest() != card.version:
            continue
        for document in read_documents(text, card.file, _site(folders), everything=True):
            if isinstance(document.content, (Rule, Correlation)) and document.content.id == card.id:
                return document.content
    return None


def _site(folders: Sequence[Path]) -> SiteValues:
    """The values for placeholders that lie beside the rules; the last one given wins."""
    found: dict[str, Sequence[Any]] = {}
    for folder in folders:
        for file in sorted((folder / VALUES).glob(f"*{VALUE_SUFFIX}")):
            found |= site_values(file.read_bytes(), str(file))[0]
    return found


def _texts(rule: RuleCard, folders: Sequence[Path]) -> Iterator[bytes]:
    """The rule's file under each folder, its path told from the folder or from beside it; never one outside."""
    for folder in folders if rule.file else ():
        for base in (folder, folder.parent):
            path = (base / rule.file).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file() and path.stat().st_size <= RULE_MOST:
                yield path.read_bytes()
