"""Random events that keep to the field table, and random trees over their fields."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

from hypothesis import strategies as st

from soc.event import Event, event_id, timestamp
from soc.query.ast import (
    And,
    Equals,
    Exists,
    Network,
    Node,
    Not,
    Or,
    Range,
    Regex,
    Text,
    Wildcard,
    pattern_parts,
    plain_pattern,
)
from soc.query.values import plain_address
from tests.builders import NOON

# Few words, so that a random tree often hits a random event; among them what engines disagree about.
WORDS = st.sampled_from(
    [
        "an",
        "AN",
        "Đỗ",
        "đỗ",
        "Đỗ",
        "İ",
        "ΣΑΣ",
        "σας",
        "ß",
        "",
        " ",
        "a%b",
        "a_b",
        "a*b",
        "a\\b",
        "C:\\Win",
        "\x00",
        "\x1f",
        "\n",
        "[",
        '["an"]',
        "3",
        "true",
        "1.5",
        "null",
        "'",
        '"',
        "é",
        "e\u0301",
        "ﬁ",
        "🦆",
        "\u0345",
        "\u212a",
        "ſ",
    ]
)
LONG = st.just("a").map(lambda char: char * 40_000)
TEXTS = st.one_of(WORDS, LONG, st.lists(WORDS, max_size=3).map("".join), st.text(max_size=4))
ADDRESSES = st.sampled_from(
    ["10.0.0.1", "10.0.0.200", "10.9.9.9", "192.0.2.1", "::ffff:10.0.0.1", "::1", "2001:db8::5", "::"]
)
NUMBERS = st.one_of(st.integers(-3, 3), st.integers(-(2**52), 2**52))
FLOATS = st.one_of(
    st.sampled_from([0.5, -1.5, 1e22, 1e16, 1.5e-7, 3.0]), st.floats(allow_nan=False, allow_infinity=False, width=32)
)
MOMENTS = st.integers(0, 20).map(lambda n: NOON + timedelta(seconds=n, microseconds=n))

TEXT_FIELDS = ("user.name", "process.command_line", "message", "file.path", "rule.name")
TEXT_LISTS = ("event.category", "related.user")
OPEN_FIELDS = ("winlog.event_data.X", "zeek.a", "labels.k")


def _lists(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(st.one_of(values, st.none()), max_size=3)


def _either(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, null, or (against the field table) a list of them."""
    return st.one_of(values, values, st.none(), _lists(values))


ANYTHING = st.one_of(TEXTS, NUMBERS, FLOATS, st.booleans(), st.none(), st.just({"inner": "an"}))
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    **{name: _either(TEXTS) for name in TEXT_FIELDS},
    **{name: st.one_of(_lists(TEXTS), TEXTS) for name in TEXT_LISTS},
    **{name: st.one_of(ANYTHING, st.lists(ANYTHING, max_size=3)) for name in OPEN_FIELDS},
    "source.ip": _either(ADDRESSES),
    "host.ip": _lists(ADDRESSES),
    "related.ip": _lists(ADDRESSES),
    "source.port": _either(NUMBERS),
    "network.bytes": _either(NUMBERS),
    "event.risk_score": _either(FLOATS),
    "network.transport": st.sampled_from(["tcp", "UDP"]),
    "event.start": _either(MOMENTS.map(timestamp)),
    "user_agent.name": _either(TEXTS),
}
EVENT_FIELDS = st.fixed_dictionaries({}, optional=FIELDS)


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    made = []
    for n, fields in enumerate(draw(st.lists(EVENT_FIELDS, min_size=1, max_size=8))):
        at = draw(MOMENTS)
        identity = event_id(at, "test", str(n).encode())
        unit = draw(st.sampled_from(["a", "b"]))
        made.append({"@timestamp": timestamp(at), "event.id": identity, "unit.id": unit, **fields})
    return made


def _ranges(field: str, bounds: st.SearchStrategy[Any]) -> st.SearchStrategy[Node]:
    both = st.tuples(bounds, bounds).map(lambda two: Range(field, *sorted(two)))
    low = st.tuples(bounds, st.booleans()).map(lambda one: Range(field, one[0], None, low_included=one[1]))
    high = st.tuples(bounds, st.booleans()).map(lambda one: Range(field, None, one[0], high_included=one[1]))
    return st.one_of(both, low, high)


def _pattern(words: list[str]) -> str:
    return "*".join(words)


PATTERNS = (
    st.lists(st.one_of(st.just("?"), TEXTS.filter(lambda t: len(t) < 99).map(plain_pattern)), min_size=1, max_size=3)
    .map(_pattern)
    .filter(lambda p: 0 < sum(part in ("*", "?") for part in pattern_parts(p)) <= 8 and p != "*")
)
V4 = st.sampled_from(["10.0.0.0/8", "10.0.0.0/25", "0.0.0.0/0", "192.0.2.1/32"]).map(IPv4Network)
V6 = st.sampled_from(["2001:db8::/32", "::/0", "::/96", "::1/128"]).map(IPv6Network)
ADDRESS_VALUES = st.one_of(ADDRESSES.map(lambda t: plain_address(IPv6Address(t) if ":" in t else IPv4Address(t))))
V4_BOUNDS = st.sampled_from(["10.0.0.1", "10.0.0.199", "192.0.2.1"]).map(IPv4Address)
REGEXES = st.sampled_from(["^an$", "a.b", "đ", "[a-c]+$", "^$", "n|đ", r"\d", "a/b", "σ", "(a+)+$", "\\x00"])


def _leaves() -> st.SearchStrategy[Node]:
    typed_text = st.sampled_from([*TEXT_FIELDS, *TEXT_LISTS, "network.transport", "user_agent.name"])
    any_text = st.one_of(typed_text, st.sampled_from(OPEN_FIELDS))
    addresses = st.sampled_from(["source.ip", "host.ip", "related.ip"])
    return st.one_of(
        st.builds(Equals, any_text, TEXTS),
        st.builds(Wildcard, any_text, PATTERNS),
        st.builds(Regex, typed_text, REGEXES),
        st.builds(Text, TEXTS),
        st.builds(Exists, st.sampled_from(sorted(FIELDS))),
        st.builds(Equals, st.sampled_from(["source.port", "network.bytes"]), NUMBERS),
        st.builds(Equals, st.just("event.risk_score"), FLOATS),
        st.builds(Equals, st.sampled_from(["@timestamp", "event.start"]), MOMENTS),
        st.builds(Equals, addresses, ADDRESS_VALUES),
        st.builds(Network, addresses, st.one_of(V4, V6)),
        _ranges("source.port", NUMBERS),
        _ranges("network.bytes", NUMBERS),
        _ranges("event.risk_score", FLOATS),
        _ranges("@timestamp", MOMENTS),
        _ranges("event.start", MOMENTS),
        _ranges("source.ip", V4_BOUNDS),
        _ranges("related.ip", V4_BOUNDS),
    )


def _more(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, parts), st.builds(Or, parts), st.builds(Not, nodes))


NODES: st.SearchStrategy[Node] = st.recursive(_leaves(), _more, max_leaves=6)
