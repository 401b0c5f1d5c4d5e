"""One KPI of the catalogue file: read, and held against itself (ioc-hub.md 3.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from reports.kpi.definitions import (
    LOCALITY,
    UNIT,
    Dimension,
    Direction,
    Kind,
    Kpi,
    Range,
    RollUp,
    Sensitivity,
    TargetBasis,
)
from reports.kpi.parts import CONTRADICTION, freshness, known, said, words
from reports.wording import Text
from soc.document import Node
from soc.period import PeriodType

NEEDED = (
    *("id", "name_vi", "name_en", "kind", "unit", "formula_vi", "formula_en", "period", "direction", "target"),
    *("target_basis", "thresholds", "range", "decimals", "breakdown", "over_units", "over_time", "sensitivity"),
)
OPTIONAL = (
    *("short_vi", "short_en", "numerator", "denominator", "per", "cumulative", "least_cases", "freshness"),
    *("function", "note_vi", "note_en", "version", "valid_from"),
)
WORDS = frozenset((*NEEDED, *OPTIONAL))
MOST_DECIMALS = 6
HUNDRED, ONE = Decimal(100), Decimal(1)
RATIOS = frozenset({Kind.RATIO, Kind.RATE})
ADDED = frozenset({Kind.COUNT, Kind.AMOUNT, Kind.RATE})
"""A sum of anything else has no meaning: percentages, indices, medians, scores."""

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class KpiReader:
    """What stands around a KPI in its file. `functions` None: not checked."""

    version: str
    valid_from: date | None
    measures: Mapping[str, Text]
    dimensions: Mapping[str, Dimension]
    functions: Collection[str] | None

    def read(self, node: Node, subsystem: str, function: str) -> Kpi | None:
        """None when it is not whole; its faults then say so."""
        before = len(node.faults.found)
        entry = node.only(f"KPI {_name(node)!r}", WORDS, NEEDED)
        if len(node.faults.found) > before and not set(NEEDED) <= set(entry):
            return None
        kpi = self._kpi(entry, subsystem, function)
        if len(node.faults.found) > before:
            return None
        for place, message in contradictions(kpi):
            node.faults.add(entry.get(place, node).line, CONTRADICTION, f"{kpi.id}: {message}")
        return kpi

    def check_function(self, node: Node) -> None:
        if self.functions is not None:
            known(node, "function", self.functions)

    def _kpi(self, entry: Mapping[str, Node], subsystem: str, function: str) -> Kpi:
        if "function" in entry:
            self.check_function(entry["function"])
        breakdown = self._breakdown(entry["breakdown"])
        good, watch = _thresholds(entry["thresholds"])
        kind = _word(entry, "kind", Kind)
        return Kpi(
            id=said(entry, "id"),
            subsystem=subsystem,
            title=words(entry, "name"),
            kind=kind,
            unit=(unit := known(entry["unit"], "unit of measure", self.measures)),
            unit_text=self.measures.get(unit, Text(unit, unit)),
            period=_word(entry, "period", PeriodType),
            direction=_word(entry, "direction", Direction),
            over_units=_word(entry, "over_units", RollUp),
            over_time=_word(entry, "over_time", RollUp),
            function=said(entry, "function", function),
            formula=words(entry, "formula"),
            version=said(entry, "version", self.version),
            breakdown=breakdown,
            dimensions=self._dimensions(breakdown),
            target=None if entry["target"].null else entry["target"].decimal(),
            target_basis=_word(entry, "target_basis", TargetBasis),
            good=good,
            watch=watch,
            numerator=said(entry, "numerator"),
            denominator=said(entry, "denominator"),
            factor=_factor(entry, kind),
            range=_range(entry["range"]),
            decimals=entry["decimals"].number(),
            least_cases=entry["least_cases"].number() if "least_cases" in entry else 0,
            ytd="cumulative" in entry and entry["cumulative"].one_of("cumulative", ("ytd",)) == "ytd",
            sensitivity=_word(entry, "sensitivity", Sensitivity),
            freshness=freshness(entry["freshness"]) if "freshness" in entry else None,
            short=words(entry, "short"),
            note=words(entry, "note"),
            valid_from=entry["valid_from"].day() if "valid_from" in entry else self.valid_from,
        )

    def _breakdown(self, node: Node) -> tuple[str, ...]:
        return tuple(known(one, "dimension", (UNIT, *self.dimensions)) for one in node.nodes())

    def _dimensions(self, breakdown: tuple[str, ...]) -> tuple[str, ...]:
        """By locality alone, the locality is the unit of the figure."""
        own = {UNIT} if UNIT in breakdown else {UNIT, LOCALITY}
        private = {name for name, one in self.dimensions.items() if one.private}
        return tuple(name for name in breakdown if name not in own | private)


def contradictions(kpi: Kpi) -> Iterator[tuple[str, str]]:
    """What a definition says against itself: the word of the file, and the message."""
    yield from _roll_up(kpi)
    yield from _parts(kpi)
    yield from _limits(kpi)
    low, high = kpi.range or (None, None)
    if low is not None and high is not None and low >= high:
        yield "range", f"the range begins at {low} and ends at {high} - swap them"
    if kpi.decimals > MOST_DECIMALS:
        yield "decimals", f"{kpi.decimals} decimals - at most {MOST_DECIMALS}"


def _roll_up(kpi: Kpi) -> Iterator[tuple[str, str]]:
    if kpi.over_units in (RollUp.LAST, RollUp.MEAN):
        yield "over_units", f"units are not rolled up by '{kpi.over_units}' - use sum, ratio_of_sums or none"
    for place, rule in (("over_units", kpi.over_units), ("over_time", kpi.over_time)):
        if rule in (RollUp.SUM, RollUp.MEAN) and kpi.kind not in ADDED:
            yield place, f"a {rule} over figures of kind {kpi.kind} has no meaning - use ratio_of_sums, last or none"
        if rule is RollUp.RATIO_OF_SUMS and kpi.kind not in RATIOS:
            yield place, f"{kpi.kind} has no parts - ratio_of_sums is for ratio and rate"


def _parts(kpi: Kpi) -> Iterator[tuple[str, str]]:
    if kpi.needs_parts and not (kpi.numerator and kpi.denominator):
        yield "over_units", "ratio_of_sums needs numerator and denominator - name both"
    elif bool(kpi.numerator) != bool(kpi.denominator):
        yield "numerator", "one part without the other - name both or none"
    elif kpi.numerator and kpi.numerator == kpi.denominator:
        yield "numerator", "numerator and denominator are the same - one of them is wrong"
    if kpi.needs_parts and kpi.kind is Kind.RATE and kpi.factor is None:
        yield "kind", "a rate needs `per` - 10000 of '10,000 people', 1 of 'each'"
    if kpi.factor is not None and kpi.factor <= 0:
        yield "per", "`per` must be above 0"


def _limits(kpi: Kpi) -> Iterator[tuple[str, str]]:
    good, watch = kpi.good, kpi.watch
    if good is None or watch is None:
        return
    if kpi.direction is Direction.NEUTRAL:
        yield "thresholds", "a neutral KPI gets no colour - write null, or give it a direction"
    if (kpi.direction is Direction.HIGHER and good < watch) or (kpi.direction is Direction.LOWER and good > watch):
        yield "thresholds", f"good {good} is worse than watch {watch} where {kpi.direction} is better - swap them"
    for name, limit in (("good", good), ("watch", watch)):
        if limit != kpi.rounded(limit):
            yield "decimals", f"{name} {limit} has more decimals than are shown, so it is never met - show more"
        if not _within(limit, kpi.range):
            yield "thresholds", f"{name} {limit} lies outside the range"
    if kpi.target is not None and not _within(kpi.target, kpi.range):
        yield "target", f"the target {kpi.target} lies outside the range"


def _within(value: Decimal, span: Range | None) -> bool:
    low, high = span or (None, None)
    return (low is None or low <= value) and (high is None or value <= high)


def _word(entry: Mapping[str, Node], name: str, choices: type[E]) -> E:
    """A member; the first one when there is none of that name, beside the fault."""
    text = entry[name].one_of(name, list(choices))
    return choices(text) if text in set(choices) else next(iter(choices))


def _thresholds(node: Node) -> tuple[Decimal | None, Decimal | None]:
    if node.null:
        return None, None
    entry = node.only("thresholds", frozenset({"good", "watch"}), ("good", "watch"))
    return tuple(entry[name].decimal() if name in entry else None for name in ("good", "watch"))  # type: ignore[return-value]  # two names, two values


def _range(node: Node) -> Range | None:
    if node.null:
        return None
    ends = [None if one.null else one.decimal() for one in node.nodes()]
    if len(ends) != 2:
        node.wrong("two ends such as [0, 100] or [0, null]")
        return None
    return ends[0], ends[1]


def _factor(entry: Mapping[str, Node], kind: Kind) -> Decimal | None:
    if "per" in entry:
        return entry["per"].decimal()
    return HUNDRED if kind is Kind.RATIO and "numerator" in entry else None


def _name(node: Node) -> str:
    entry = node.value if isinstance(node.value, dict) else {}
    return entry["id"].text() if "id" in entry else "?"
