"""Why a rule matched an event, or what kept it from matching: the tree of its tests with the values they met.

Derived from the intermediate form and the oracle's own tests, so it cannot say anything else than the verdict does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from correlator.compile import Table
from correlator.keyword_scope import keyword_reader
from correlator.language.form import KEYWORDS, And, Atom, Form, Not, Or
from correlator.language.rule import Rule
from correlator.language.sigma_filter import Filter
from correlator.language.values import Values
from correlator.link import Linked
from correlator.oracle import test_of
from correlator.wording import WORDS, atom_words, condition_words, shown
from soc.event import EventView


@dataclass(frozen=True, slots=True)
class Step:
    """One node: a name or a test in words, its verdict, and for a test the value that it met (`absent` is said)."""

    text: str
    verdict: bool
    value: str = ""
    parts: tuple[Step, ...] = ()
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`because`: the fewest tests that would have to come out differently; empty for a match. `removed_by`: titles
    of filters that took the match away."""

    matched: bool
    condition: str
    selections: tuple[Step, ...]
    because: tuple[str, ...]
    removed_by: tuple[str, ...]


Read = Callable[[str], Values]


def reader(rule: Rule, event: EventView, table: Table, route: str) -> Read:
    """The values of an event as this rule names them."""

    def read(name: str) -> Values:
        accessor = table.accessor(route, name, rule.logsource)
        if name == KEYWORDS:
            accessor = keyword_reader(table.routes.get(route))
        return Values(accessor(event))

    return read


def explain(rule: Rule, read: Read, language: str, filters: Sequence[Filter] = ()) -> Explanation:
    """The tree of one rule on one event."""
    view = _View(read)
    matched = test_of(rule.form, _itself)(view)
    selections = tuple(_step(form, view, language, name=name) for name, form in rule.detection.selections.items())
    removed = tuple(each.attributes.card.title for each in filters if not test_of(each.detection.form, _itself)(view))
    because = () if matched else tuple(dict.fromkeys(_failing(rule.form, view, language, wanted=True)))
    return Explanation(matched, condition_words(rule.detection.tree, language), selections, because, removed)


class _View(dict[Any, Values]):
    def __init__(self, read: Read) -> None:
        self._read = read

    def __missing__(self, name: str) -> Values:
        values = self[name] = self._read(name)
        return values


def _itself(name: str) -> str:
    return name


def _step(form: Form, view: Mapping[Any, Values], language: str, *, name: str = "") -> Step:
    verdict = test_of(form, _itself)(view)
    if isinstance(form, Atom):
        step = Step(atom_words(form, language), verdict, _met(form, view, language))
        return Step(name, verdict, parts=(step,)) if name else step
    if isinstance(form, Not):
        inner = _step(form.part, view, language)
        return Step(name or WORDS[language]["not"], verdict, parts=(inner,), operator="not")
    operator = "and" if isinstance(form, And) else "or"
    parts = tuple(_step(part, view, language) for part in form.parts)
    return Step(name or WORDS[language][operator], verdict, parts=parts, operator=operator)


def _met(atom: Atom, view: Mapping[Any, Values], language: str) -> str:
    values = view[atom.field]
    if atom.field == KEYWORDS:
        return ""
    if not values.exists:
        return WORDS[language]["absent"]
    return ", ".join(shown(text) for text in values.texts[:5]) or "null"


def _failing(form: Form, view: Mapping[Any, Values], language: str, *, wanted: bool) -> list[str]:
    """The smallest set of tests that keeps the form from having the wanted verdict."""
    if test_of(form, _itself)(view) is wanted:
        return []
    if isinstance(form, Atom):
        met = _met(form, view, language)
        negation = "" if wanted else f"{WORDS[language]['not']}: "
        return [f"{negation}{atom_words(form, language)}" + (f" ({met})" if met else "")]
    if isinstance(form, Not):
        return _failing(form.part, view, language, wanted=not wanted)
    sets = [_failing(part, view, language, wanted=wanted) for part in form.parts]
    needs_all = isinstance(form, And) is wanted
    if needs_all:
        return [text for each in sets for text in each]
    return min(sets, key=len, default=[])


def lines(found: Explanation, language: str) -> Iterator[str]:
    """The tree as indented lines for a terminal."""
    words = WORDS[language]
    yield found.condition
    for step in found.selections:
        yield from _lines(step, words, 1)
    if found.matched:
        yield words["matched"]
    else:
        yield f"{words['because']}:"
        yield from (f"  {text}" for text in found.because)
    yield from (f"{words['removed']}: {title}" for title in found.removed_by)


def _lines(step: Step, words: Mapping[str, str], depth: int) -> Iterator[str]:
    mark = "✓" if step.verdict else "✗"
    met = f" [{step.value}]" if step.value else ""
    yield f"{'  ' * depth}{mark} {step.text}: {words['yes' if step.verdict else 'no']}{met}"
    for part in step.parts:
        yield from _lines(part, words, depth + 1)


def form_words(form: Form, language: str, depth: int = 1) -> Iterator[str]:
    """A selection without an event: its tests, indented under `and`, `or`, `not`."""
    if isinstance(form, Atom):
        yield f"{'  ' * depth}{atom_words(form, language)}"
        return
    word = "not" if isinstance(form, Not) else "or" if isinstance(form, Or) else "and"
    yield f"{'  ' * depth}{WORDS[language][word]}:"
    for part in (form.part,) if isinstance(form, Not) else form.parts:
        yield from form_words(part, language, depth + 1)


def correlation_words(linked: Linked, language: str) -> str:
    """What a correlation waits for."""
    words, correlation = WORDS[language], linked.correlation
    groups = f" {words['by']} {', '.join(correlation.group_by)}" if correlation.group_by else ""
    tree = f" ({condition_words(correlation.tree, language)})" if correlation.tree is not None else ""
    return f"{correlation.condition}{tree} {words['rules']} {', '.join(correlation.rules)}{groups}"
