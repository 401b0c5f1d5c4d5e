"""From the state to the eight tiles: what is read, by whom, and what each sentence says."""

from __future__ import annotations

from datetime import datetime, timedelta

from reports import snapshot, soc_figures
from reports.catalogue import catalogue
from reports.soc_figures import ATTENTION, CRITICAL, IN_TIME, MONITORED, SocFigures
from reports.soc_tiles import tiles
from reports.tiles import Freshness, Standing, Tile
from soc.access import SYSTEM, UNASSIGNED, Scope
from soc.alert import Level, Status
from soc.state.source_table import Source
from soc.state.store import State
from soc.state.tables.sources import SourceState
from tests.builders import NOON, a_card, an_alert
from tests.unit.dashboards.life import FINANCE, HEALTH, UNITS

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CRITICAL_CARD = a_card("critical", level=Level.CRITICAL)


def source(state: State, name: str, unit: str, *, heard: datetime | None) -> None:
    with state.write() as tx:
        tx.sources.add(Source(name, name, NOON, unit=unit, state=SourceState.ACTIVE))
        if heard is not None:
            tx.sources.saw({name: heard})


def figures(state: State, scope: Scope = SYSTEM, *, looked: datetime | None = NOON) -> SocFigures:
    with state.read() as tx:
        return soc_figures.read(tx, scope, UNITS, day=NOON.date(), now=NOON, looked=looked)


def board(state: State, scope: Scope = SYSTEM, *, looked: datetime | None = NOON) -> dict[str, Tile]:
    found = figures(state, scope, looked=looked)
    with state.read() as tx:
        trends = soc_figures.trends(tx, scope, NOON)
    return {tile.kpi: tile for tile in tiles(catalogue(), found, trends, lambda unit: f"<{unit}>", NOON)}


def raise_some(state: State) -> None:
    """One critical nobody has taken; at Health one closed late and one open past its limit."""
    with state.write() as tx:
        tx.alerts.insert(
            [
                an_alert("a", unit=FINANCE, rule=CRITICAL_CARD, raised_at=NOON - 10 * MINUTE),
                an_alert("b", unit=HEALTH, raised_at=NOON - 25 * HOUR),
                an_alert("c", unit=HEALTH, raised_at=NOON - 30 * HOUR, status=Status.CLOSED, closed_at=NOON),
                an_alert("d", unit=FINANCE, raised_at=NOON - HOUR, status=Status.CLOSED, closed_at=NOON),
            ],
            at=NOON,
        )


def test_a_system_that_hears_nothing_counts_nothing(state: State) -> None:
    found = board(state)
    for kpi in (CRITICAL, ATTENTION, MONITORED, IN_TIME):
        assert found[kpi].shown is None, kpi
        assert found[kpi].standing is Standing.UNKNOWN
    assert "không thể biết" in found[CRITICAL].sentence.vi


def test_without_the_detecting_loop_alerts_are_not_known(state: State) -> None:
    source(state, "s", FINANCE, heard=NOON)
    assert board(state, looked=None)[CRITICAL].freshness is Freshness.NEVER
    assert board(state, looked=NOON - HOUR)[CRITICAL].standing is Standing.UNKNOWN


def test_none_open_is_good_only_where_somebody_listens(state: State) -> None:
    source(state, "s", FINANCE, heard=NOON)
    found = board(state)[CRITICAL]
    assert (found.value, found.standing) == (0, Standing.GOOD)


def test_the_sentence_names_the_nearest_limit(state: State) -> None:
    source(state, "s", FINANCE, heard=NOON)
    raise_some(state)
    found = board(state)[CRITICAL]
    assert (found.value, found.standing) == (1, Standing.WATCH)
    assert found.sentence.vi.startswith("1 cảnh báo chưa ai nhận, hạn gần nhất ")
    assert found.sentence.en.startswith("1 alert not taken yet, nearest limit ")


def test_in_time_counts_open_ones_past_their_limit_as_failures(state: State) -> None:
    raise_some(state)
    found = board(state)[IN_TIME]
    assert (found.numerator, found.denominator, found.shown and found.shown.vi) == (1, 3, "33,3%")
    assert found.standing is Standing.FAILED
    assert found.sentence.vi == f"2 trên 3 cảnh báo quá hạn, 2 ở <{HEALTH}>."


def test_coverage_names_units_that_are_not_heard(state: State) -> None:
    source(state, "s", FINANCE, heard=NOON)
    source(state, "t", HEALTH, heard=NOON - 3 * HOUR)
    found = board(state)[MONITORED]
    assert (found.numerator, found.denominator, found.aside.vi) == (1, 2, "1/2 đơn vị")
    assert found.sentence.vi == f"1 đơn vị chưa có nguồn đang gửi: <{HEALTH}>."
    assert figures(state).attention == (HEALTH,)


def test_units_with_most_critical_alerts_come_first(state: State) -> None:
    source(state, "s", FINANCE, heard=NOON)
    raise_some(state)
    with state.write() as tx:
        tx.alerts.insert([an_alert("u", unit=UNASSIGNED, rule=CRITICAL_CARD)], at=NOON)
    found = board(state)[ATTENTION]
    assert found.sentence.vi == f"<{FINANCE}>, <{HEALTH}>."
    assert found.value == 2


def test_a_leader_of_one_unit_sees_its_figures_alone(state: State) -> None:
    source(state, "s", FINANCE, heard=NOON)
    raise_some(state)
    found = board(state, Scope(frozenset({HEALTH})))
    assert found[CRITICAL].shown is None
    assert (found[IN_TIME].numerator, found[IN_TIME].denominator) == (0, 2)
    assert FINANCE not in " ".join(tile.sentence.vi for tile in found.values())


def test_what_comes_later_is_hatched_and_says_who_owes_it(state: State) -> None:
    found = board(state)
    for kpi in ("sec_posture_score", "incidents_open", "botnet_addresses", "incident_reports_due"):
        assert (found[kpi].shown, found[kpi].freshness) == (None, Freshness.NEVER)
        assert found[kpi].sentence.vi
        assert found[kpi].owner.vi


def test_a_snapshot_an_hour_makes_the_trend_and_a_gap_stays_a_gap(state: State) -> None:
    assert snapshot.keep(state, UNITS, NOON - 26 * HOUR, NOON - 26 * HOUR)  # nothing was heard then
    source(state, "s", FINANCE, heard=NOON - 24 * HOUR)
    raise_some(state)
    assert snapshot.keep(state, UNITS, NOON - 24 * HOUR, NOON - 24 * HOUR)
    assert not snapshot.keep(state, UNITS, NOON - 24 * HOUR + MINUTE, NOON)
    source(state, "t", FINANCE, heard=NOON)
    found = board(state)[CRITICAL]
    assert found.points == (None, 1.0, 1)
    assert found.change is not None
    assert found.change.words.vi == "không đổi"
