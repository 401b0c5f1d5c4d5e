"""The closures say what the atoms say one by one: grouping, order and folded constants change no verdict."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from correlator import oracle
from correlator.fold_constants import Constants, folded, needed_values
from correlator.language.form import FALSE, TRUE, And, Atom, Form, Not, Op, Or, all_of, any_of, atoms_of, negation
from correlator.language.network import network
from correlator.language.pattern import Wild, read, text_atom, written
from correlator.language.values import NOTHING, Values, leaves, number_of, text_of
from correlator.oracle import atom_test, like_test, satisfied
from soc.fold import fold
from soc.logsource import ABSENT, FieldPlan

FIELDS = ("a", "b", "c")
texts = st.sampled_from(["", "a", "A", "ab", "Ba", "đ", "Đà", "e\u0301", "é", "a*b", "a\nb", "10.0.0.7", "7", "-1.5"])
scalars = st.one_of(texts, st.integers(-3, 9), st.booleans(), st.none(), st.floats(-2, 9, allow_nan=False))
values = st.one_of(scalars, st.lists(scalars, max_size=3), st.just(ABSENT))
events = st.dictionaries(st.sampled_from(FIELDS), values)


def _text(kind: str, text: str, *, cased: bool) -> Any:
    placed = {"equals": text, "starts": f"{text}*", "ends": f"*{text}", "contains": f"*{text}*", "like": f"a?{text}*a"}
    return read(placed[kind]), cased


atoms = st.one_of(
    st.builds(
        lambda field, kind, text, cased: text_atom(field, *_text(kind, text, cased=cased)[:1], cased=cased),
        st.sampled_from(FIELDS),
        st.sampled_from(["equals", "starts", "ends", "contains", "like"]),
        texts,
        st.booleans(),
    ),
    st.builds(Atom, st.sampled_from(FIELDS), st.sampled_from([Op.EXISTS, Op.NULL, Op.PRESENT])),
    st.builds(
        lambda field, n: Atom(field, Op.COMPARE, ("gt", Decimal(n))), st.sampled_from(FIELDS), st.integers(-2, 8)
    ),
    st.builds(lambda field: Atom(field, Op.REGEX, "^a", cased=True), st.sampled_from(FIELDS)),
    st.builds(lambda field: Atom(field, Op.CIDR, (*network("10.0.0.0/8"), "")), st.sampled_from(FIELDS)),
    st.builds(
        lambda field, other, how: Atom(field, Op.FIELDREF, (other, how)),
        st.sampled_from(FIELDS),
        st.sampled_from(FIELDS),
        st.sampled_from(["equals", "contains", "startswith", "endswith"]),
    ),
)
forms = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda parts: And(tuple(parts)), st.lists(inner, max_size=4)),
        st.builds(lambda parts: Or(tuple(parts)), st.lists(inner, max_size=6)),
        st.builds(Not, inner),
    ),
    max_leaves=12,
)


def itself(name: str) -> str:
    return name


def view(event: dict[str, Any]) -> dict[str, Values]:
    return {name: Values(event.get(name, ABSENT)) for name in FIELDS}


def plainly(form: Form, seen: dict[str, Values]) -> bool:
    if isinstance(form, Atom):
        return atom_test(form, itself)(seen)
    if isinstance(form, Not):
        return not plainly(form.part, seen)
    verdicts = [plainly(part, seen) for part in form.parts]
    return all(verdicts) if isinstance(form, And) else any(verdicts)


@given(form=forms, event=events)
@settings(deadline=None, max_examples=200)
def test_a_closure_decides_as_its_atoms_one_by_one(form: Form, event: dict[str, Any]) -> None:
    seen = view(event)
    verdict = plainly(form, seen)
    assert oracle.test_of(form, itself)(seen) is verdict
    assert oracle.test_of(simplified(form), itself)(seen) is verdict
    if verdict:
        assert set(satisfied(form, seen, itself)) <= {atom for atom in atoms_of(form) if plainly(atom, seen)}


def simplified(form: Form) -> Form:
    if isinstance(form, Atom):
        return form
    if isinstance(form, Not):
        return negation(simplified(form.part))
    return (all_of if isinstance(form, And) else any_of)(simplified(part) for part in form.parts)


@given(form=forms, event=events, constant=texts)
@settings(deadline=None, max_examples=200)
def test_folding_what_a_route_fixes_changes_no_verdict(form: Form, event: dict[str, Any], constant: str) -> None:
    constants = Constants({"event.a": (constant,)}, lambda name: FieldPlan((f"event.{name}",)))
    # The route compares folded, so the event may spell its constant differently.
    seen = view({**event, "a": constant.upper() if fold(constant.upper()) == fold(constant) else constant})
    assert oracle.test_of(folded(form, constants), itself)(seen) is plainly(form, seen)


@given(form=forms, event=events)
@settings(deadline=None, max_examples=200)
def test_a_rule_never_matches_without_one_of_its_needed_values(form: Form, event: dict[str, Any]) -> None:
    needed = needed_values(form, frozenset({"a"}))
    seen = view(event)
    if needed is not None and plainly(form, seen):
        assert needed & set(seen["a"].folded)


def test_true_and_false_are_the_empty_and_and_or() -> None:
    atom = Atom("a", Op.EXISTS)
    assert (all_of([]), any_of([])) == (TRUE, FALSE)
    assert (negation(TRUE), negation(FALSE), negation(negation(atom))) == (FALSE, TRUE, atom)
    assert all_of([atom, FALSE]) == FALSE
    assert any_of([atom, TRUE]) == TRUE
    assert all_of([atom, all_of([atom, TRUE])]) == atom


@pytest.mark.parametrize(
    "value, text",
    [(1.0, "1"), (1e300, "1e+300"), (2**60, str(2**60)), (0.1, "0.1"), (-0.0, "0"), ({"a": [1]}, '{"a":[1]}')],
)
def test_values_have_one_text_form(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_numbers_are_plain_decimals_only() -> None:
    assert number_of("-1.5e3") == -1500
    for other in ("", "e", "--1", "1 ", "٣", "Infinity", "0x1", "9" * 500, float("inf"), True, None, [1]):
        assert number_of(other) is None


def test_leaves_are_all_values_that_are_no_container() -> None:
    deep: Any = "x"
    for _ in range(70):
        deep = [deep]
    assert list(leaves({"a": [1, {"b": None, "c": "d"}], "deep": deep})) == [1, "d"]


def test_an_absent_field_is_nothing() -> None:
    assert (NOTHING.exists, NOTHING.raw, NOTHING.texts) == (False, (), ())


@given(st.lists(st.sampled_from(["a", "*", "?", "\\*", "-", "\\", "b/"]), max_size=8))
def test_a_pattern_is_written_so_that_it_reads_the_same(pieces: list[str]) -> None:
    pattern = read("".join(pieces))
    if not any(isinstance(part, str) and "\\" in part for part in pattern):
        assert read(written(pattern)) == pattern


def test_a_pattern_of_wildcards_is_linear_on_hostile_text() -> None:
    found = like_test(tuple(part for _ in range(20) for part in ("a", Wild.STAR)))
    assert not found("b" + "a" * 19 + "b" * 60_000)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.text(max_size=5), min_size=oracle.MANY_NEEDLES, max_size=40),
    st.text(st.sampled_from("abc.*+?|\\[](){}^$\n\0 é\ud800?"), max_size=40),
    st.booleans(),
)
def test_many_needles_are_found_in_long_texts_as_one_by_one(needles: list[str], piece: str, from_text: bool) -> None:
    text = piece * 60
    wanted = [*needles[1:], text[3:9]] if from_text else needles
    assert oracle._contains(wanted)(text) == any(needle in text for needle in wanted)
