"""The meaning of the intermediate form: plain closures over the values of one event (sigma-engine.md 5.1).

No cache and no prefilter that could be wrong; every faster way is compared with this one.
A closure takes a view: field key -> `Values`. What a key is, the caller decides (a name, or a slot of a route).
"""

# ruff: noqa: SIM110 - loops, not generator expressions: this is the hot path, a generator doubles the cost of a test.

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from operator import eq, ge, gt, le, lt
from typing import Any, cast

from correlator.language.form import KEYWORDS, And, Atom, Form, Not, Op, Or
from correlator.language.network import address
from correlator.language.pattern import DASHES, Pattern, Wild
from correlator.language.regex import finder
from correlator.language.regex_dialect import quote
from correlator.language.times import part_of
from correlator.language.values import Values, number_of

MANY_NEEDLES, LONG_TEXT = 12, 256

Key = Hashable
View = Mapping[Any, Values]
Test = Callable[[View], bool]
Resolve = Callable[[str], Key]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"lt": lt, "lte": le, "gt": gt, "gte": ge, "eq": eq}


def test_of(form: Form, resolve: Resolve) -> Test:
    """The form as one closure; `resolve` names the key under which the view holds a field."""
    if isinstance(form, Atom):
        return atom_test(form, resolve)
    if isinstance(form, Not):
        part = test_of(form.part, resolve)
        return lambda view: not part(view)
    # The order of parts does not change the answer, so the cheap ones go first.
    parts = [test_of(part, resolve) for part in sorted(form.parts, key=cost)]
    if isinstance(form, And):
        return _conjunction(parts)
    return _disjunction([*_grouped(form, resolve), *parts_left(form, resolve)])


def cost(form: Form) -> float:
    """A guess of how long a test takes, weighted by how rarely it ends the search."""
    if isinstance(form, Atom):
        return _COSTS.get(form.op, 3) * (20 if form.field == KEYWORDS else 1)
    if isinstance(form, Not):
        return 4 + cost(form.part)
    return sum(cost(part) for part in form.parts) / 2 + 1


_COSTS: dict[Op, float] = {
    Op.EQUALS: 1,
    Op.ENDS: 1.5,
    Op.STARTS: 1.5,
    Op.CONTAINS: 2.5,
    Op.LIKE: 6,
    Op.TIME_PART: 6,
    Op.REGEX: 30,
}


def _conjunction(parts: list[Test]) -> Test:
    if len(parts) == 2:
        first, second = parts
        return lambda view: first(view) and second(view)

    def test(view: View) -> bool:
        for part in parts:
            if not part(view):
                return False
        return True

    return test


def _disjunction(parts: list[Test]) -> Test:
    if len(parts) == 1:
        return parts[0]

    def test(view: View) -> bool:
        for part in parts:
            if part(view):
                return True
        return False

    return test


_GROUPED = frozenset({Op.EQUALS, Op.STARTS, Op.ENDS, Op.CONTAINS})


def _grouped(form: Or, resolve: Resolve) -> Iterator[Test]:
    """Atoms of one field and operator as one test: `endswith` takes a tuple at the speed of C."""
    groups: dict[tuple[str, Op, bool], list[str]] = {}
    for part in form.parts:
        if isinstance(part, Atom) and part.op in _GROUPED:
            groups.setdefault((part.field, part.op, part.cased), []).append(cast(str, part.payload))
    for (field, op, cased), needles in sorted(groups.items(), key=lambda group: _COSTS[group[0][1]]):
        yield _text_test(resolve(field), op, needles, cased=cased)


def parts_left(form: Or, resolve: Resolve) -> Iterator[Test]:
    """The parts that no group took, cheapest first."""
    rest = [part for part in form.parts if not (isinstance(part, Atom) and part.op in _GROUPED)]
    return (test_of(part, resolve) for part in sorted(rest, key=cost))


def atom_test(atom: Atom, resolve: Resolve) -> Test:
    """One test of one field."""
    key = resolve(atom.field)
    if atom.op in _GROUPED:
        return _text_test(key, atom.op, [cast(str, atom.payload)], cased=atom.cased)
    if atom.op is Op.FIELDREF:
        return _fieldref_test(atom, key, resolve)
    return _MAKERS[atom.op](atom, key)


def _text_test(key: Key, op: Op, needles: list[str], *, cased: bool) -> Test:
    if op is Op.EQUALS:
        wanted = frozenset(needles)
        if cased:
            return lambda view: not wanted.isdisjoint(view[key].texts)
        return lambda view: not wanted.isdisjoint(view[key].folded)
    if op is Op.CONTAINS:
        return _any_text(key, _contains(needles), cased=cased)
    choices = tuple(needles)
    if op is Op.STARTS:
        return _any_text(key, lambda text: text.startswith(choices), cased=cased)
    return _any_text(key, lambda text: text.endswith(choices), cased=cased)


def _contains(needles: list[str]) -> Callable[[str], bool]:
    if len(needles) == 1:
        needle = needles[0]
        return lambda text: needle in text

    def contains(text: str) -> bool:
        for each in needles:
            if each in text:
                return True
        return False

    plain = [each for each in needles if each.isascii()]
    return contains if len(plain) < MANY_NEEDLES else _contains_many(plain, contains)


def _contains_many(needles: list[str], contains: Callable[[str], bool]) -> Callable[[str], bool]:
    """One pass of RE2 over a long text instead of one for each needle (script blocks: 100 needles, 5 KB)."""
    found = finder("|".join(quote(each) for each in needles))

    def test(text: str) -> bool:
        # ASCII holds no other needle, and is the same bytes for RE2: a lone surrogate becomes a question mark.
        return found(text) if len(text) >= LONG_TEXT and text.isascii() else contains(text)

    return test


def _any_text(key: Key, holds: Callable[[str], bool], *, cased: bool) -> Test:
    """Whether any element satisfies the test."""
    if cased:

        def test(view: View) -> bool:
            for text in view[key].texts:
                if holds(text):
                    return True
            return False
    else:

        def test(view: View) -> bool:
            for text in view[key].folded:
                if holds(text):
                    return True
            return False

    return test


def _like(atom: Atom, key: Key) -> Test:
    return _any_text(key, like_test(cast(Pattern, atom.payload)), cased=atom.cased)


def like_test(pattern: Pattern) -> Callable[[str], bool]:
    """Wildcards by RE2, which is linear; the longest plain part is looked for first."""
    classes = {Wild.STAR: ".*", Wild.ONE: ".", Wild.DASH: f"[{quote(DASHES)}]"}
    text = "".join(quote(part) if isinstance(part, str) else classes[part] for part in pattern)
    # What `*` at an end stands for need not be read.
    start = "" if pattern[0] is Wild.STAR else r"\A"
    end = "" if pattern[-1] is Wild.STAR else r"\z"
    found = finder(f"(?s){start}{text.removeprefix('.*') if not start else text}{end}")
    longest = max((part for part in pattern if isinstance(part, str)), key=len, default="")
    return lambda value: longest in value and found(value)


def _regex(atom: Atom, key: Key) -> Test:
    return _any_text(key, finder(cast(str, atom.payload)), cased=True)


def _compare(atom: Atom, key: Key) -> Test:
    operator, wanted = cast(tuple[str, Any], atom.payload)
    holds = _COMPARISONS[operator]

    def test(view: View) -> bool:
        numbers = (number_of(value) for value in view[key].raw)
        return any(number is not None and holds(number, wanted) for number in numbers)

    return test


def _time_part(atom: Atom, key: Key) -> Test:
    name, operator, wanted = cast(tuple[str, str, int], atom.payload)
    holds = _COMPARISONS[operator]

    def test(view: View) -> bool:
        parts = (part_of(value, name) for value in view[key].raw if isinstance(value, str))
        return any(part is not None and holds(part, wanted) for part in parts)

    return test


def _cidr(atom: Atom, key: Key) -> Test:
    bits, length, first, _ = cast(tuple[int, int, int, str], atom.payload)
    shift = bits - length

    def test(view: View) -> bool:
        found = (address(text) for text in view[key].texts)
        return any(each is not None and each[0] == bits and each[1] >> shift == first for each in found)

    return test


_PLACED: dict[str, Callable[[str, str], bool]] = {
    "equals": eq,
    "contains": lambda text, other: other in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
}


def _fieldref_test(atom: Atom, key: Key, resolve: Resolve) -> Test:
    name, placing = cast(tuple[str, str], atom.payload)
    other, holds = resolve(name), _PLACED[placing]

    def pairs(left: Iterable[str], right: Iterable[str]) -> bool:
        return any(holds(text, reference) for text in left for reference in right)

    if atom.cased:
        return lambda view: pairs(view[key].texts, view[other].texts)
    return lambda view: pairs(view[key].folded, view[other].folded)


_MAKERS: dict[Op, Callable[[Atom, Key], Test]] = {
    Op.LIKE: _like,
    Op.PRESENT: lambda atom, key: lambda view: bool(view[key].raw),
    Op.EXISTS: lambda atom, key: lambda view: view[key].exists,
    Op.NULL: lambda atom, key: lambda view: not view[key].raw,
    Op.REGEX: _regex,
    Op.COMPARE: _compare,
    Op.TIME_PART: _time_part,
    Op.CIDR: _cidr,
}


def satisfied(form: Form, view: View, resolve: Resolve) -> Iterator[Atom]:
    """The atoms outside any negation that hold and that the verdict rests on."""
    if isinstance(form, Atom):
        if atom_test(form, resolve)(view):
            yield form
    elif isinstance(form, And):
        for part in form.parts:
            yield from satisfied(part, view, resolve)
    elif isinstance(form, Or):
        for part in form.parts:
            if test_of(part, resolve)(view):
                yield from satisfied(part, view, resolve)
