"""Reports of this site, for the commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from soc.errors import SourceError

if TYPE_CHECKING:
    from reports.monthly.figures import Book
    from reports.monthly.model import Report
    from reports.monthly.package import Package
    from reports.monthly.verify import Found


def made(kind: str, period: str, calendar: str, as_of: str) -> tuple[Report, Book]:
    """The report of one month."""
    from reports.monthly.making import known_at, make, month
    from reports.monthly.office import office
    from soc.calendar import ZONE
    from soc.period import Reporting
    from socctl import wiring

    place = wiring.site()
    found = wiring.province(place)
    profile = found.profile if found else None
    default = profile.default_reporting if profile else Reporting.ADMIN
    if calendar and calendar not in set(Reporting):
        raise SourceError(f"--calendar {calendar}: there are {', '.join(Reporting)}", code="SOC-1905")
    reporting = Reporting(calendar) if calendar else default
    now = place.clock.now()
    chosen = month(period, reporting, now.astimezone(ZONE))
    at = known_at(as_of, chosen, now)
    opened = wiring.state(place)
    try:
        tree = wiring.units(opened)
        organisation = found.organisation if found else None
        head = office(place.settings.report, tree, chosen.end, profile=profile, organisation=organisation)
        return make(opened, tree, head, chosen, reporting, at, kind)
    finally:
        opened.close()


def checked(package: Package) -> Iterator[Found]:
    """What became of every figure of a package."""
    from reports.monthly.queries import Source
    from reports.monthly.registry import reader
    from reports.monthly.verify import Readings, verdicts
    from soc.access import SYSTEM
    from socctl import wiring

    place = wiring.site()
    now, opened = place.clock.now(), wiring.state(place)
    try:
        with opened.read() as tx:
            source = Source(tx, SYSTEM, tx.units.tree(), opened.limits)
            yield from verdicts(package, Readings.of(reader(source), now, tx.accounting.first(SYSTEM)))
    finally:
        opened.close()
