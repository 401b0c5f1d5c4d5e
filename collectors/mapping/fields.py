"""`fields:` of a mapping file: source key -> ECS field by way of a conversion (`as`), compiled to closures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.enrich.addresses import address, domain, mac
from collectors.mapping.conversions import (
    ALWAYS_NOTHING,
    CONVERSIONS,
    HASHES,
    NANOSECONDS,
    TYPED_NOTHING,
    Convert,
    fits,
    hash_text,
    nanoseconds,
    text,
)
from collectors.mapping.document import UNKNOWN_FIELD, WRONG_FORM, WRONG_TYPE, Node
from collectors.mapping.work import Step, Work
from soc.fields.table import FieldSpec, field, nearest

WORDS = frozenset({"to", "as", "also", "none", "values", "replace", "unit"})
KEEP, DROP = "keep", "drop"

Steps = tuple[tuple[str, Step], ...]


def compile_fields(nodes: Mapping[str, Node]) -> Steps:
    """(key, step) in the file's order, so that the same line always gives the same event."""
    return tuple((key, step) for key, node in nodes.items() for step in _steps(node))


def target(name: str, node: Node) -> FieldSpec | None:
    """The ECS field of that name; a fault with the nearest names when there is none."""
    spec = field(name)
    if spec is None:
        close = nearest(name)
        hint = f"did you mean {' or '.join(close)}?" if close else "vendor keys need no `to`: they are all kept"
        node.faults.add(node.line, UNKNOWN_FIELD, f"ECS has no field {name!r} - {hint}")
    return spec


def _steps(node: Node) -> list[Step]:
    entry = node.only("a field", WORDS)
    if "to" not in entry:
        node.faults.add(node.line, WRONG_FORM, "a field needs `to: ECS field`")
        return []
    unit = entry["unit"].one_of("unit", list(NANOSECONDS)) if "unit" in entry else ""
    words = frozenset(entry["none"].texts()) if "none" in entry else frozenset()
    values = _values(entry.get("values"))
    replace = "replace" in entry and entry["replace"].truth()
    conversion = _conversion_name(entry.get("as"))
    wanted = [(entry["to"].text(), conversion, entry["to"])]
    wanted += [(name, _conversion_name(also), also) for name, also in _also(entry)]
    steps = (_step(name, kind, place, unit, words, values, replace=replace) for name, kind, place in wanted)
    return [step for step in steps if step is not None]


def _also(entry: Mapping[str, Node]) -> list[tuple[str, Node]]:
    return list(entry["also"].items().items()) if "also" in entry else []


def _conversion_name(node: Node | None) -> str:
    if node is None:
        return "text"
    name = node.one_of("conversion (as)", list(CONVERSIONS))
    return name if name in CONVERSIONS else ""


def _values(node: Node | None) -> dict[str, str]:
    """`a|b: x` stands for both; `else` decides over the others."""
    table: dict[str, str] = {}
    for names, value in node.items().items() if node is not None else ():
        table.update(dict.fromkeys(names.split("|"), value.text()))
    return table


def _step(
    name: str, kind: str, node: Node, unit: str, words: frozenset[str], values: dict[str, str], *, replace: bool
) -> Step | None:
    if not kind:
        return None
    conversion = CONVERSIONS[kind]
    nothing = words | (TYPED_NOTHING if conversion.typed else ALWAYS_NOTHING)
    if kind == "identity":
        return _identity(name, node, nothing)
    spec = target(name, node)
    if spec is None:
        return None
    if not fits(kind, spec):
        listed = "a list of " if spec.array else ""
        node.faults.add(node.line, WRONG_TYPE, f"`as: {kind}` cannot fill {name}, which holds {listed}{spec.kind}")
        return None
    if spec.allowed and values and (wrong := set(values.values()) - spec.allowed - {KEEP, DROP}):
        node.faults.add(node.line, WRONG_TYPE, f"{name} never holds {', '.join(sorted(wrong))}")
    convert = nanoseconds(unit) if unit in NANOSECONDS else conversion.convert
    write = _writer(spec, kind, convert)
    return _guarded(write, name, nothing, values, replace=replace)


def _guarded(write: Step, name: str, nothing: frozenset[str], values: dict[str, str], *, replace: bool) -> Step:
    others = values.get("else", KEEP)

    def step(value: Any, work: Work) -> None:
        if type(value) is str:
            if value in nothing or (name in work.event and not replace):
                return
            if values:
                mapped = values.get(value, others)
                if mapped == DROP:
                    return
                value = value if mapped == KEEP else mapped
        elif name in work.event and not replace:
            return
        write(value, work)

    return step


def _writer(spec: FieldSpec, kind: str, convert: Convert) -> Step:
    if kind == "ip" and not spec.array:
        return _address_writer(spec.name)
    if kind == "path":
        return _path_writer(spec.name)
    if kind == "hash":
        return _hash_writer(spec.name)
    if kind == "url" and spec.name.startswith("url."):
        return _url_writer(spec.name)
    if spec.array:
        return _list_writer(spec.name, convert)
    return _plain_text_writer(spec.name) if convert is text else _writer_of(spec.name, convert)


def _plain_text_writer(name: str) -> Step:
    def write(value: Any, work: Work) -> None:
        if type(value) is str:
            work.event[name] = value
            return
        plain = text(value[0] if isinstance(value, list) and value else value, work.context)
        if plain is None:
            work.failed(name)
        else:
            work.event[name] = plain

    return write


def _writer_of(name: str, convert: Convert) -> Step:
    def write(value: Any, work: Work) -> None:
        # A repeated key is a list; a field that holds one value takes the first, the vendor tree keeps all.
        result = convert(value[0] if type(value) is list and value else value, work.context)
        if result is None:
            work.failed(name)
        else:
            work.event[name] = result

    return write


def _list_writer(name: str, convert: Convert) -> Step:
    def write(value: Any, work: Work) -> None:
        if isinstance(value, str) and "," in value:
            value = [part.strip() for part in value.split(",")]
        results = [convert(entry, work.context) for entry in (value if isinstance(value, list) else [value])]
        flat = [inner for result in results for inner in (result if isinstance(result, list) else [result])]
        if None in flat or not flat:
            work.failed(name)
        kept = [result for result in flat if result is not None]
        if kept:
            work.event[name] = kept

    return write


def _address_writer(name: str) -> Step:
    """`.address` keeps what was sent; a name instead of an address goes to `.domain`."""
    base = name.removesuffix(".ip")
    as_sent = f"{base}.address" if field(f"{base}.address") else ""
    as_name = f"{base}.domain" if field(f"{base}.domain") else ""
    as_mac = f"{base}.mac" if field(f"{base}.mac") else ""

    def write(value: Any, work: Work) -> None:
        sent = value[0] if type(value) is list and value else value
        canonical = address(sent) if type(sent) is str else None
        if canonical is not None:
            work.event[name] = canonical
        elif as_mac and type(sent) is str and (digits := mac(sent)) is not None:
            work.event.setdefault(as_mac, digits)
        elif as_name and type(sent) is str:
            work.event.setdefault(as_name, domain(sent))
        else:
            work.failed(name)
            return
        if as_sent:
            work.event.setdefault(as_sent, sent)

    return write


def _path_writer(name: str) -> Step:
    """`file.path` also gives `.name`, `.directory` and `.extension` where ECS has them."""
    base = name.rpartition(".")[0]
    parts = {leaf: f"{base}.{leaf}" for leaf in ("name", "directory", "extension") if field(f"{base}.{leaf}")}

    def write(value: Any, work: Work) -> None:
        path = text(value, work.context) or ""
        work.event[name] = path
        cut = max(path.rfind("/"), path.rfind("\\"))
        leaf = path[cut + 1 :]
        found = {"name": leaf, "directory": path[:cut], "extension": leaf.rpartition(".")[2] if "." in leaf[1:] else ""}
        for part, full in parts.items():
            if found[part]:
                work.event.setdefault(full, found[part])

    return write


def _hash_writer(name: str) -> Step:
    """The length says which hash it is: an MD5 never lands in `.sha256`."""
    base = name.rpartition(".")[0]

    def write(value: Any, work: Work) -> None:
        digits = hash_text(value, work.context)
        full = f"{base}.{HASHES[len(digits)]}" if digits else ""
        if digits and field(full):
            work.event[full] = digits
        else:
            work.failed(name)

    return write


def _url_writer(name: str) -> Step:
    """The parts of a URL as logged, not percent-decoded."""

    def write(value: Any, work: Work) -> None:
        url = text(value, work.context) or ""
        work.event[name] = url
        # A query may hold another URL: what comes before the scheme's sign must be a word.
        scheme, sign, rest = url.partition("://") if url[:1].isalpha() else ("", "", url)
        if not scheme.isalnum():
            sign, rest = "", url
        host, slash, path = rest.partition("/") if sign else ("", url[:1] if url[:1] == "/" else "", url[1:])
        stem, _, query = path.partition("?")
        found = {
            "url.scheme": scheme.lower() if sign else "",
            "url.domain": domain(host.rpartition("@")[2].partition(":")[0]),
            "url.path": f"/{stem}" if slash else "",
            "url.query": query.partition("#")[0],
        }
        for full, part in found.items():
            if part:
                work.event.setdefault(full, part)

    return write


def _identity(root: str, node: Node, nothing: frozenset[str]) -> Step | None:
    """`DOMAIN\\user`, `user@domain`, a bare name -> `.name`, `.domain`, `.email` as sent."""
    if target(f"{root}.name", node) is None:
        return None
    name, place, mail = f"{root}.name", f"{root}.domain", f"{root}.email"

    def step(value: Any, work: Work) -> None:
        sent = value if type(value) is str else text(value, work.context) or ""
        if sent in nothing or name in work.event:
            return
        user, realm, email = _split_identity(sent)
        work.event[name] = user
        if realm:
            work.event.setdefault(place, realm)
        if email:
            work.event.setdefault(mail, email)

    return step


def _split_identity(sent: str) -> tuple[str, str, str]:
    realm, sign, user = sent.partition("\\")
    if sign and user and realm:
        return user, realm, ""
    user, sign, realm = sent.partition("@")
    if sign and user and "." in realm and " " not in sent:
        return user, realm, sent
    return sent, "", ""
