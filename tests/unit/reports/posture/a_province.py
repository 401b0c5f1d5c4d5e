"""A small province in a real state store, for tests of what is read, kept and shown."""

from __future__ import annotations

from datetime import date, timedelta

from soc.access import SYSTEM
from soc.calendar import ZONE
from soc.register import System
from soc.state.accounting import Count, Fate
from soc.state.source_table import Source
from soc.state.store import State
from soc.state.tables.sources import SourceClass, SourceState
from soc.unit import Unit, UnitTree
from tests.builders import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGAN = NOON - 40 * DAY
FINANCE, HEALTH, COMMUNE = "so-tai-chinh", "so-y-te", "xa-a"
UNITS = UnitTree([
    Unit("tinh", "Ủy ban nhân dân tỉnh", kind="people_committee", valid_from=date(2020, 1, 1)),
    Unit(FINANCE, "Sở Tài chính", kind="department", parent="tinh", valid_from=date(2020, 1, 1)),
    Unit(HEALTH, "Sở Y tế", kind="department", parent="tinh", valid_from=date(2020, 1, 1)),
    Unit(COMMUNE, "Xã A", kind="commune", parent="tinh", valid_from=date(2020, 1, 1)),
])  # fmt: skip
WATCHED = {"fw-tc": FINANCE, "fw-yt": HEALTH, "fw-a": COMMUNE}


def a_province(state: State, *, silent: dict[str, int] | None = None) -> None:
    """Three sources of three units, heard every hour for forty days; `silent`: not in the last so many hours. Two
    systems, of which one owes its source."""
    quiet = silent or {}
    with state.write() as tx:
        for name, unit in WATCHED.items():
            active = Source(name, name, BEGAN, unit, kind=SourceClass.FIREWALL, state=SourceState.ACTIVE)
            tx.sources.add(active)
            tx.accounting.note(heard(name, unit, until=quiet.get(name, 0)))
        tx.systems.add(a_system_of(FINANCE, "ht-tc", level=3))
        tx.systems.add(a_system_of(HEALTH, "ht-yt", level=4))
        owed_since = BEGAN.astimezone(ZONE).date() + DAY
        tx.systems.expect(a_system_of(FINANCE, "ht-tc"), "fw-tc", since=owed_since, by="an", at=BEGAN)
        assert len(tx.systems.expected(SYSTEM)) == 1


def heard(name: str, unit: str, *, until: int = 0, hours: int = 960) -> list[Count]:
    return [Count(name, NOON - back * HOUR, Fate.HEARD, 2, unit=unit) for back in range(until + 1, hours)]


def a_system_of(unit: str, name: str, *, level: int = 3) -> System:
    return System(name, name, unit, BEGAN, level=level)
