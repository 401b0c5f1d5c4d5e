"""What a figure is: the definitions of the catalogue as values (ioc-hub.md 2, 3.1). Reading them is `catalogue.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from reports.wording import EMPTY, Text
from soc.period import PeriodType

UNIT = "unit"
LOCALITY = "locality"
UNKNOWN = "unknown"
"""The value that closes every breakdown: "Chưa xác định"."""

Range = tuple[Decimal | None, Decimal | None]


class Kind(StrEnum):
    """RATIO: 100 x numerator / denominator; RATE: `per` instead of 100."""

    RATIO = "ratio"
    COUNT = "count"
    AMOUNT = "amount"
    INDEX = "index"
    DURATION = "duration"
    SCORE = "score"
    RATE = "rate"


class Direction(StrEnum):
    """Which way is better; NEUTRAL gets no colour."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class RollUp(StrEnum):
    """How parts make a whole. NONE: they never do."""

    SUM = "sum"
    RATIO_OF_SUMS = "ratio_of_sums"
    LAST = "last"
    MEAN = "mean"
    NONE = "none"


class TargetBasis(StrEnum):
    """Whose target. RECALLED: from memory, never printed in an issued report before a person confirms it."""

    READ = "read"
    RECALLED = "recalled"
    PLAN = "plan"
    PROPOSED = "proposed"


class Sensitivity(StrEnum):
    """Who may see it, the widest first."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


class Axis(StrEnum):
    """Whose id stands in `unit_id` of a figure (3.1, rule 8)."""

    UNIT = "unit"
    LOCALITY = "locality"
    PROVINCE = "province"


class Connector(StrEnum):
    """How figures come."""

    PUSH = "push"
    PULL = "pull"
    FILE = "file"
    FORM = "form"
    SQL = "sql"
    INTERNAL = "internal"


class Source(StrEnum):
    """Where the values of a dimension stand: in the catalogue, or they are ids of units or subsystems."""

    LISTED = "listed"
    UNITS = "units"
    SUBSYSTEMS = "subsystems"


@dataclass(frozen=True, slots=True)
class FreshnessRule:
    """When the next figure is due; None: the next wider rule says (KPI, subsystem, table of the period).

    `due_by`: the hour of working days. `max_age`: since the last figure or the period's end. `working_days`: after the
    period's end. `grace`, or `grace_days` of work: before it is late.
    """

    due_by: time | None = None
    max_age: timedelta | None = None
    working_days: int | None = None
    grace: timedelta | None = None
    grace_days: int | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the catalogue. `good`, `watch`: compared with the value as shown; None: no colour. `over_units` is
    never LAST or MEAN. `factor`: None where there are no parts. `dimensions`: of the breakdown, what an observation may
    name. `least_cases`: no colour over a smaller denominator. `short`: the title of its tile."""

    id: str
    subsystem: str
    title: Text
    kind: Kind
    unit: str
    unit_text: Text
    period: PeriodType
    direction: Direction
    over_units: RollUp
    over_time: RollUp
    function: str
    formula: Text
    version: str
    breakdown: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    target: Decimal | None = None
    target_basis: TargetBasis = TargetBasis.PROPOSED
    good: Decimal | None = None
    watch: Decimal | None = None
    numerator: str = ""
    denominator: str = ""
    factor: Decimal | None = None
    range: Range | None = None
    decimals: int = 0
    least_cases: int = 0
    ytd: bool = False
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    freshness: FreshnessRule | None = None
    short: Text = EMPTY
    note: Text = EMPTY
    valid_from: date | None = None

    @property
    def needs_parts(self) -> bool:
        """Whether numerator and denominator are obligatory."""
        return RollUp.RATIO_OF_SUMS in (self.over_units, self.over_time)

    @property
    def adds_up(self) -> bool:
        """Whether figures of units, and of the values of a breakdown, make a whole."""
        return self.over_units is not RollUp.NONE

    @property
    def sums_over_time(self) -> bool:
        """Whether the periods of a year make its year to date."""
        return self.over_time in (RollUp.SUM, RollUp.RATIO_OF_SUMS)

    @property
    def axis(self) -> Axis:
        if UNIT in self.breakdown:
            return Axis.UNIT
        return Axis.LOCALITY if LOCALITY in self.breakdown else Axis.PROVINCE

    @property
    def coloured(self) -> bool:
        return self.direction is not Direction.NEUTRAL and self.good is not None and self.watch is not None

    @property
    def label(self) -> Text:
        """For tiles and narrow columns."""
        return self.short if self.short != EMPTY else self.title

    def rounded(self, value: Decimal) -> Decimal:
        """As it is shown, halves away from zero; thresholds are compared with this."""
        return value.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Headline:
    """A default tile of a subsystem: a KPI, perhaps of one value of a dimension with a title and limits of its own."""

    kpi: str
    dimensions: tuple[tuple[str, str], ...] = ()
    title: Text = EMPTY
    good: Decimal | None = None
    watch: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Subsystem:
    """A sector's figures in the order of its page. `function`: who answers for it. `sources`: what usually sends."""

    id: str
    title: Text
    function: str
    kpis: tuple[Kpi, ...]
    headlines: tuple[Headline, ...] = ()
    freshness: FreshnessRule = FreshnessRule()
    connectors: tuple[Connector, ...] = ()
    sources: str = ""

    @property
    def headline_ids(self) -> tuple[str, ...]:
        return tuple(headline.kpi for headline in self.headlines)

    @property
    def internal(self) -> bool:
        """Whether this system makes the figures itself."""
        return Connector.INTERNAL in self.connectors


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to break a figure down. `values`: slugs with their words; of units and subsystems only what closes the
    breakdown. `private`: never leaves its owner."""

    id: str
    title: Text
    values: Mapping[str, Text] = field(default_factory=dict)
    source: Source = Source.LISTED
    private: bool = False

    @property
    def listed(self) -> bool:
        """Whether `values` is all there is."""
        return self.source is Source.LISTED and not self.private


@dataclass(frozen=True, slots=True)
class KpiCatalogue:
    """Everything that can be a figure here. `table`: when a period's figure is due where no rule says otherwise."""

    version: str
    valid_from: date | None
    subsystems: Mapping[str, Subsystem]
    kpis: Mapping[str, Kpi]
    dimensions: Mapping[str, Dimension]
    measures: Mapping[str, Text]
    table: Mapping[PeriodType, FreshnessRule]
    digest: str = ""

    def dimensions_of(self, kpi: Kpi) -> tuple[str, ...]:
        """What an observation of it may be broken down by."""
        return kpi.dimensions

    def is_value(self, name: str, value: str) -> bool:
        """Whether that is a listed value; ids of units are to be asked of the organisation."""
        dimension = self.dimensions.get(name)
        if dimension is None:
            return False
        return value in dimension.values or (dimension.source is Source.SUBSYSTEMS and value in self.subsystems)
