from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from reports.posture.keep import again, close_day, close_days, midnight_after, run
from reports.posture.score import places
from reports.posture.told import explained, panel_of
from soc.access import ROOT, SYSTEM
from soc.alert import Level
from soc.errors import NotFound
from soc.state.accounting import Count, Fate
from soc.state.posture import CLOSE, LATE_INPUT
from soc.state.store import State
from soc.watch import check
from tests.builders import NOON, a_card, an_alert
from tests.unit.reports.posture.a_province import COMMUNE, DAY, FINANCE, HEALTH, HOUR, UNITS, a_province

YESTERDAY = date(2026, 11, 23)


def test_the_running_value_stands_for_every_unit_and_the_province(state: State) -> None:
    a_province(state, silent={"fw-yt": 48})
    made = run(state, UNITS, NOON)
    with state.read() as tx:
        rows = {row.unit: row for row in tx.posture.now(SYSTEM)}
    assert set(rows) == {ROOT, FINANCE, HEALTH, COMMUNE}
    assert rows[COMMUNE].shown == 98
    assert (rows[HEALTH].shown, rows[HEALTH].letter) == (None, "E")
    assert rows[HEALTH].exact <= 29
    assert made.province is not None
    assert made.province.dark == (HEALTH,)
    assert rows[ROOT].shown == made.province.shown


def test_a_stored_row_gives_its_score_again(state: State) -> None:
    a_province(state)
    run(state, UNITS, NOON)
    close_day(state, UNITS, YESTERDAY, NOON)
    with state.read() as tx:
        rows = (*tx.posture.now(SYSTEM), *tx.posture.closed(SYSTEM, YESTERDAY, YESTERDAY))
    assert len(rows) == 8
    for row in rows:
        found = again(row)
        assert found is not None
        assert (places(found.capped), places(found.raw), found.shown) == (row.exact, row.raw, row.shown)
        assert (found.letter.letter, places(found.trust)) == (row.letter, row.trust)


def test_every_day_that_is_over_is_stated_once(state: State) -> None:
    a_province(state)
    written: list[date] = []
    for _ in range(12):
        written += close_days(state, UNITS, NOON)
    assert written == [YESTERDAY - number * DAY for number in range(40)]
    assert close_days(state, UNITS, NOON + 2 * HOUR) == ()
    with state.read() as tx:
        rows = tx.posture.closed(SYSTEM, YESTERDAY - 50 * DAY, YESTERDAY, unit=ROOT)
    assert {row.revision for row in rows} == {1}
    assert {row.reason for row in rows} == {CLOSE}


def test_no_day_is_closed_before_the_watch_has_looked_at_every_source(state: State) -> None:
    a_province(state)
    with state.write() as tx:
        tx.sources.saw({"fw-tc": NOON})
    assert close_days(state, UNITS, NOON) == ()
    check(state, NOON)
    assert len(close_days(state, UNITS, NOON)) == 10


def test_what_comes_late_restates_its_day_and_the_former_statement_stays(state: State) -> None:
    a_province(state, silent={"fw-yt": 48})
    close_day(state, UNITS, YESTERDAY, NOON)
    assert close_day(state, UNITS, YESTERDAY, NOON + HOUR) == 0
    with state.write() as tx:
        late = [Count("fw-yt", NOON - back * HOUR, Fate.HEARD, 1, unit=HEALTH) for back in range(1, 49)]
        tx.accounting.note(late)
    assert close_day(state, UNITS, YESTERDAY, NOON + 2 * HOUR) == 2
    with state.read() as tx:
        first, second = tx.posture.revisions(HEALTH, YESTERDAY, SYSTEM)
        assert [row.revision for row in tx.posture.revisions(FINANCE, YESTERDAY, SYSTEM)] == [1]
        (then,) = tx.posture.closed(SYSTEM, YESTERDAY, YESTERDAY, unit=HEALTH, as_of=NOON + HOUR)
    assert (first.reason, second.reason, second.revision) == (CLOSE, LATE_INPUT, 2)
    assert then == first
    assert first.exact < second.exact


def test_the_panel_adds_up_and_is_that_of_the_moment(state: State) -> None:
    a_province(state)
    card = a_card(level=Level.CRITICAL)
    made = an_alert("a", rule=card, level=card.level, unit=FINANCE, raised_at=NOON - 20 * HOUR)
    with state.write() as tx:
        tx.alerts.insert([made], at=NOON - 20 * HOUR)
    fresh = explained(state, FINANCE, NOON, UNITS)
    run(state, UNITS, NOON)
    told = explained(state, FINANCE, NOON + timedelta(minutes=1), UNITS)
    assert told == fresh
    assert sum(Decimal(one["points"]) for one in told["lost"]) == 100 - told["shown"]
    assert told["caps"][0]["reason"]["vi"] == "có cảnh báo nghiêm trọng quá hạn xử lý"
    assert {one["item"] for one in told["reasons"]} == {"group", "system"}
    assert told["actions"][0]["points"] >= told["actions"][-1]["points"]
    close_day(state, UNITS, YESTERDAY, NOON)
    then = explained(state, FINANCE, midnight_after(YESTERDAY) - HOUR, UNITS)
    with state.read() as tx:
        (row,) = tx.posture.closed(SYSTEM, YESTERDAY, YESTERDAY, unit=FINANCE)
    assert then == panel_of(row)
    with pytest.raises(NotFound):
        explained(state, "khong-co", NOON, UNITS)


def test_a_hidden_score_has_no_number(state: State) -> None:
    a_province(state, silent={"fw-yt": 48})
    told = explained(state, HEALTH, NOON, UNITS)
    assert (told["shown"], told["exact"], told["letter"], told["lost"]) == (None, None, None, [])
    assert told["word"]["vi"] == "chưa đủ dữ liệu"
    whole = explained(state, ROOT, NOON, UNITS)
    assert whole["without_score"] == [HEALTH]
    assert next(one for one in whole["worst_units"] if one["unit"] == HEALTH)["shown"] is None
