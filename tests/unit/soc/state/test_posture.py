from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import insert

from soc.access import ROOT, SYSTEM, Scope
from soc.state.drops import Drop
from soc.state.posture import CLOSE, LATE_INPUT, PostureRow
from soc.state.store import State
from soc.state.tables.figures import dropped_alert
from tests.builders import NOON, a_hit, an_alert

DAY = date(2026, 11, 23)


def a_score(unit: str = "so", shown: int | None = 76) -> PostureRow:
    exact, trust = Decimal("76.250000001"), Decimal("0.8")
    return PostureRow(unit, NOON, "posture-1", exact, exact, shown, "B", trust, {"unit": unit, "share": 0.1})


def a_snapshot(unit: str = "so", revision: int = 1) -> PostureRow:
    return replace(a_score(unit), day=DAY, revision=revision, reason=CLOSE)


def test_the_running_value_is_replaced(state: State) -> None:
    with state.write() as tx:
        tx.posture.stands([a_score(), a_score(ROOT)])
        tx.posture.stands([a_score(shown=None)])
    with state.read() as tx:
        assert tx.posture.now(SYSTEM) == (a_score(ROOT), a_score(shown=None))
        assert tx.posture.now(Scope(frozenset({"so"}))) == (a_score(shown=None),)


def test_a_day_is_restated_by_a_further_revision_and_both_stay(state: State) -> None:
    later = replace(a_snapshot(revision=2), reason=LATE_INPUT, at=NOON + timedelta(hours=1), shown=70)
    with state.write() as tx:
        tx.posture.close([a_snapshot(), a_snapshot("khac")])
        tx.posture.close([later])
    with state.read() as tx:
        assert tx.posture.closed(SYSTEM, DAY, DAY) == (a_snapshot("khac"), later)
        assert tx.posture.closed(SYSTEM, DAY, DAY, as_of=NOON, unit="so") == (a_snapshot(),)
        assert tx.posture.closed(Scope(frozenset()), DAY, DAY) == ()
        assert tx.posture.revisions("so", DAY, SYSTEM) == (a_snapshot(), later)


def test_what_came_of_dropped_files_alone_is_told_apart(state: State) -> None:
    from_file, live = {"soc.source.id": "drop-1a2b"}, {"soc.source.id": "fw"}
    with state.write() as tx:
        tx.drops.add(Drop("d", "so_y_te", "an", NOON, "access.log", "s", 1))
        tx.alerts.insert([an_alert("old"), an_alert("both"), an_alert("live")], at=NOON)
        for name, alerts, event in (("h1", ("old", "both"), from_file), ("h2", ("both", "live"), live)):
            made = a_hit(name, unit="so_y_te", events=(event,))
            tx.hits.add([made])
            tx.hits.attach([(one, made) for one in alerts])
        links = [{"drop_id": "d", "alert_id": one, "unit_id": "so_y_te"} for one in ("old", "both")]
        tx.connection.execute(insert(dropped_alert), links)
        assert tx.posture.only_dropped(SYSTEM) == {"old"}
        assert tx.posture.only_dropped(Scope(frozenset({"khac"}))) == frozenset()


def test_the_interval_of_a_source_is_agreed_once(state: State) -> None:
    with state.write() as tx:
        tx.posture.agree({"fw": ("so", 4)}, at=NOON)
    with state.read() as tx:
        assert tx.posture.slots(SYSTEM) == {"fw": 4}
        assert tx.posture.slots(Scope(frozenset({"khac"}))) == {}
