"""What the pages of quality read: one month, over the viewer's units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.services import Services
from reports.kpi.board import View
from reports.kpi.contributing import Behind, QualityBoard, behind, contributions, quality_board
from reports.kpi.foresight import Foresight, foresight
from reports.kpi.period_words import period_words
from reports.kpi.quality import Ranked, Score
from reports.kpi.reorganised import Units
from reports.kpi.world import World
from soc.access import Right
from soc.calendar import ZONE
from soc.errors import NotFound
from soc.period import Period, PeriodType, period_of, previous
from soc.sheet import lines

MONTHS = 13
"""How far back a month may be chosen."""

HEAD = (
    *("don_vi", "ma_don_vi", "loai", "phai_gui", "da_gui", "dung_han", "dieu_chinh", "van_de_mo", "van_de_tra_loi"),
    *("dung", "du", "sach", "song", "chi_so_trung_thuc", "cach_gui", "hang", "tren_so", "ly_do"),
)
METHOD_WORDS = {"automatic": "tự động", "file": "tệp", "form": "biểu mẫu", "": ""}


@dataclass(frozen=True, slots=True)
class Month:
    """One that can be chosen. `value`: its first day, as the address has it."""

    period: Period
    value: str
    words: str


def world_of(services: Services) -> World:
    """Raises Refused (503) where this system keeps no figures."""
    if services.world is None:
        raise Refused("this system has no catalogue of figures", code="SOC-1954", status=503)
    return services.world


def months(services: Services, language: str) -> tuple[Month, ...]:
    """The running one first."""
    world = world_of(services)
    reporting = world.profile.default_reporting
    found = [period_of(PeriodType.MONTH, _today(services), reporting)]
    while len(found) < MONTHS:
        found.append(previous(found[-1], reporting))
    return tuple(Month(one, one.start.isoformat(), period_words(one, reporting).of(language)) for one in found)


def chosen(known: tuple[Month, ...], asked: str) -> Month:
    """The one asked for, else the last that is over. Raises NotFound for one that cannot be chosen."""
    if not asked:
        return known[1]
    found = next((one for one in known if one.value == asked), None)
    if found is None:
        raise NotFound
    return found


def board(services: Services, viewer: Viewer, month: Period) -> QualityBoard:
    with services.state.read() as tx:
        return quality_board(tx, world_of(services), _view(services, viewer), month)


def table(services: Services, viewer: Viewer, month: Period, subsystem: str) -> tuple[Ranked, ...]:
    """Raises NotFound for a subsystem that the profile has not."""
    world = world_of(services)
    _known(world, subsystem)
    with services.state.read() as tx:
        return contributions(tx, world, _view(services, viewer), month, subsystem)


def opened(services: Services, viewer: Viewer, month: Period, unit: str, subsystem: str) -> Behind:
    """What the scores of a unit were counted from. Raises NotFound outside the scope."""
    world = world_of(services)
    _known(world, subsystem)
    if not viewer.scope(Right.READ_TILES).sees(unit) or world.units.get(unit) is None:
        raise NotFound
    with services.state.read() as tx:
        return behind(tx, world, _view(services, viewer), month, unit, subsystem)


def expected(services: Services, viewer: Viewer, kpi: str, unit: str, units: Units) -> Foresight:
    """A KPI's past and forecast, at the unit asked for, else at the province for those who see it, else at the top of
    what they see. Raises NotFound."""
    world, scope = world_of(services), viewer.scope(Right.READ_TILES)
    found = world.catalogue.kpis.get(kpi)
    province = world.organisation.province
    level = unit or (province if scope.sees(province) else min(scope.units or {""}))
    if found is None or world.units.get(level) is None or not scope.sees(level):
        raise NotFound
    owned = viewer.scope(Right.ENTER_FIGURES).units or frozenset()
    with services.state.read() as tx:
        return foresight(tx, world, View(scope, services.clock.now(), level, owned=owned), found, units=units)


def ranks(viewer: Viewer) -> bool:
    """Whether the viewer sees everybody a rank is among; a rank among some of them would be wrong."""
    return viewer.scope(Right.READ_TILES).units is None


def sheet(services: Services, viewer: Viewer, month: Period, subsystem: str) -> str:
    """The table as CSV, for proposals of rewards; no cell begins a formula."""
    world, told = world_of(services), ranks(viewer)
    rows = (_row(world, one, told=told) for one in table(services, viewer, month, subsystem))
    return "".join(lines(HEAD, rows))


def _row(world: World, one: Ranked, *, told: bool) -> Iterator[object]:
    given, unit = one.contribution, world.units.get(one.contribution.unit)
    yield from (unit.name_vi if unit else given.unit, given.unit, given.kind)
    yield from (given.tally.owed, given.tally.given, given.in_time, given.restated, given.opened, given.answered)
    yield from (one.scores.all[score] for score in Score)
    yield from (one.scores.honesty, METHOD_WORDS[given.method or ""])
    yield from (one.rank, one.among) if told and one.rank is not None else (None, None)
    yield one.reason.vi


def _known(world: World, subsystem: str) -> None:
    if subsystem and subsystem not in world.profile.subsystems:
        raise NotFound


def _view(services: Services, viewer: Viewer) -> View:
    return View(viewer.scope(Right.READ_TILES), services.clock.now())


def _today(services: Services) -> date:
    return services.clock.now().astimezone(ZONE).date()
