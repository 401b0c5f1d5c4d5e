"""pySigma's parse tree of every SigmaHQ rule is ours; only what sigma-engine.md 1.10 names may differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from correlator.language.form import Atom, Form, Not, Op, all_of, any_of, atoms_of, negation
from correlator.language.network import network
from correlator.language.pattern import Part, Pattern, Wild, contains, text_atom, tidy
from correlator.language.regex import rewritten
from correlator.pack import Pack
from tests.corpus import corpus

conditions = pytest.importorskip("sigma.conditions", reason="pySigma is an extra")
types = pytest.importorskip("sigma.types", reason="pySigma is an extra")
rules = pytest.importorskip("sigma.rule", reason="pySigma is an extra")


def test_every_rule_is_read_as_pysigma_reads_it() -> None:
    different = []
    for rule in Pack([corpus("sigma-rules-8eaafff1f")]).rules:
        if any(atom.op is Op.LIKE and _has_dash(atom.payload) for atom in atoms_of(rule.form)):
            continue  # `windash`: one class with us, a list of spellings with pySigma (1.10)
        theirs = rules.SigmaRule.from_yaml(Path(rule.card.file).read_text("utf-8"))
        form = any_of(_form(condition.parsed) for condition in theirs.detection.parsed_condition)
        if _canonical(form) != _canonical(rule.form):
            different.append(rule.card.file)
    assert different == []


def _has_dash(payload: object) -> bool:
    return isinstance(payload, tuple) and Wild.DASH in payload


def _form(node: Any) -> Form:
    if isinstance(node, conditions.ConditionAND):
        return all_of(_form(part) for part in node.args)
    if isinstance(node, conditions.ConditionOR):
        return any_of(_form(part) for part in node.args)
    if isinstance(node, conditions.ConditionNOT):
        return negation(_form(node.args[0]))
    if isinstance(node, conditions.ConditionFieldEqualsValueExpression):
        return _value(node.field, node.value)
    assert isinstance(node, conditions.ConditionValueExpression)
    return text_atom("", contains(_pattern(node.value)), cased=False)


def _value(field: str, value: Any) -> Form:
    if isinstance(value, types.SigmaExpansion):
        return any_of(_value(field, each) for each in value.values)
    if isinstance(value, types.SigmaNull):
        return Atom(field, Op.NULL)
    if isinstance(value, types.SigmaRegularExpression):
        flags = "".join(sorted(flag.name[0].lower() for flag in value.flags))
        return Atom(field, Op.REGEX, rewritten(value.regexp.to_plain(), flags), True)
    if isinstance(value, types.SigmaCIDRExpression):
        return Atom(field, Op.CIDR, (*network(value.cidr), value.cidr))
    if isinstance(value, types.SigmaFieldReference):
        placings = {(True, True): "contains", (True, False): "startswith", (False, True): "endswith"}
        return Atom(field, Op.FIELDREF, (value.field, placings.get((value.starts_with, value.ends_with), "equals")))
    return text_atom(field, _pattern(value), cased=isinstance(value, types.SigmaCasedString))


def _pattern(value: Any) -> Pattern:
    if isinstance(value, types.SigmaNumber):
        return (str(value.number),)
    if isinstance(value, types.SigmaBool):
        return ("true" if value.boolean else "false",)
    wild = {types.SpecialChars.WILDCARD_MULTI: Wild.STAR, types.SpecialChars.WILDCARD_SINGLE: Wild.ONE}
    parts: list[Part] = [part if isinstance(part, str) else wild[part] for part in value.s]
    return tidy(parts)


def _canonical(form: Form) -> object:
    """Without regard to the order of parts."""
    if isinstance(form, Atom):
        return form
    if isinstance(form, Not):
        return ("not", _canonical(form.part))
    return (type(form).__name__, frozenset(_canonical(part) for part in form.parts))
