"""Conditions: `1 of selection_* and not filter` -> a tree over names of selections (sigma-engine.md 1.8).

`or` binds weakest, then `and`, `not`, `1 of`/`any of`/`all of`, brackets. Tokens are split on blanks and brackets
only, so a name may begin like an operator.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from correlator.language.form import Form, all_of, any_of, negation
from correlator.language.problems import Place, nearest

MAX_TEXT = 64 * 1024
MAX_DEPTH = 64
MAX_WAYS = 64

OPERATORS = frozenset({"and", "or", "not"})
QUANTIFIERS = {"1": any_of, "any": any_of, "all": all_of}
_UPPER = frozenset(word.upper() for word in (*OPERATORS, "of", "them", "all", "any"))


@dataclass(frozen=True, slots=True)
class Name:
    """One selection."""

    name: str


@dataclass(frozen=True, slots=True)
class Selector:
    """`1 of them`: `quantifier` is any or all, `names` what the pattern stands for."""

    quantifier: str
    pattern: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """`and`, `or`, and `not` with one part."""

    operator: str
    parts: tuple[Tree, ...]


Tree = Name | Selector | Joined


class ConditionError(Exception):
    """(code, message) at a character of the condition."""

    def __init__(self, code: str, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.offset = offset


def read_condition(text: object, names: Collection[str], place: Place) -> Tree | None:
    """The tree of one condition or of a list of them (OR); None where it is refused."""
    if isinstance(text, list):
        if not text:
            place.fault("SOC-1130", "the condition is empty - name a selection")
            return None
        trees = [read_condition(each, names, place / index) for index, each in enumerate(text)]
        known = tuple(tree for tree in trees if tree is not None)
        return Joined("or", known) if len(known) == len(trees) else None
    if not isinstance(text, str) or not text.strip():
        place.fault("SOC-1130", "the condition is empty - name a selection")
        return None
    if len(text.encode("utf-8", "replace")) > MAX_TEXT:
        place.fault("SOC-1134", "the condition is longer than 64 KiB")
        return None
    try:
        return _Parser(text, names).parse()
    except ConditionError as error:
        place.fault(error.code, str(error), offset=error.offset)
        return None


def form_of(tree: Tree, forms: Mapping[str, Form]) -> Form:
    """The intermediate form, given that of each selection."""
    if isinstance(tree, Name):
        return forms[tree.name]
    if isinstance(tree, Selector):
        return QUANTIFIERS[tree.quantifier](forms[name] for name in tree.names)
    parts = (form_of(part, forms) for part in tree.parts)
    if tree.operator == "not":
        return negation(next(parts))
    return all_of(parts) if tree.operator == "and" else any_of(parts)


def names_in(tree: Tree) -> set[str]:
    """Every selection that the tree looks at."""
    if isinstance(tree, Name):
        return {tree.name}
    if isinstance(tree, Selector):
        return set(tree.names)
    return set().union(*(names_in(part) for part in tree.parts))


def has_negation(tree: Tree) -> bool:
    return isinstance(tree, Joined) and (tree.operator == "not" or any(has_negation(part) for part in tree.parts))


def ways_of(tree: Tree) -> list[frozenset[str]]:
    """The sets of names of which one must hold whole; for trees without negation, at most MAX_WAYS + 1 of them."""
    if isinstance(tree, Name):
        return [frozenset((tree.name,))]
    if isinstance(tree, Selector):
        ways = [frozenset((name,)) for name in tree.names]
        return ways if tree.quantifier == "any" else [frozenset(tree.names)]
    parts = [ways_of(part) for part in tree.parts]
    if tree.operator == "or":
        return list(dict.fromkeys(way for part in parts for way in part))[: MAX_WAYS + 1]
    joined = [frozenset[str]()]
    for part in parts:
        joined = list(dict.fromkeys(left | right for left in joined for right in part))[: MAX_WAYS + 1]
    return joined


Token = tuple[str, int]


def tokens(text: str) -> list[Token]:
    """(word, its place); blanks separate, brackets stand alone."""
    found: list[Token] = []
    start = -1
    for index, char in enumerate(text):
        if char in "()" or char.isspace():
            if start >= 0:
                found.append((text[start:index], start))
                start = -1
            if not char.isspace():
                found.append((char, index))
        elif start < 0:
            start = index
    if start >= 0:
        found.append((text[start:], start))
    return found


class _Parser:
    def __init__(self, text: str, names: Collection[str]) -> None:
        self.names = names
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    def parse(self) -> Tree:
        tree = self._chain("or", lambda: self._chain("and", self._negation))
        if self.at < len(self.tokens):
            word, offset = self.tokens[self.at]
            raise self._unexpected(word, offset)
        return tree

    def _chain(self, operator: str, part: Callable[[], Tree]) -> Tree:
        parts = [part()]
        while self._peek() == operator:
            self.at += 1
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(operator, tuple(parts))

    def _negation(self) -> Tree:
        if self._peek() != "not":
            return self._operand()
        self.at += 1
        self._deeper()
        part = self._negation()
        self.depth -= 1
        return Joined("not", (part,))

    def _operand(self) -> Tree:
        if self.at >= len(self.tokens):
            raise ConditionError("SOC-1130", "the condition ends too early - a selection is missing", self._end())
        word, offset = self.tokens[self.at]
        self.at += 1
        if word == "(":
            return self._brackets(offset)
        if self._peek() == "of" and word not in self.names:
            return self._selector(word, offset)
        if self._peek() == "of" and word in QUANTIFIERS:
            return self._selector(word, offset)
        if self._peek() == "OF" and word not in self.names:
            raise self._unexpected("OF", self.tokens[self.at][1])
        return Name(self._name(word, offset))

    def _brackets(self, offset: int) -> Tree:
        self._deeper()
        tree = self._chain("or", lambda: self._chain("and", self._negation))
        self.depth -= 1
        if self._peek() != ")":
            raise ConditionError("SOC-1130", "this bracket is never closed", offset)
        self.at += 1
        return tree

    def _selector(self, quantifier: str, offset: int) -> Tree:
        if quantifier not in QUANTIFIERS:
            raise self._unexpected(quantifier, offset, f"'{quantifier} of' - write 1 of, any of or all of")
        self.at += 1
        if self.at >= len(self.tokens) or self._peek() in ("(", ")", *OPERATORS):
            raise ConditionError("SOC-1130", f"'{quantifier} of' needs `them` or a pattern of names", offset)
        pattern, place = self.tokens[self.at]
        self.at += 1
        chosen = tuple(name for name in self.names if selects(pattern, name))
        if not chosen:
            hint = nearest(pattern.replace("*", ""), self.names)
            raise ConditionError("SOC-1132", f"'{quantifier} of {pattern}' selects nothing{hint}", place)
        return Selector("all" if quantifier == "all" else "any", pattern, chosen)

    def _name(self, word: str, offset: int) -> str:
        if word in self.names and word not in OPERATORS:
            return word
        raise self._unexpected(word, offset)

    def _unexpected(self, word: str, offset: int, message: str = "") -> ConditionError:
        if "|" in word:
            hint = "aggregations after a pipe are gone - write a correlation rule"
            return ConditionError("SOC-1133", hint, offset)
        if word in _UPPER:
            return ConditionError("SOC-1135", f"'{word}' - operators are written in lower case", offset)
        if message:
            return ConditionError("SOC-1130", message, offset)
        if word == "them":
            return ConditionError("SOC-1130", "`them` alone - write 1 of them or all of them", offset)
        if word in OPERATORS or word in "()":
            return ConditionError("SOC-1130", f"'{word}' stands where a selection is expected", offset)
        if word in self.names:
            return ConditionError("SOC-1130", f"'{word}' follows without and, or", offset)
        return ConditionError("SOC-1131", f"no selection '{word}'{nearest(word, self.names)}", offset)

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ConditionError("SOC-1134", f"the condition is nested deeper than {MAX_DEPTH} levels")

    def _peek(self) -> str | None:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def _end(self) -> int:
        word, offset = self.tokens[-1]
        return offset + len(word)


def selects(pattern: str, name: str) -> bool:
    """`them` and patterns skip names that begin with `_`, unless the pattern begins so itself."""
    if pattern == "them":
        return not name.startswith("_")
    if name.startswith("_") and not pattern.startswith("_"):
        return False
    first, *rest = pattern.split("*")
    if not rest:
        return name == pattern
    *middle, last = rest
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    position, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True
