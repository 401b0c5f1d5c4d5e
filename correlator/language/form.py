"""The intermediate form: a rule is AND, OR and NOT over interned atoms (sigma-engine.md 5, point 1).

Oracle, explanation, hunts and the fast path are all derived from it. `And(())` is true, `Or(())` is false.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

KEYWORDS = ""
"""The field of an atom that may stand in any value of the source's own fields."""


class Op(StrEnum):
    """What an atom asks of the values of its field; the payload is in `tests.py`."""

    EQUALS = "equals"
    STARTS = "startswith"
    ENDS = "endswith"
    CONTAINS = "contains"
    LIKE = "like"  # wildcards inside
    PRESENT = "present"  # `*`: there and not null
    EXISTS = "exists"  # the key is there, null and '' included
    NULL = "null"  # absent or null
    REGEX = "re"
    COMPARE = "compare"
    TIME_PART = "time part"
    CIDR = "cidr"
    FIELDREF = "fieldref"


@dataclass(frozen=True, slots=True)
class Atom:
    """One test of one field. `cased`: text is compared as it is written (NFC only)."""

    field: str
    op: Op
    payload: Hashable = None
    cased: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    part: Form


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Form, ...]


Form = Atom | Not | And | Or

TRUE = And(())
FALSE = Or(())


def all_of(parts: Iterable[Form]) -> Form:
    """AND without needless brackets."""
    return _joined(And, parts, neutral=TRUE, decisive=FALSE)


def any_of(parts: Iterable[Form]) -> Form:
    """OR without needless brackets."""
    return _joined(Or, parts, neutral=FALSE, decisive=TRUE)


def negation(part: Form) -> Form:
    """NOT; two of them cancel out."""
    if part == TRUE:
        return FALSE
    if part == FALSE:
        return TRUE
    return part.part if isinstance(part, Not) else Not(part)


def _joined(kind: type[And] | type[Or], parts: Iterable[Form], *, neutral: Form, decisive: Form) -> Form:
    flat: dict[Form, None] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, kind) else (part,):
            if inner == decisive:
                return decisive
            if inner != neutral:
                flat[inner] = None
    if len(flat) == 1:
        return next(iter(flat))
    return kind(tuple(flat))


def atoms_of(form: Form) -> Iterator[Atom]:
    """Every atom, left to right, repeated where it stands twice."""
    if isinstance(form, Atom):
        yield form
    elif isinstance(form, Not):
        yield from atoms_of(form.part)
    else:
        for part in form.parts:
            yield from atoms_of(part)


def negated_fields(form: Form, *, negative: bool = False) -> Iterator[str]:
    """Fields whose absence makes the rule easier to satisfy: those under an odd number of negations."""
    if isinstance(form, Atom):
        if negative and form.field != KEYWORDS:
            yield form.field
    elif isinstance(form, Not):
        yield from negated_fields(form.part, negative=not negative)
    else:
        for part in form.parts:
            yield from negated_fields(part, negative=negative)


Atoms = dict[Atom, Atom]
"""All atoms of a pack: equal ones are one object, so that identity is equality and rules share memory."""


def interned(form: Form, atoms: Atoms) -> Form:
    """The same form over the atoms that are known already."""
    if isinstance(form, Atom):
        return atoms.setdefault(form, form)
    if isinstance(form, Not):
        return Not(interned(form.part, atoms))
    parts = tuple(interned(part, atoms) for part in form.parts)
    return And(parts) if isinstance(form, And) else Or(parts)
