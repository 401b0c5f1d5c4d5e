"""The filter of the queue: from the address and back, and what it asks of the state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from dashboards.access.viewer import Viewer, viewer_of
from dashboards.alerts.queue_filter import QueueFilter, entity_of, filter_of
from soc.alert import OPEN, Lane, Level, Status
from soc.entity import EntityKind
from soc.state.queue import Order
from tests.builders import NOON
from tests.unit.dashboards.life import Life, some_alerts


def test_a_filter_survives_its_own_address() -> None:
    chosen = QueueFilter("due", level="high", entity="ip:203.0.113.9", tactic="stealth", age="24h", owner="me")

    assert filter_of(chosen.query) == chosen
    assert chosen.href(after="x").endswith("&after=x")
    assert chosen.without("level", "age").query == "view=due&entity=ip%3A203.0.113.9&tactic=stealth&owner=me"


def test_ticked_rows_are_a_filter_that_survives_its_address(life: Life) -> None:
    ids = tuple(f"{n:032x}" for n in range(50))
    chosen = QueueFilter("open", picked=",".join(ids))

    assert filter_of(chosen.query) == chosen
    assert chosen.wanted(a_viewer(life), NOON).ids == ids


def test_only_ticked_rows_are_acted_on(life: Life, browser: TestClient) -> None:
    life.raise_alerts(some_alerts())

    form = browser.get("/alerts/bulk?view=open&picked=alert-scan&picked=alert-browser").text

    assert "2 cảnh báo" in form
    assert "picked=alert-scan%2Calert-browser" in form


def test_unknown_words_are_no_filter() -> None:
    assert filter_of("view=open&colour=red&level=high") == QueueFilter("open", level="high")
    assert entity_of("planet:mars") is None
    assert entity_of("ip:") is None
    assert entity_of("ip:2001:DB8::1") == (EntityKind.IP, "2001:db8::1")


def test_views_ask_for_their_own(life: Life) -> None:
    viewer = a_viewer(life)

    assert QueueFilter("mine").wanted(viewer, NOON).owner == "an.nt"
    assert QueueFilter("open").wanted(viewer, NOON).lanes == (Lane.QUEUE,)
    assert QueueFilter("due").wanted(viewer, NOON).due_before == NOON + timedelta(hours=1)
    assert QueueFilter("closed").wanted(viewer, NOON).statuses == (Status.CLOSED,)
    assert QueueFilter("closed").order is Order.NEWEST
    assert QueueFilter("nonsense").wanted(viewer, NOON).statuses == OPEN


def test_every_part_narrows(life: Life) -> None:
    wanted = QueueFilter(level="low", status="new", unit="tinh", rule="r", age="7d", text=" x ").wanted(
        a_viewer(life), NOON
    )

    assert (wanted.levels, wanted.statuses, wanted.rules) == ((Level.LOW,), (Status.NEW,), ("r",))
    assert "so-y-te" in wanted.units
    assert wanted.raised_since == NOON - timedelta(days=7)
    assert wanted.text == "x"


@pytest.mark.parametrize("word", ["view", "level"])
def test_narrowed_means_more_than_a_view(word: str) -> None:
    assert QueueFilter(**{word: "high"}).narrowed is (word == "level")


def a_viewer(life: Life) -> Viewer:
    token = life.session("an.nt")
    with life.state.read() as tx:
        session = tx.sessions.find(token, life.clock.now())
    assert session is not None
    return viewer_of(session, life.services.units, NOON.date(), "")
