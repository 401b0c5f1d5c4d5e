"""kpi-contract/1: what a batch and its observations are made of (ioc-hub.md 4.1, 4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from reports.kpi.definitions import Sensitivity
from reports.kpi.faults import ItemFault
from reports.kpi.fields import (
    Field,
    LocalDay,
    Moment,
    Names,
    Number,
    OneOf,
    Shape,
    Texts,
    Whole,
    Words,
)
from reports.wording import Text
from soc.errors import SocError
from soc.observation import Cumulative, Dimensions, Status
from soc.period import Period, PeriodType

SCHEMA = "kpi-contract/1"
MOST_BYTES = 2 * 1024 * 1024
MOST_ITEMS = 1_000
DEEPEST = 12
MOST_DIMENSIONS = 6
MOST_UNKNOWN = 20

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@+/-]{0,199}")
SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")
ULID_OR_UUID = re.compile(
    r"[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
)


class Method(StrEnum):
    """How a figure came to be."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    FILE = "file"


class ReasonCode(StrEnum):
    """Why a figure was restated (ioc-hub.md 8)."""

    LATE_INPUT = "late_input"
    ERROR_FIXED = "error_fixed"
    DEFINITION_CHANGED = "definition_changed"
    UNIT_REORGANISED = "unit_reorganised"
    STATUS_PROMOTED = "status_promoted"


PERIOD_FORMAT = "KPI-E-PERIOD-FORMAT"
PERIOD = Shape(
    (
        Field("type", OneOf(PeriodType, PERIOD_FORMAT), required=True),
        Field("start", LocalDay()),
        Field("end", LocalDay()),
        Field("at", Moment(PERIOD_FORMAT)),
        Field("label", Words(40)),
    )
)
RESPONSIBLE = Shape((Field("function", Words(200)), Field("unit_id", Words(200)), Field("person_ref", Words(200))))
PROVENANCE = Shape(
    (
        Field("method", OneOf(Method)),
        *(Field(name, Words(200)) for name in ("source_system", "source_query", "pipeline_version", "inputs_digest")),
        Field("extracted_at", Moment(), raw=True),
        Field("approved_by", Words(200)),
        Field("approved_at", Moment(), raw=True),
        Field("origin", Texts(3)),
    )
)
QUALITY = Shape((Field("checks_passed", Whole()), Field("flags", Texts())))
FRESHNESS = Shape(
    (Field("due_at", Moment(), raw=True), Field("grace", Words(40)), Field("valid_until", Moment(), raw=True))
)
MARKING = Shape((Field("tlp", Words(40)), Field("circulation", Words(200))))
RESTATEMENT = Shape(
    (
        Field("reason_code", OneOf(ReasonCode), required=True),
        Field("reason_vi", Words(), required=True),
        Field("approved_by", Words(200)),
    )
)
FORECAST = Shape(
    (
        Field("method", Words(40), required=True),
        *(Field(name, Number(), raw=True) for name in ("low", "high", "error", "error_share")),
        *(Field(name, Whole(1_000)) for name in ("held", "of")),
    )
)
NOTES = {
    "responsible": RESPONSIBLE,
    "provenance": PROVENANCE,
    "quality": QUALITY,
    "freshness": FRESHNESS,
    "marking": MARKING,
    "forecast": FORECAST,
}
OBSERVATION = Shape(
    (
        Field("observation_id", Words(200, ID), required=True),
        Field("kpi_id", Words(80, SLUG), required=True),
        Field("definition_version", Words(40)),
        Field("unit_id", Words(80, SLUG), required=True),
        Field("dimensions", Names(MOST_DIMENSIONS, SLUG, "KPI-E-DIMENSION")),
        Field("period", PERIOD, required=True),
        Field("cumulative", OneOf(Cumulative)),
        Field("value", Number()),
        Field("numerator", Number(whole=True)),
        Field("denominator", Number(whole=True)),
        Field("status", OneOf(Status), required=True),
        Field("revision", Whole(100_000), required=True),
        Field("supersedes", Words(200, ID)),
        Field("restatement", RESTATEMENT),
        Field("reason", Words()),
        Field("sensitivity", OneOf(Sensitivity)),
        *(Field(name, shape) for name, shape in NOTES.items()),
        Field("external_codes", Names()),
    )
)
SENDER = Shape(
    (Field("system", Words(80, ID), required=True), Field("unit_id", Words(80)), Field("contact", Words(200)))
)
GATEWAY = Shape((Field("via", Words(200)), Field("trace_id", Words(200))))


class BatchRefused(SocError):
    """The envelope cannot be used: the whole batch is refused, with an HTTP status."""

    def __init__(self, message: str, *, status: int = 400, code: str = "SOC-1950") -> None:
        super().__init__(message, code=code)
        self.status = status


@dataclass(slots=True)
class Draft:
    """An item as far as it could be read. The checks add their faults to it."""

    index: int
    id: str | None = None
    kpi: str | None = None
    definition: str | None = None
    unit: str | None = None
    dimensions: Dimensions | None = ()
    period: Period | None = None
    label: str | None = None
    cumulative: Cumulative | None = Cumulative.NONE
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: Status | None = None
    revision: int | None = None
    supersedes: str | None = None
    restatement: Mapping[str, Any] | None = None
    reason: str = ""
    sensitivity: Sensitivity | None = None
    note: dict[str, Any] = field(default_factory=dict)
    origin: tuple[str, ...] = ()
    method: Method = Method.AUTOMATIC
    texts: tuple[str, ...] = ()
    faults: list[ItemFault] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        return any(fault.code.startswith("KPI-E-") for fault in self.faults)

    def add(self, code: str, where: str, vi: str, en: str, *, retry: bool = False) -> None:
        """`where`: path within the item, such as '/value'."""
        self.faults.append(ItemFault(code, f"/observations/{self.index}{where}", Text(vi, en), retry))

    def has(self, code: str, where: str = "") -> bool:
        """Whether that was said already, of that place."""
        return any(fault.code == code and fault.pointer.endswith(where) for fault in self.faults)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch whose envelope is in order. `content`: the same for every writing of the same JSON."""

    id: str
    sent_at: datetime
    system: str
    unit: str
    contact: str
    gateway: Mapping[str, Any]
    content: str
    drafts: tuple[Draft, ...]
    unknown: tuple[str, ...] = ()
