"""A tile as data says the same as the tile, and is JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

from reports.kpi.board import View, board
from reports.kpi.drill import parts_of_units
from reports.kpi.figure import Expected, whole_figure
from reports.kpi.tile import Beside
from reports.kpi.tile_body import board_body, parts_body, tile_body
from soc.access import SYSTEM
from soc.state.store import State
from tests.unit.reports.kpi.figures import D
from tests.unit.reports.kpi.test_board import DONE, HOUR, NOW, UNITS, a_share, a_world, day, store
from tests.unit.reports.kpi.test_figure import AFTER, IN_TIME, NOVEMBER, book, known, months
from tests.unit.reports.kpi.test_figure import UNITS as OWING
from tests.unit.reports.kpi.test_tile import COUNT, drawn


def test_a_board_is_json_with_decimal_strings(state: State) -> None:
    store(state, [a_share(unit, day(19), 1, 3) for unit in UNITS], NOW - HOUR)
    with state.read() as tx:
        bodies = [board_body(one) for one in board(tx, a_world(), View(SYSTEM, NOW))]
    again = {one["kpi_id"]: one for one in json.loads(json.dumps(bodies))}
    one = again[DONE]
    assert (one["value"], one["shown"]["vi"], one["definition"]["denominator"]) == ("33.3", "33,3%", "15")
    assert one["coverage"]["fresh"] == one["coverage"]["expected"] == 5
    assert one["times"]["age_seconds"] == 3600
    assert one["responsible"]["unit_id"] == "so-0"
    empty = again["bed_occupancy"]
    assert (empty["value"], empty["shown"], empty["lack"], empty["state"]) == (None, None, "never", "never")
    assert empty["responsible"]["name"]["vi"] == "chưa có đơn vị phụ trách"


def test_restricted_values_are_not_in_the_data() -> None:
    of = book(COUNT, [known(COUNT, "unit-00", NOVEMBER, "77777")], hidden=frozenset({"unit-00"}))
    body = tile_body(drawn(of, unit="unit-00", beside=Beside(points=(D(77777),))))
    assert "77777" not in json.dumps(body)
    assert body["state"] == "withheld"


def test_late_units_and_parts_are_told() -> None:
    of = book(COUNT, months(COUNT, dict.fromkeys(OWING[:3], 5)))
    body = tile_body(drawn(of, AFTER))
    assert len(body["coverage"]["late"]) == 7
    figure = whole_figure(of, "province", Expected(frozenset(OWING)), AFTER)
    parts = parts_body(parts_of_units(figure, of))
    assert (parts["total"], parts["equal"], parts["why"][0]["code"]) == ("15", True, "late")
    assert sum(Decimal(row["value"]) for row in parts["rows"] if row["counted"]) == 15
    assert body["times"]["next_due"] > (IN_TIME - timedelta(days=1)).isoformat()
