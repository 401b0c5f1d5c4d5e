"""A query as a WHERE clause of DuckDB over our Parquet columns. Values are always bound, names always quoted.

NULL stands for false all the way up, which And and Or keep; only Not has to make it so (`coalesce`). Leaves
stay bare, so that min/max statistics and bloom filters of the files can skip row groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Any

from soc.fields.table import Kind
from soc.fold import fold
from soc.query import Query
from soc.query.ast import (
    And,
    Bound,
    Equals,
    Exists,
    Network,
    Node,
    Not,
    Or,
    Range,
    Regex,
    Scalar,
    Text,
    Wildcard,
    pattern_parts,
)
from soc.query.fields import TEXT_FIELDS
from soc.query.layout import columns
from soc.query.values import MAPPED_HIGH, MAPPED_LOW, key_of, network_keys, plain_address

Values = dict[str, Any]
Make = Callable[[str], str]
"""An expression for one value -> a condition on it."""

TEXTS = frozenset({Kind.TEXT, Kind.ADDRESS})
_FLAGS, _TIMES = frozenset({Kind.BOOLEAN}), frozenset({Kind.TIME})
NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER})
_SCALARS = "('VARCHAR', 'BOOLEAN', 'BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')"
_NUMBER_TYPES = "('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')"
_TIME_SHAPE = "____-__-__T__:__:__.______Z"


@dataclass(frozen=True, slots=True)
class Clause:
    """SQL text with `$name` marks, and what to bind to them."""

    sql: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Test:
    """One question about one value. `kinds`: the column types that `native` can ask; `json` gets the text of
    a JSON element whose type is one of `types`; `key` works on the 16-byte key of an address; `near` is a cheap no
    for the text of an address in a list, whose key costs much."""

    kinds: frozenset[Kind]
    native: Make
    json: Make
    types: str = _SCALARS
    key: Make | None = None
    near: Make | None = None


def clause(query: Query, *, without: frozenset[str] = frozenset()) -> Clause:
    """Time, scope and tree. `without`: fields whose column cannot be trusted in the files asked; `doc` answers."""
    compiler = _Compiler(without)
    since, until = compiler.bind(_naive(query.since)), compiler.bind(_naive(query.until))
    parts = [f'"@timestamp" >= {since}', f'"@timestamp" < {until}', compiler.scope(query.scope.units)]
    if query.node is not None:
        parts.append(compiler.node(query.node))
    return Clause(" AND ".join(f"({part})" for part in parts if part), compiler.values)


def fields_of(node: Node | None) -> frozenset[str]:
    """The fields that a tree reads."""
    match node:
        case None:
            return frozenset()
        case And(parts) | Or(parts):
            return frozenset().union(*(fields_of(part) for part in parts))
        case Not(part):
            return fields_of(part)
        case Text():
            return frozenset(TEXT_FIELDS)
    return frozenset({node.field})


def elements(name: str, *, without: frozenset[str] = frozenset()) -> str:
    """The field's values as a list of texts, for counting by value."""
    column = None if name in without else columns().get(name)
    if column is None or column.kind in (Kind.TIME, Kind.NUMBER):
        return f"list_transform({_json_elements(name, _SCALARS)}, lambda e: e ->> '$')"
    return column.sql if column.is_list else f"[{column.sql}::VARCHAR]"


class _Compiler:
    def __init__(self, without: frozenset[str]) -> None:
        self.values: Values = {}
        self._without = without

    def bind(self, value: Any) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def scope(self, units: frozenset[str] | None) -> str:
        if units is None:
            return ""
        if not units:
            return "false"
        return f'"unit.id" IN ({", ".join(self.bind(unit) for unit in sorted(units))})'

    def node(self, node: Node) -> str:
        match node:
            case And(parts):
                return " AND ".join(f"({self.node(part)})" for part in parts)
            case Or(parts):
                return " OR ".join(f"({self.node(part)})" for part in parts)
            case Not(part):
                return f"NOT coalesce({self.node(part)}, false)"
            case Text(text):
                needle = self.bind(fold(text))
                test = _Test(TEXTS, *_both(lambda x: f"contains({_fold(x)}, {needle})"))
                return " OR ".join(f"({self._any(name, test)})" for name in TEXT_FIELDS)
        return self._any(node.field, self._test(node))

    def _test(self, node: Equals | Wildcard | Range | Network | Regex | Exists) -> _Test:
        match node:
            case Exists():
                return _Test(frozenset(Kind), lambda x: f"{x} IS NOT NULL", lambda _: "true")
            case Equals(value=value):
                return self._equals(value)
            case Wildcard(pattern=pattern):
                like = self.bind(_like(fold(pattern)))
                return _Test(TEXTS, *_both(lambda x: f"{_fold(x)} LIKE {like} ESCAPE '\\'"))
            case Regex(pattern=pattern):
                regex = self.bind(f"(?is){pattern}")
                return _Test(TEXTS, *_both(lambda x: f"regexp_matches(nfc_normalize({x}), {regex})"))
            case Network():
                return self._network(node)
            case Range(low=low, high=high):
                return self._within(low, high, "<=" if node.low_included else "<", "<=" if node.high_included else "<")

    def _equals(self, value: Scalar) -> _Test:
        if isinstance(value, str):
            folded = self.bind(fold(value))
            return _Test(TEXTS, *_both(lambda x: f"{_fold(x)} = {folded}"))
        if isinstance(value, bool):
            word = "true" if value else "false"
            return _Test(_FLAGS, lambda x: f"{x} = {word}", lambda x: f"{x} = '{word}'", "('BOOLEAN')")
        test = self._within(value, value, "<=", "<=")
        if isinstance(value, IPv4Address | IPv6Address):
            return replace(test, near=self._near(ip_network(plain_address(value))))
        return test

    @staticmethod
    def _near(network: IPv4Network | IPv6Network) -> Make:
        """Whether a text may be an address of the network: by its whole octets, or by the colon of IPv6."""
        if isinstance(network, IPv6Network):
            return lambda x: f"contains({x}, ':')"
        octets = str(network.network_address).split(".")[: network.prefixlen // 8]
        # Digits and dots of ours: a bound value that no column asks for would be refused.
        start = _quoted(".".join(octets) + ("." if 0 < len(octets) < 4 else ""))
        return lambda x: f"(starts_with({x}, {start}) OR contains({x}, ':'))"

    def _network(self, node: Network) -> _Test:
        first, last = (self.bind(key) for key in network_keys(node.network))
        other = (
            ""
            if node.network.version == 4
            else (f" AND NOT {{0}} BETWEEN {self.bind(MAPPED_LOW)} AND {self.bind(MAPPED_HIGH)}")
        )
        test = _address_test(lambda key: f"{key} BETWEEN {first} AND {last}" + other.format(key))
        return replace(test, near=self._near(node.network))

    def _within(self, low: Bound | None, high: Bound | None, above: str, below: str) -> _Test:
        sides = [(self._bound(low), above, True)] if low is not None else []
        sides += [(self._bound(high), below, False)] if high is not None else []

        def make(x: str) -> str:
            return " AND ".join(f"{b} {op} {x}" if is_low else f"{x} {op} {b}" for b, op, is_low in sides)

        kind = low if low is not None else high
        if isinstance(kind, datetime):
            return _Test(
                frozenset({Kind.TIME}),
                make,
                lambda x: f"{x} LIKE '{_TIME_SHAPE}' AND {make(_moment(x))}",
                "('VARCHAR')",
            )
        if isinstance(kind, int | float):
            return _Test(NUMBERS, make, lambda x: make(f"TRY_CAST({x} AS DOUBLE)"), _NUMBER_TYPES)
        return _address_test(make)

    def _bound(self, bound: Bound) -> str:
        if isinstance(bound, datetime):
            return self.bind(_naive(bound))
        return self.bind(bound if isinstance(bound, int | float) else key_of(plain_address(bound)))

    def _any(self, name: str, test: _Test) -> str:
        column = None if name in self._without else columns().get(name)
        if column is None or column.kind not in test.kinds:
            return _in_doc(name, test)
        if test.key is not None and column.key is not None:
            return test.key(f'"{column.key}"')
        make = _through_key(test.key) if test.key is not None else test.native
        if not column.is_list:
            return make(column.sql)
        found = f"len(list_filter({column.sql}, lambda x: {make('x')})) > 0"
        if test.near is None:
            return found
        # AND, not CASE: DuckDB compiles the patterns of a key anew for each chunk, also in a branch nobody takes.
        return f"len(list_filter({column.sql}, lambda x: {test.near('x')})) > 0 AND {found}"


def _both(make: Make) -> tuple[Make, Make]:
    return make, make


def _through_key(make: Make) -> Make:
    return lambda x: make(f"ip_key({x})")


def _address_test(make: Make) -> _Test:
    return _Test(frozenset({Kind.ADDRESS}), make, _through_key(make), "('VARCHAR')", make)


def _in_doc(name: str, test: _Test) -> str:
    """Ask the whole event. Most events lack a vendor's field: finding its name in the text is the cheap no, and
    the document is taken apart once."""
    present = f"contains(doc, {_quoted(_json_name(name) + ':')})"

    def holds(element: str) -> str:
        value = f"({element} ->> '$')"
        return f"json_type({element}) IN {test.types} AND {test.json(value)}"

    many = f"len(list_filter(json_extract(j, '$[*]'), lambda e: {holds('e')})) > 0"
    one_or_many = f"CASE json_type(j) WHEN 'ARRAY' THEN {many} ELSE {holds('j')} END"
    found = f"list_transform([{_json_value(name)}], lambda j: {one_or_many})[1]"
    return f"CASE WHEN {present} THEN {found} ELSE false END"


def _json_elements(name: str, types: str) -> str:
    every = "CASE json_type(j) WHEN 'ARRAY' THEN json_extract(j, '$[*]') ELSE [j] END"
    flat = f"list_transform([{_json_value(name)}], lambda j: {every})[1]"
    return f"list_filter({flat}, lambda e: json_type(e) IN {types})"


def _json_value(name: str) -> str:
    path = _quoted(f"$.{_json_name(name)}")
    return f"json_extract(doc, {path})"


def _json_name(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _fold(expression: str) -> str:
    """Equal to `soc.fold.fold` for every code point (a test compares them all)."""
    return f"lower(nfc_normalize({expression}))"


def _moment(expression: str) -> str:
    return f"TRY_CAST({expression} AS TIMESTAMP)"


def _like(pattern: str) -> str:
    wild = {"*": "%", "?": "_"}
    return "".join(wild.get(part) or _plain_in_like(part[-1]) for part in pattern_parts(pattern))


def _plain_in_like(char: str) -> str:
    return f"\\{char}" if char in "\\%_" else char


def _naive(at: datetime) -> datetime:
    """Files hold UTC without a zone: a zoned type would need one more library to come back."""
    return at.astimezone(UTC).replace(tzinfo=None)
