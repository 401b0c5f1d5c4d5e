"""Definitions for tests of figures; each builder fills in what a test does not care about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from reports.kpi.definitions import Direction, Kind, Kpi, RollUp
from reports.wording import Text
from soc.organisation import Organisation
from soc.period import Period, PeriodType, Reporting, period_of
from soc.unit import Unit, UnitTree

D = Decimal


def a_kpi(name: str = "task_overdue_open", **fields: Any) -> Kpi:
    """A count that is summed."""
    values: dict[str, Any] = {
        "subsystem": "documents_tasks",
        "title": Text("Nhiệm vụ quá hạn", "Overdue tasks"),
        "kind": Kind.COUNT,
        "unit": "task",
        "unit_text": Text("nhiệm vụ", "tasks"),
        "period": PeriodType.MONTH,
        "direction": Direction.LOWER,
        "over_units": RollUp.SUM,
        "over_time": RollUp.SUM,
        "function": "documents_tasks",
        "formula": Text("đếm", "count"),
        "version": "2026.1",
        "breakdown": ("unit",),
    }
    return Kpi(name, **values | fields)


def a_share(name: str = "task_done_on_time_rate", **fields: Any) -> Kpi:
    """A ratio of sums, green from 98, yellow from 90."""
    values: dict[str, Any] = {
        "kind": Kind.RATIO,
        "unit": "percent",
        "unit_text": Text("%", "%"),
        "direction": Direction.HIGHER,
        "over_units": RollUp.RATIO_OF_SUMS,
        "over_time": RollUp.RATIO_OF_SUMS,
        "factor": D(100),
        "numerator": "on_time",
        "denominator": "due",
        "good": D(98),
        "watch": D(90),
        "decimals": 1,
    }
    return a_kpi(name, **values | fields)


def month(year: int, number: int) -> Period:
    """Of the calendar."""
    return period_of(PeriodType.MONTH, date(year, number, 1), Reporting.CALENDAR)


def an_organisation(*units: Unit, **fields: Any) -> Organisation:
    return Organisation(UnitTree(units), **fields)
