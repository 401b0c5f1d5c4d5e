"""Correlation documents (sigma-engine.md 3.1): what is counted, over which rules, in which window, by which group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from correlator.language.attributes import Attributes, Origin, read_attributes
from correlator.language.condition import (
    MAX_WAYS,
    ConditionError,
    Tree,
    has_negation,
    names_in,
    read_condition,
    ways_of,
)
from correlator.language.problems import Place, nearest
from correlator.language.values import number_of
from soc.alert import RuleCard

MAX_TIMESPAN = timedelta(days=31)
UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952}
KEYS = frozenset({"type", "rules", "group-by", "timespan", "condition", "aliases", "generate", "field"})
OPERATORS = ("gt", "gte", "lt", "lte", "eq", "neq")


class CorrelationType(StrEnum):
    """Sigma 2.1's eight types; the last four are known and not done yet."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"
    VALUE_SUM = "value_sum"
    VALUE_AVG = "value_avg"
    VALUE_PERCENTILE = "value_percentile"
    VALUE_MEDIAN = "value_median"


DONE = frozenset(list(CorrelationType)[:4])
TEMPORAL = frozenset({CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED})

Threshold = tuple[tuple[str, Decimal], ...]
"""Operators that must all hold; () means all rules, for the temporal types."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """`rules`: as written, ids or names. `fields`: what value_count looks at. `tree`: a condition over rule names."""

    attributes: Attributes
    type: CorrelationType
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    timespan: timedelta
    threshold: Threshold
    tree: Tree | None = None
    fields: tuple[str, ...] = ()
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    generate: bool = False

    @property
    def id(self) -> str:
        return self.attributes.card.id

    @property
    def card(self) -> RuleCard:
        return self.attributes.card

    @property
    def condition(self) -> str:
        """In words that a log can hold: `event_count >= 5 in 600 s`."""
        signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "=", "neq": "!="}
        tests = " and ".join(f"{signs[operator]} {number}" for operator, number in self.threshold) or "all rules"
        return f"{self.type} {tests} in {int(self.timespan.total_seconds())} s"


def holds(threshold: Threshold, value: float | Decimal) -> bool:
    """Whether every operator of the condition holds."""
    return all(_OPERATIONS[operator](value, number) for operator, number in threshold)


_OPERATIONS = {
    "gt": lambda value, number: value > number,
    "gte": lambda value, number: value >= number,
    "lt": lambda value, number: value < number,
    "lte": lambda value, number: value <= number,
    "eq": lambda value, number: value == number,
    "neq": lambda value, number: value != number,
}


def read_correlation(
    document: Mapping[str, Any], place: Place, origin: Origin, *, bounded: bool = True
) -> Correlation | None:
    """The correlation, or None with every reason noted. Rules are looked up later, when all are read.
    `bounded` False takes any timespan: what runs over one file keeps nothing for long."""
    attributes = read_attributes(document, place, origin)
    where = place / "correlation"
    section = document.get("correlation")
    if not isinstance(section, dict):
        where.fault("SOC-1107", "correlation must be a map with type, rules, timespan and condition")
        return None
    _check_keys(section, where)
    kind = _type(section, where)
    rules = _names(section, "rules", where, needed=True)
    group_by = _names(section, "group-by", where)
    timespan = _timespan(section, where, bounded=bounded)
    threshold, tree = _condition(section, where, kind, rules)
    fields = _fields(section, where, kind)
    aliases = _aliases(section, where, rules, group_by)
    generate = section.get("generate", document.get("generate", False))
    if not isinstance(generate, bool):
        (where / "generate").fault("SOC-1150", "generate must be true or false")
    if kind is None or timespan is None or not place.clean:
        return None
    return Correlation(
        attributes, kind, rules, group_by, timespan, threshold, tree, fields, aliases, generate=bool(generate)
    )


def _check_keys(section: Mapping[str, Any], place: Place) -> None:
    """A misspelt key would change the meaning without a word; one that is like no other is only told."""
    for key in section.keys() - KEYS:
        hint = nearest(str(key), KEYS)
        if key == "timeframe":
            (place / key).fault("SOC-1150", "`timeframe` is of old rules - write timespan")
        elif hint:
            (place / str(key)).fault("SOC-1150", f"'{key}' is no part of a correlation{hint}")
        else:
            (place / str(key)).warn("SOC-1170", f"'{key}' is no part of a correlation and is not used")


def _type(section: Mapping[str, Any], place: Place) -> CorrelationType | None:
    written = section.get("type")
    where = place / "type" if "type" in section else place
    if not isinstance(written, str) or written not in list(CorrelationType):
        known = ", ".join(CorrelationType)
        where.fault("SOC-1150", f"type '{written}' is none of {known}{nearest(str(written), CorrelationType)}")
        return None
    kind = CorrelationType(written)
    if kind is CorrelationType.VALUE_PERCENTILE and "percentile" not in _part(section, "condition"):
        (place / "condition").fault(
            "SOC-1154", "value_percentile needs `percentile: p`; without it its meaning is open"
        )
    elif kind not in DONE:
        where.unsupported(kind, f"{kind} is not supported yet", code="SOC-1156")
    return kind


def _part(section: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = section.get(key)
    return value if isinstance(value, dict) else {}


def _names(section: Mapping[str, Any], key: str, place: Place, *, needed: bool = False) -> tuple[str, ...]:
    value = section.get(key)
    names = value if isinstance(value, list) else [] if value is None else [value]
    where = place / key if key in section else place
    if needed and not names:
        where.fault("SOC-1151", f"no {key} - name at least one")
    if not all(isinstance(name, str) and name for name in names):
        where.fault("SOC-1150", f"{key} must be a list of names")
        return ()
    return tuple(names)


def _timespan(section: Mapping[str, Any], place: Place, *, bounded: bool) -> timedelta | None:
    if "timespan" not in section:
        if "timeframe" not in section:
            place.fault("SOC-1153", "no timespan - write one number and one unit, like 90m")
        return None
    written, where = section["timespan"], place / "timespan"
    text = written if isinstance(written, str) else ""
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdigit() and unit in UNITS and int(number[:12]) > 0):
        where.fault("SOC-1153", f"timespan '{written}' is not one number and one unit{_minutes(text)}")
        return None
    span = timedelta(seconds=min(int(number[:12]) * UNITS[unit], 10**9))
    if bounded and span > MAX_TIMESPAN:
        where.fault("SOC-1153", f"timespan {text} is over {MAX_TIMESPAN.days} d (correlation.max_timespan)")
        return None
    return span


def _minutes(text: str) -> str:
    """The right spelling of `1h30m`: 90m."""
    seconds, digits = 0, ""
    for char in text:
        if char.isascii() and char.isdigit():
            digits += char
        elif char in UNITS and digits:
            seconds, digits = seconds + int(digits[:9]) * UNITS[char], ""
        else:
            seconds = 0
            break
    if not seconds or digits:
        return " of s, m, h, d, w, M, y - write it like 90m"
    return f" - write {seconds // 60}m" if seconds % 60 == 0 else f" - write {seconds}s"


def _condition(
    section: Mapping[str, Any], place: Place, kind: CorrelationType | None, rules: tuple[str, ...]
) -> tuple[Threshold, Tree | None]:
    written = section.get("condition")
    where = place / "condition" if "condition" in section else place
    if written is None:
        if kind not in TEMPORAL and kind is not None:
            where.fault("SOC-1154", f"{kind} needs a condition like `gte: 5`")
        return (), None
    if isinstance(written, str) and kind in TEMPORAL:
        return (), _rule_condition(written, rules, where, ordered=kind is CorrelationType.TEMPORAL_ORDERED)
    if not isinstance(written, dict):
        where.fault("SOC-1154", "condition must be a map of operators like `gte: 5`")
        return (), None
    return _threshold(written, where), None


def _threshold(written: Mapping[str, Any], where: Place) -> Threshold:
    tests = []
    for key, value in written.items():
        if key in ("field", "percentile"):
            continue
        if key not in OPERATORS:
            (where / str(key)).fault("SOC-1154", f"'{key}' is no operator{nearest(str(key), OPERATORS)}")
            continue
        number = None if isinstance(value, str) else number_of(value)
        if number is None:
            (where / key).fault("SOC-1154", f"`{key}` needs a number, not {value!r}")
        else:
            tests.append((key, number))
    if not tests and where.clean:
        where.fault("SOC-1154", f"no operator - write one of {', '.join(OPERATORS)}")
    return tuple(tests)


def _rule_condition(text: str, rules: tuple[str, ...], where: Place, *, ordered: bool) -> Tree | None:
    tree = read_condition(text, dict.fromkeys(rules), where)
    if tree is None:
        return None
    try:
        _check_absence(tree)
    except ConditionError as error:
        where.unsupported("correlation-absence", str(error), code="SOC-1156")
        return None
    if ordered and len(ways_of(tree)) > MAX_WAYS:
        where.fault("SOC-1154", f"more than {MAX_WAYS} ways to satisfy this condition in order - split it")
    for name in rules:
        if name not in names_in(tree):
            where.warn("SOC-1170", f"the rule '{name}' is not used by the condition")
    return tree


def _check_absence(tree: Tree) -> None:
    if has_negation(tree):
        raise ConditionError("SOC-1156", "absence (`not`) in a correlation condition is not supported yet")


def _fields(section: Mapping[str, Any], place: Place, kind: CorrelationType | None) -> tuple[str, ...]:
    if kind is None or not kind.startswith("value_"):
        return ()
    condition = _part(section, "condition")
    written = condition.get("field", section.get("field"))
    fields = written if isinstance(written, list) else [] if written is None else [written]
    if not fields or not all(isinstance(name, str) and name for name in fields):
        where = place / "condition" if "condition" in section else place
        where.fault("SOC-1154", f"{kind} needs `field:` with the name of a field")
        return ()
    if kind is not CorrelationType.VALUE_COUNT and len(fields) > 1:
        (place / "condition").fault("SOC-1154", f"{kind} takes one field")
    return tuple(fields)


def _aliases(
    section: Mapping[str, Any], place: Place, rules: tuple[str, ...], group_by: tuple[str, ...]
) -> Mapping[str, Mapping[str, str]]:
    written = section.get("aliases")
    where = place / "aliases"
    if written is None:
        return {}
    if not isinstance(written, dict):
        where.fault("SOC-1155", "aliases must be a map of alias -> {rule: field}")
        return {}
    for alias, fields in written.items():
        if not isinstance(fields, dict) or not all(isinstance(name, str) and name for name in fields.values()):
            (where / str(alias)).fault("SOC-1155", f"alias '{alias}' must be a map of rule -> field")
            continue
        for rule in fields:
            if rule not in rules:
                message = f"alias '{alias}' names the rule '{rule}', which is not correlated{nearest(str(rule), rules)}"
                (where / str(alias)).fault("SOC-1155", message)
        if alias not in group_by:
            (where / str(alias)).warn("SOC-1170", f"the alias '{alias}' is not used by group-by")
    return {str(alias): fields for alias, fields in written.items() if isinstance(fields, dict)}
