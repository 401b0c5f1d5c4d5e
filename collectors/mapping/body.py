"""`codec:` of a mapping file: the text after the header -> keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collectors.codecs import cef, csv_line, json_text, kv, leef
from collectors.codecs.decoded import Decoded
from collectors.mapping.cases import Rules, pattern_of
from collectors.mapping.document import WRONG_FORM, Node
from soc.errors import ParseError

Decode = Callable[[str], Decoded]

KINDS = ["kv", "csv", "cef", "leef", "json", "text"]
WORDS = frozenset({"kind", "separator", "pair", "columns", "columns_by", "embedded", "pattern", "cef"})
CEF_WORDS = frozenset({"prefix", "names", "text"})


def compile_body(node: Node, rules: Rules) -> Decode:
    """The codec with its settings."""
    entry = node.only("codec", WORDS)
    kind = entry["kind"].one_of("codec", KINDS) if "kind" in entry else ""
    if not kind:
        node.faults.add(node.line, WRONG_FORM, f"`codec` needs `kind:` - one of {', '.join(KINDS)}")
    if "cef" in entry:
        return _either(_from_cef(entry["cef"], kind, rules, entry), _plain(kind, entry, node, rules))
    return _plain(kind, entry, node, rules)


def _plain(kind: str, entry: Mapping[str, Node], node: Node, rules: Rules) -> Decode:
    if kind == "kv":
        separator, pair = _text(entry, "separator", " "), _text(entry, "pair", "=")
        return lambda text: kv.decode(text, separator=separator, pair=pair)
    if kind == "csv":
        return _csv(entry, node)
    if kind == "json":
        embedded = entry["embedded"].texts() if "embedded" in entry else ()
        return lambda text: json_text.decode(text, embedded=embedded)
    if kind == "text":
        return _text_codec(entry, rules)
    return {"cef": cef.decode, "leef": leef.decode}.get(kind, kv.decode)


def _text(entry: Mapping[str, Node], word: str, default: str) -> str:
    return (entry[word].text() or default) if word in entry else default


def _either(of_cef: Decode, plain: Decode) -> Decode:
    """A product whose operator may choose CEF instead of its own form."""
    return lambda text: of_cef(text) if text.startswith("CEF:") else plain(text)


def _from_cef(node: Node, kind: str, rules: Rules, codec: Mapping[str, Node]) -> Decode:
    """CEF back to the product's own keys: `prefix` is cut off, `names` are exchanged (`a:b` takes both parts of a
    value `x:y`), or `text` names the keys that make up a line of its text form."""
    entry = node.only("cef", CEF_WORDS)
    prefix = _text(entry, "prefix", "")
    names = {name: to.text() for name, to in entry["names"].items().items()} if "names" in entry else {}
    if "text" in entry:
        parts, read = entry["text"].texts(), _text_codec(codec, rules)
        return lambda text: _as_text(cef.decode(text), parts, read)
    return lambda text: _as_own(cef.decode(text), prefix, names)


def _as_text(found: Decoded, parts: tuple[str, ...], read: Decode) -> Decoded:
    keys = found.keys
    line = read(" ".join(str(keys[part]) for part in parts if keys.get(part)))
    return Decoded({**{name: value for name, value in keys.items() if name not in parts}, **line.keys}, found.flags)


def _as_own(found: Decoded, prefix: str, names: Mapping[str, str]) -> Decoded:
    keys: dict[str, Any] = {}
    for name, value in found.keys.items():
        own = name.removeprefix(prefix) if prefix and name.startswith(prefix) else names.get(name, name)
        first, colon, second = own.partition(":")
        if not colon:
            keys[own] = value
        else:
            keys[first], _, rest = str(value).partition(":")
            keys.setdefault(second, rest)
    return Decoded(keys, found.flags, found.overflow)


def _csv(entry: Mapping[str, Node], node: Node) -> Decode:
    """Columns by position; with `columns_by` another column, and then the number of columns, choose the names."""
    separator = _text(entry, "separator", ",")
    columns = entry["columns"].texts() if "columns" in entry else ()
    if "columns_by" not in entry:
        if not columns:
            node.faults.add(node.line, WRONG_FORM, "csv needs `columns:` or `columns_by:`")
        return lambda text: csv_line.decode(text, columns, separator=separator)
    by = entry["columns_by"].only("columns_by", frozenset({"at", "sets"}))
    at = by["at"].number() if "at" in by else 0
    sets = {name: names.texts() for name, names in by["sets"].items().items()} if "sets" in by else {}

    def decode(text: str) -> Decoded:
        values = csv_line.cells(text, separator)
        chooser = values[at] if at < len(values) else ""
        names = sets.get(f"{chooser}/{len(values)}") or sets.get(chooser) or columns
        if not names:
            raise ParseError(f"no columns are known for {chooser[:40]!r}")
        return csv_line.decode(text, names, separator=separator)

    return decode


def _text_codec(entry: Mapping[str, Node], rules: Rules) -> Decode:
    """Free text: `message` is all of it, unless the pattern's groups say otherwise."""
    pattern = pattern_of(entry["pattern"], rules) if "pattern" in entry else None
    if pattern is None:
        return lambda text: Decoded({"message": text})
    match = pattern.match

    def decode(text: str) -> Decoded:
        found = match(text)
        if found is None:
            return Decoded({"message": text})
        return Decoded({name: part for name, part in found.groupdict().items() if part is not None})

    return decode
