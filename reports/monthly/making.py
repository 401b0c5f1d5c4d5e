"""One report from one snapshot of the state store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from reports.monthly import monthly
from reports.monthly.figures import Book
from reports.monthly.model import Report
from reports.monthly.office import Office
from reports.monthly.queries import Source
from soc.access import SYSTEM
from soc.errors import SocError
from soc.period import Period, PeriodType, Reporting, period_of, previous
from soc.state.store import State
from soc.unit import UnitTree

MONTH_LENGTH = 7
RUNNING = "kỳ báo cáo chưa kết thúc"


class PeriodError(SocError):
    """A period that cannot be reported on."""


def make(
    state: State,
    tree: UnitTree,
    office: Office,
    period: Period,
    reporting: Reporting,
    as_of: datetime,
    kind: str = monthly.MONTHLY,
) -> tuple[Report, Book]:
    """The whole province. A report about a period that was not over at `as_of` says so on page one."""
    if as_of <= period.begins:
        raise PeriodError(f"the period from {period.start} had not begun at {as_of:%Y-%m-%d %H:%M}Z", code="SOC-1905")

    def name(unit: str) -> str:
        found = tree.get(unit)
        return found.label if found else unit

    with state.read() as tx:
        source = Source(tx, SYSTEM, tree, state.limits)
        report, book = monthly.compose(source, period, reporting, as_of.astimezone(UTC), office, name, kind)
    if as_of < period.over:
        report = monthly.with_banner(replace(report, incomplete=(*report.incomplete, RUNNING)))
    return report, book


def month(text: str, reporting: Reporting, now: datetime) -> Period:
    """'2026-10'; empty: the last month that is over. Raises PeriodError."""
    if not text:
        return previous(period_of(PeriodType.MONTH, now.date(), reporting), reporting)
    try:
        if len(text) != MONTH_LENGTH:
            raise ValueError
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise PeriodError(f"--period {text}: no month - write it as 2026-10", code="SOC-1905") from None
    # The first day of a month lies in the administrative month of its name, which ends on the 14th.
    return period_of(PeriodType.MONTH, first, reporting)


def known_at(text: str, period: Period, now: datetime) -> datetime:
    """When figures are read: as said, else the cut-off of the period, never later than now. Raises PeriodError."""
    if not text:
        return min(monthly.cut_off(period), now)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise PeriodError(f"--as-of {text}: no time - write it as 2026-11-15T01:00Z", code="SOC-1905") from None
    if at.tzinfo is None:
        raise PeriodError(f"--as-of {text}: say the zone, as in {text}+07:00", code="SOC-1905")
    if at > now:
        raise PeriodError(f"--as-of {text} lies in the future", code="SOC-1905")
    return at
