"""The data of the checks (`checks.yml`): what is a jump, until when to confirm, until when to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from soc.calendar import ZONE, Calendar
from soc.period import PeriodType


@dataclass(frozen=True, slots=True)
class JumpRule:
    """Held when both are passed: `z` spreads from the median, and `change` of it."""

    periods: int = 8
    z: Decimal = Decimal(4)
    change: Decimal = Decimal("0.20")
    floor: Decimal = Decimal("0.01")
    types_off: frozenset[PeriodType] = frozenset({PeriodType.REALTIME})
    kpis_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckRules:
    """`confirm_hour`: of the next working day. `answer_days`: working days."""

    jump: JumpRule = field(default_factory=JumpRule)
    confirm_hour: int = 10
    answer_days: int = 5
    skew: timedelta = timedelta(minutes=10)

    def confirm_before(self, now: datetime, calendar: Calendar) -> datetime:
        """Until when the unit confirms or corrects a held value."""
        return _on_working_day(now, 1, time(self.confirm_hour), calendar)

    def answer_before(self, now: datetime, calendar: Calendar) -> datetime:
        """Until when a finding wants its answer: the end of the last of so many working days."""
        return _on_working_day(now, self.answer_days, time(17), calendar)


@cache
def shipped() -> CheckRules:
    text = (files("reports.kpi") / "checks.yml").read_text("utf-8")
    return rules_of(yaml.load(text, Loader=yaml.CSafeLoader))


def rules_of(document: Mapping[str, Any]) -> CheckRules:
    """The rules of one parsed data file."""
    jump = document["jump"]
    return CheckRules(
        JumpRule(
            periods=jump["periods"],
            z=Decimal(str(jump["z"])),
            change=Decimal(str(jump["change"])),
            floor=Decimal(str(jump["floor"])),
            types_off=frozenset(PeriodType(one) for one in jump["types_off"]),
            kpis_off=frozenset(jump["kpis_off"]),
        ),
        confirm_hour=document["confirm_before"]["hour"],
        answer_days=document["answer_within_days"],
        skew=timedelta(minutes=document["clock_skew_minutes"]),
    )


def _on_working_day(now: datetime, days: int, hour: time, calendar: Calendar) -> datetime:
    day = now.astimezone(ZONE).date()
    left = days
    for _ in range(366):
        day += timedelta(days=1)
        left -= calendar.is_worked(day)
        if left <= 0:
            break
    return datetime.combine(day, hour, ZONE)
