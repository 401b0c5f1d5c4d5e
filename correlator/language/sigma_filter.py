"""Sigma filters: conditions that are ANDed to other rules, as written (sigma-engine.md 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from correlator.language.attributes import Attributes, Origin, read_attributes, read_logsource
from correlator.language.condition import has_negation
from correlator.language.detection import Detection, read_detection
from correlator.language.placeholders import SiteValues
from correlator.language.problems import Place
from soc.logsource import LogSource

ANY = "any"
PROVINCE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Filter:
    """`rules`: ids or names, () for any. `logsource` None: only for correlations, which have none."""

    attributes: Attributes
    logsource: LogSource | None
    rules: tuple[str, ...]
    detection: Detection
    expires: date | None
    owner: str
    reason: str
    units: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.attributes.card.id

    def names(self, keys: tuple[str, ...]) -> bool:
        return not self.rules or any(key in self.rules for key in keys)

    def holds_at(self, now: datetime, zone: tzinfo = PROVINCE) -> bool:
        """It ends at 24:00 local time of its last day; without a day it is permanent."""
        if self.expires is None:
            return True
        return now < datetime.combine(self.expires + timedelta(days=1), time(), zone)


def read_filter(document: Mapping[str, Any], place: Place, origin: Origin, site: SiteValues) -> Filter | None:
    """The filter, or None with every reason noted."""
    attributes = read_attributes(document, place, origin)
    logsource = read_logsource(document, place) if "logsource" in document else None
    section = document.get("filter")
    where = place / "filter"
    if not isinstance(section, dict):
        where.fault("SOC-1107", "filter must be a map with rules, selections and a condition")
        return None
    rules = _rules(section, where)
    detection = read_detection(section, where, site, apart=("rules",))
    expires = _day(document, place)
    if detection is None or rules is None or not place.clean:
        return None
    if not has_negation(detection.tree):
        (where / "condition").warn("SOC-1173", "no `not` in this filter - it keeps only what it selects")
    return Filter(
        attributes,
        logsource,
        rules,
        detection,
        expires,
        owner=str(document.get("owner") or ""),
        reason=str(document.get("reason") or ""),
        units=tuple(str(unit) for unit in _listed(document.get("units"))),
    )


def _rules(section: Mapping[str, Any], place: Place) -> tuple[str, ...] | None:
    written = section.get("rules")
    if written == ANY:
        return ()
    names = _listed(written)
    if not names or not all(isinstance(name, str) and name for name in names):
        where = place / "rules" if "rules" in section else place
        where.fault("SOC-1160", "a filter names its rules - write ids or names, or `any`")
        return None
    return () if names == [ANY] else tuple(names)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _day(document: Mapping[str, Any], place: Place) -> date | None:
    written = document.get("expires")
    if written is None:
        return None
    try:
        return date.fromisoformat(str(written).replace("/", "-"))
    except ValueError:
        (place / "expires").fault("SOC-1161", f"expires '{written}' is no date - write it like 2026-12-31")
        return None
