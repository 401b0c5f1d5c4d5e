from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from correlator.compile import RuleSet
from correlator.language.documents import Document, Kind, State, read_documents
from correlator.link import link
from correlator.open_table import OpenTable

RULE = "title: T\nid: t\nlogsource: {category: test}\ndetection: {s: {a: 1}, condition: s}\n"


def read(text: str) -> tuple[Document, ...]:
    return read_documents(text.encode(), "x.yml", {})


@pytest.mark.parametrize(
    "text, kind, state",
    [
        (RULE, Kind.RULE, State.LOADED),
        (RULE + "status: unsupported\n", Kind.RULE, State.SKIPPED),
        (RULE.replace("a:", "a|expand:").replace("1}", "'%x%'}"), Kind.RULE, State.NEEDS_VALUE),
        (RULE.replace("a:", "a|re:").replace("1}", "'(?=x)'}"), Kind.RULE, State.UNSUPPORTED),
        (RULE.replace("a:", "a|re:").replace("1}", "['(?=x)', '(']}"), Kind.RULE, State.FAULT),
        ("title: C\ncorrelation: {type: value_sum, rules: [t]}\n", Kind.CORRELATION, State.FAULT),
        ("title: F\nfilter: {rules: any, s: {a: 1}, condition: not s}\n", Kind.FILTER, State.LOADED),
        ("title: X\n", Kind.OTHER, State.SKIPPED),
        ("- 1\n", Kind.OTHER, State.SKIPPED),
        ("action: global\ntitle: X\n", Kind.OTHER, State.FAULT),
    ],
)
def test_a_document_is_in_exactly_one_state(text: str, kind: Kind, state: State) -> None:
    (document,) = read(text)
    assert (document.kind, document.state) == (kind, state)
    assert (document.content is not None) == (state is State.LOADED)


def test_each_document_has_its_own_line_faults_and_warnings() -> None:
    second = RULE.replace("s: {a: 1}", "s: {a: yes}").replace("id: t", "id: u")
    third = RULE.replace("condition: s", "condition: x")
    first, other, bad = read(f"{RULE}---\n{second}---\n{third}")
    assert [document.line for document in (first, other, bad)] == [1, 6, 11]
    assert first.warnings == ()
    assert [str(warning) for warning in other.warnings] == ["x.yml:9: SOC-1174: YAML reads yes as a boolean - quote it"]
    assert [str(fault) for fault in bad.faults] == ["x.yml:14: SOC-1131: no selection 'x'"]


def test_a_file_that_breaks_in_the_middle_loads_nothing() -> None:
    (document,) = read(f"{RULE}---\ntitle: [\n")
    assert (document.state, document.content) == (State.FAULT, None)


def test_empty_documents_are_none() -> None:
    assert read("---\n---\n") == ()


WORDS = ("", "*", "%x%", "(", "a", "any", "1 of s*", "5m")
KEYS = [
    "a",
    "a|contains",
    "a|re",
    "a|all",
    "|all",
    "a|cidr|neq",
    "n|gt",
    "t|hour",
    "a|exists",
    "a|fieldref",
    "a|windash",
    "s",
    "condition",
    "rules",
    "timespan",
    "group-by",
    "type",
    "aliases",
    "field",
    "gte",
    "status",
    "level",
    "id",
]
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(WORDS))
trees: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["", *KEYS]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(
    kind=st.sampled_from(["detection", "correlation", "filter"]),
    section=trees,
    extra=st.dictionaries(st.sampled_from(["title", "logsource", "level", "status", "vi", "soc", "expires"]), trees),
)
@settings(deadline=None, max_examples=200)
def test_any_document_ends_in_a_state_and_never_in_a_crash(kind: str, section: Any, extra: dict[str, Any]) -> None:
    document = {"title": "T", "logsource": {"category": "x"}, kind: section, **extra}
    links = link(read(yaml.safe_dump(document, allow_unicode=True)))
    assert [each.state for each in links.documents]
    RuleSet(links.rules, OpenTable(), filters=links.filters).evaluate({"a": ["x", None], "n": 7, "t": "2026-11-24"})


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_documents_or_one_fault(data: bytes) -> None:
    for document in read_documents(data, "x.yml", {}):
        assert document.state in State
