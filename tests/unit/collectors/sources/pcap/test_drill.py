"""What a dissector says of one packet becomes lines, bounded in number, depth and length."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.sources.pcap.drill import MOST_DEPTH, TEXT, lines_of

VALUES = st.recursive(
    st.text(max_size=20) | st.integers() | st.none() | st.booleans(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=12), below, max_size=4),
    max_leaves=60,
)


def test_a_tree_stands_under_its_field_and_repeated_fields_are_lines_of_their_own() -> None:
    fields = {"ip.flags": "0x40", "ip.flags_tree": {"ip.flags.df": "1"}, "ip.addr": ["10.0.0.1", "10.0.0.2"]}
    assert list(lines_of(fields, most=9)) == [
        (0, "ip.flags", "0x40"),
        (1, "ip.flags.df", "1"),
        (0, "ip.addr", "10.0.0.1"),
        (0, "ip.addr", "10.0.0.2"),
    ]


@settings(max_examples=300, deadline=None)
@given(VALUES, st.integers(0, 50))
def test_whatever_it_says_there_are_no_more_lines_than_asked_for(value: Any, most: int) -> None:
    found = list(lines_of(value, most=most))
    assert len(found) <= most
    assert all(depth <= MOST_DEPTH for depth, _, _ in found)


@pytest.mark.parametrize("value", ["x" * 100_000, {"y" * 100_000: "x" * 100_000}])
def test_a_long_text_is_cut(value: Any) -> None:
    assert all(len(name) <= TEXT and len(text) <= TEXT for _, name, text in lines_of(value, most=9))


def test_a_tree_without_end_is_left_at_the_depth_that_is_shown() -> None:
    deep: Any = "bottom"
    for n in range(900):
        deep = {f"level{n}": deep}
    assert max(depth for depth, _, _ in lines_of(deep, most=5_000)) <= MOST_DEPTH
