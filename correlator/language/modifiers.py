"""`field|modifier|...: value` -> intermediate form (sigma-engine.md 1.5).

Written order counts for transformations of the value; `all`, `cased`, `neq` and `expand` may stand anywhere.
A modifier is never ignored: what has no meaning here is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from correlator.language import placeholders
from correlator.language.encodings import UTF16
from correlator.language.form import FALSE, KEYWORDS, Atom, Form, Op, all_of, any_of, negation
from correlator.language.network import NetworkError, network
from correlator.language.pattern import PLACINGS, literal, nfc, read
from correlator.language.placeholders import SiteValues, TooManyValuesError
from correlator.language.problems import Place, nearest
from correlator.language.regex import rewritten
from correlator.language.regex_dialect import RegexError, UnsupportedRegexError
from correlator.language.text_chain import TextChain
from correlator.language.values import number_of, text_of

ANYWHERE = frozenset({"all", "cased", "neq", "expand"})
TEXT = frozenset({*PLACINGS, "windash", "base64", "base64offset", *UTF16})
COMPARISONS = frozenset({"lt", "lte", "gt", "gte"})
RE_FLAGS = {"i": "i", "ignorecase": "i", "m": "m", "multiline": "m", "s": "s", "dotall": "s"}
TIME_PARTS: Mapping[str, tuple[int, int]] = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day": (1, 31),
    "week": (1, 53),
    "month": (1, 12),
    "year": (1, 9999),
}
KNOWN = ANYWHERE | TEXT | COMPARISONS | set(TIME_PARTS) | set(RE_FLAGS) | {"re", "cidr", "exists", "fieldref"}
ARRAY_SELECTORS = ("any", "all", "none")  # of `sigma-version: 3`; and an index, `field[0]`


@dataclass(frozen=True, slots=True)
class Item:
    """One key of a selection, taken apart. `steps`: the modifiers whose order counts."""

    field: str
    steps: tuple[str, ...]
    flags: frozenset[str]
    place: Place
    site: SiteValues

    @property
    def cased(self) -> bool:
        return "cased" in self.flags

    def fault(self, code: str, message: str, *, offset: int = 0) -> None:
        self.place.fault(code, message, offset=offset)


def item_form(key: str, value: Any, place: Place, site: SiteValues) -> Form:
    """The form of one item; FALSE where it is refused, with the reason noted at `place`."""
    item = _item(key, place, site)
    if item is None:
        return FALSE
    if value is None:
        return _null(item)
    values = _values(item, value)
    if values is None:
        return FALSE
    kind = _kind(item)
    if kind is None:
        return FALSE
    parts = [
        any_of(kind(one, each))
        for index, each in values
        for one in _one_by_one(_at(item, index if isinstance(value, list) else None), each)
    ]
    form = all_of(parts) if "all" in item.flags else any_of(parts)
    return negation(form) if "neq" in item.flags else form


def _at(item: Item, index: int | None) -> Item:
    if index is None:
        return item
    return Item(item.field, item.steps, item.flags, item.place / index, item.site)


def _one_by_one(item: Item, value: Any) -> Iterator[Item]:
    """Under `all` each site value is a value of its own, so each is read with that one alone."""
    found = placeholders.pieces(nfc(value)) if isinstance(value, str) and {"all", "expand"} <= item.flags else []
    names = list(dict.fromkeys(name for _, name in found if name))
    if not names or placeholders.missing(found, item.site):
        yield item
        return
    for choice in islice(product(*(item.site[name] for name in names)), placeholders.MAX_VALUES):
        chosen = {name: [each] for name, each in zip(names, choice, strict=True)}
        yield replace(item, site={**item.site, **chosen})


def _item(key: str, place: Place, site: SiteValues) -> Item | None:
    field, *modifiers = key.split("|")
    unknown = [name for name in modifiers if name not in KNOWN]
    for name in unknown:
        place.fault("SOC-1113", f"unknown modifier '{name}'{nearest(name, KNOWN)}")
    if _has_array_selector(field):
        place.unsupported("array-selector", f"array selectors as in '{field}' are not supported", code="SOC-1142")
        return None
    twice = sorted({name for name in modifiers if modifiers.count(name) > 1 and name != "base64"})
    for name in twice:
        place.fault("SOC-1114", f"the modifier '{name}' stands twice - keep one")
    if unknown or twice:
        return None
    flags = frozenset(name for name in modifiers if name in ANYWHERE)
    return Item(field, tuple(name for name in modifiers if name not in ANYWHERE), flags, place, site)


def _has_array_selector(field: str) -> bool:
    selectors = (part.partition("]") for part in field.split("[")[1:])
    return any(end and (name in ARRAY_SELECTORS or name.isdecimal()) for name, end, _ in selectors)


def _null(item: Item) -> Form:
    if item.steps or item.flags - {"neq"} or item.field == KEYWORDS:
        item.fault("SOC-1123", "null takes no modifier but neq - give a value, or remove the modifiers")
        return FALSE
    form: Form = Atom(item.field, Op.NULL)
    return negation(form) if "neq" in item.flags else form


def _values(item: Item, value: Any) -> list[tuple[int, Any]] | None:
    """The written values with their index; None where they cannot be used."""
    values = value if isinstance(value, list) else [value]
    if not values:
        item.fault("SOC-1110", "an empty list matches nothing - give at least one value")
        return None
    good = True
    for index, each in enumerate(values):
        place = item.place / index if isinstance(value, list) else item.place
        if each is None:
            place.fault("SOC-1111", "null cannot stand in a list - write a second selection with `field: null`")
            good = False
        elif not isinstance(each, (str, int, float)):
            what = "a map" if isinstance(each, dict) else "a list" if isinstance(each, list) else type(each).__name__
            place.fault("SOC-1112", f"a value must be text, a number or a boolean, not {what}")
            good = False
    if "all" in item.flags and len(values) < 2 and not _has_placeholder(item, values[0]):
        item.fault("SOC-1115", "`all` needs at least two values - remove it")
        good = False
    return list(enumerate(values)) if good else None


def _has_placeholder(item: Item, value: Any) -> bool:
    return "expand" in item.flags and isinstance(value, str) and any(name for _, name in placeholders.pieces(value))


Kind = Callable[[Item, Any], Sequence[Form]]


def _kind(item: Item) -> Kind | None:
    """How the values are read, chosen by the steps; None when the steps do not fit together."""
    steps = item.steps
    special = [name for name in steps if name not in TEXT and name not in RE_FLAGS]
    if not special and not any(name in RE_FLAGS for name in steps):
        chain = TextChain.checked(steps, item.place, keyword=item.field == KEYWORDS, cased=item.cased)
        return None if chain is None else lambda at, value: _text(at, value, chain)
    for name, kind, fits in _KINDS:
        if name in special or (name == "part" and TIME_PARTS.keys() & set(special)):
            complaint = fits(item)
            if item.field == KEYWORDS and name != "re":
                complaint = complaint or f"'{'|'.join(steps)}' needs a field name"
            if complaint:
                item.fault("SOC-1114", complaint)
                return None
            return kind
    item.fault("SOC-1114", f"'{'|'.join(name for name in steps if name in RE_FLAGS)}' may only follow `re`")
    return None


def _text(item: Item, value: Any, chain: TextChain) -> Sequence[Form]:
    patterns = [read(text_of(value))]
    if "expand" in item.flags and isinstance(value, str):
        patterns = _expanded(item, nfc(value), placeholders.as_patterns) or []
    return [form for pattern in patterns for form in chain.forms(item.field, pattern, item.place)]


def _expanded(
    item: Item, text: str, make: Callable[[Sequence[placeholders.Piece], SiteValues], list[Any]]
) -> list[Any]:
    found = placeholders.pieces(text)
    missing = placeholders.missing(found, item.site)
    for name in missing:
        item.place.needs_value(name)
    if missing:
        return []
    try:
        return make(found, item.site)
    except TooManyValuesError as error:
        item.fault("SOC-1103", str(error))
        return []


def _site_or_written(item: Item, value: Any) -> list[Any]:
    """The written value, or for `%name%` alone the site's values as they are."""
    if "expand" not in item.flags or not isinstance(value, str):
        return [value]

    def make(found: Sequence[placeholders.Piece], site: SiteValues) -> list[Any]:
        if len(found) == 1 and found[0][1]:
            return list(site[found[0][1]])
        return [literal(pattern) or "" for pattern in placeholders.as_patterns(found, site)]

    return _expanded(item, value, make)


def _fits_re(item: Item) -> str:
    steps = item.steps
    after = steps[steps.index("re") + 1 :]
    if steps[0] != "re":
        return f"`re` cannot follow '{steps[0]}' - it reads the written text"
    if item.cased:
        return "`cased` with `re`: expressions are case-sensitive already - remove it"
    placed = [name for name in after if name in PLACINGS]
    flags = after[: len(after) - len(placed)]
    if any(name not in RE_FLAGS for name in flags) or len(placed) > 1:
        return f"after `re` come its flags i, m, s and then one of {', '.join(PLACINGS)}; not '{'|'.join(after)}'"
    return ""


def _re(item: Item, value: Any) -> Sequence[Form]:
    flags = "".join({RE_FLAGS[name] for name in item.steps if name in RE_FLAGS})
    texts = [text_of(value)]
    if "expand" in item.flags and isinstance(value, str):
        texts = _expanded(item, nfc(value), placeholders.as_expressions)
    forms = []
    for text in texts:
        try:
            program = rewritten(text, flags)
        except RegexError as error:
            item.fault("SOC-1120", f"not a regular expression: {error}", offset=error.position)
        except UnsupportedRegexError as error:
            item.place.unsupported(error.construct, f"{error.construct} is not supported", offset=error.position)
        else:
            forms.append(Atom(item.field, Op.REGEX, _anchored(program, item.steps[-1]), cased=True))
    return forms


def _anchored(program: str, placing: str) -> str:
    if placing == "startswith":
        return rf"\A(?:{program})"
    return rf"(?:{program})\z" if placing == "endswith" else program


def _fits_compare(item: Item) -> str:
    return "" if len(item.steps) == 1 and not item.cased else _alone(item)


def _alone(item: Item) -> str:
    others = (*item.steps, *sorted(item.flags & {"cased"}))
    return f"'{'|'.join(others)}' do not go together"


def _compare(item: Item, value: Any) -> Sequence[Form]:
    forms = []
    for each in _site_or_written(item, value):
        number = None if isinstance(each, str) else number_of(each)
        if number is None:
            item.fault("SOC-1116", f"`{item.steps[0]}` needs a number, not {each!r} - remove the quotes")
        else:
            forms.append(Atom(item.field, Op.COMPARE, (item.steps[0], number)))
    return forms


def _fits_part(item: Item) -> str:
    first, *rest = item.steps
    good = first in TIME_PARTS and (not rest or (len(rest) == 1 and rest[0] in COMPARISONS)) and not item.cased
    return "" if good else f"'{'|'.join(item.steps)}': a part of a time comes first, then at most one comparison"


def _part(item: Item, value: Any) -> Sequence[Form]:
    name = item.steps[0]
    low, high = TIME_PARTS[name]
    comparison = item.steps[1] if len(item.steps) > 1 else "eq"
    forms = []
    for each in _site_or_written(item, value):
        if isinstance(each, bool) or not isinstance(each, int) or not low <= each <= high:
            item.fault("SOC-1116", f"`{name}` needs a whole number from {low} to {high}, not {each!r}")
        else:
            forms.append(Atom(item.field, Op.TIME_PART, (name, comparison, each)))
    return forms


def _fits_one(item: Item) -> str:
    return "" if len(item.steps) == 1 and not item.cased else _alone(item)


def _cidr(item: Item, value: Any) -> Sequence[Form]:
    forms = []
    for each in _site_or_written(item, value):
        try:
            forms.append(Atom(item.field, Op.CIDR, (*network(text_of(each)), text_of(each))))
        except NetworkError as error:
            item.fault("SOC-1119", str(error))
    return forms


def _fits_exists(item: Item) -> str:
    return "" if len(item.steps) == 1 and not item.flags else "`exists` takes no other modifier beside it"


def _exists(item: Item, value: Any) -> Sequence[Form]:
    if not isinstance(value, bool) or (item.place.path and isinstance(item.place.path[-1], int)):
        item.fault("SOC-1116", "`exists` needs one boolean: true or false")
        return []
    form: Form = Atom(item.field, Op.EXISTS)
    return [form if value else negation(form)]


def _fits_fieldref(item: Item) -> str:
    others = [name for name in item.steps if name != "fieldref"]
    if len(others) > 1 or any(name not in PLACINGS for name in others):
        return f"`fieldref` takes one of {', '.join(PLACINGS)} beside it, not '{'|'.join(others)}'"
    return ""


def _fieldref(item: Item, value: Any) -> Sequence[Form]:
    placing = next((name for name in item.steps if name in PLACINGS), "equals")
    forms = []
    for each in _site_or_written(item, value):
        other = literal(read(each)) if isinstance(each, str) else None
        if not other:
            item.fault("SOC-1117", f"`fieldref` needs the name of a field without wildcards, not {each!r}")
        else:
            forms.append(Atom(item.field, Op.FIELDREF, (other, placing), item.cased))
    return forms


_KINDS: tuple[tuple[str, Kind, Callable[[Item], str]], ...] = (
    ("exists", _exists, _fits_exists),
    ("re", _re, _fits_re),
    ("fieldref", _fieldref, _fits_fieldref),
    ("cidr", _cidr, _fits_one),
    ("part", _part, _fits_part),
    *((name, _compare, _fits_compare) for name in sorted(COMPARISONS)),
)
