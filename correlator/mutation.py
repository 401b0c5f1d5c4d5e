"""Does every part of a condition matter? Each selection, filter and `not` is taken out in turn; some sample must
change its verdict, or the part is decoration that nobody proved (detection-content.md 1.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from correlator.language.condition import Joined, Name, Selector, Tree, form_of
from correlator.language.rule import Rule


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule without one part of its condition; `part` names it as people read it."""

    part: str
    rule: Rule


def mutants(rule: Rule) -> Iterator[Mutant]:
    """The rule without each of its parts. A condition of one part has none: without it nothing is left."""
    detection = rule.detection
    for part, tree in _without(detection.tree):
        if tree is not None:
            form = form_of(tree, detection.selections)
            yield Mutant(part, replace(rule, detection=replace(detection, form=form, tree=tree)))


def _without(tree: Tree) -> Iterator[tuple[str, Tree | None]]:
    """(what was taken out, what is left; None for nothing)."""
    if isinstance(tree, Name):
        yield tree.name, None
    elif isinstance(tree, Selector):
        for name in tree.names:
            rest = tuple(other for other in tree.names if other != name)
            yield name, replace(tree, names=rest) if rest else None
    elif tree.operator == "not":
        yield from _negation(tree)
    else:
        yield from _joined(tree)


def _negation(tree: Joined) -> Iterator[tuple[str, Tree | None]]:
    """Without the whole exclusion, then without each part of it."""
    inner = tree.parts[0]
    yield f"not {_words(inner)}", None
    if not isinstance(inner, Name):
        for part, rest in _without(inner):
            if rest is not None:
                yield part, Joined("not", (rest,))


def _joined(tree: Joined) -> Iterator[tuple[str, Tree | None]]:
    for index, part in enumerate(tree.parts):
        others = (*tree.parts[:index], *tree.parts[index + 1 :])
        for name, rest in _without(part):
            kept = others if rest is None else (*tree.parts[:index], rest, *tree.parts[index + 1 :])
            yield name, kept[0] if len(kept) == 1 else Joined(tree.operator, kept)


def _words(tree: Tree) -> str:
    if isinstance(tree, Name):
        return tree.name
    if isinstance(tree, Selector):
        return f"{'all' if tree.quantifier == 'all' else '1'} of {tree.pattern}"
    return f"({f' {tree.operator} '.join(map(_words, tree.parts))})"
