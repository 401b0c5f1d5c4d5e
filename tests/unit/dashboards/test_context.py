"""The context of an alert: lanes, marks, gaps, limits, scope; other places; what could not be checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dashboards.access.viewer import Viewer
from dashboards.alerts.asked import Thing, things_of
from dashboards.alerts.context import BARS, ROWS, Context, Mark, around, bars_of
from dashboards.alerts.elsewhere import elsewhere
from dashboards.alerts.timeline import NEAR, drawn, gap_words, listed, near
from dashboards.alerts.unseen import unseen
from soc.access import SYSTEM, Right, Scope
from soc.alert import Actor, Alert
from soc.entity import EntityKind
from soc.event import Event, encode
from soc.store import Cursor
from soc.store.memory import MemoryStore
from tests.builders import NOON, an_event
from tests.unit.dashboards.life import FINANCE, HEALTH, UNITS, Life, an_alert

MINUTE = timedelta(minutes=1)
AT = NOON - 13 * MINUTE
"""When the builder's alert happened."""


def a_viewer(*units: str) -> Viewer:
    scope = Scope(frozenset(units)) if units else SYSTEM
    return Viewer("an", "An", (), {Right.READ_EVENTS: scope}, UNITS, NOON.date(), Actor("an"))


def logon(minutes: float, *, user: str = "hai.nv", source: str = "vpn01", unit: str = FINANCE, **more: Any) -> Event:
    event = an_event(AT + minutes * MINUTE, user_name=user, **more)
    return event | {
        "unit.id": unit,
        "soc.source.id": source,
        "event.id": f"{user}-{source}-{minutes}",
        "event.action": "x",
    }


def with_events(life: Life, events: Iterable[Event]) -> None:
    store = MemoryStore()
    store.append([encode(event) for event in events], Cursor("event", -1, 0))
    life.services = replace(life.services, events=store)


def looked(life: Life, alert: Alert, viewer: Viewer | None = None, **more: Any) -> Context:
    return around(life.services, viewer or a_viewer(), alert, **more)


def test_each_thing_has_a_lane_with_the_events_of_its_minutes(life: Life) -> None:
    with_events(life, [logon(-16), logon(-15), logon(0), logon(14, source_ip="203.0.113.45"), logon(15)])
    found = looked(life, an_alert())
    assert [(lane.thing.value, lane.total) for lane in found.lanes] == [("hai.nv", 3), ("203.0.113.45", 1)]
    assert looked(life, an_alert(), minutes=120).lanes[0].total == 5


def test_matched_events_are_marked_and_events_of_other_alerts_too(life: Life) -> None:
    first, second = logon(0), logon(2)
    alert, other = life.raise_alerts(
        [an_alert(samples=(first,), raised_at=AT), an_alert("b", samples=(second,), raised_at=AT + MINUTE)]
    )
    with_events(life, [first, second, logon(4)])
    found = looked(life, alert)
    assert [row.mark for row in found.lanes[0].rows] == [Mark.MATCHED, Mark.RELATED, Mark.OTHER]
    assert [one.id for one in found.related] == [other.id]


def test_a_busy_lane_keeps_the_nearest_two_hundred_and_says_how_many_there_are(life: Life) -> None:
    with_events(life, [logon(n / 100) for n in range(-500, 500)])
    (lane, *_) = looked(life, an_alert()).lanes
    assert (len(lane.rows), lane.total, lane.cut) == (ROWS, 1_000, True)
    assert max(abs(row.at - AT) for row in lane.rows) <= MINUTE
    assert lane.hunt.startswith("/hunt?q=user%3A%22hai.nv%22")
    assert sum(lane.bars) == 1_000


def test_nobody_sees_events_outside_of_his_units(life: Life) -> None:
    with_events(life, [logon(0), logon(1, unit=HEALTH)])
    assert looked(life, an_alert(), a_viewer(FINANCE)).lanes[0].total == 1


def test_a_silent_source_is_a_gap_and_a_row_of_the_list(life: Life) -> None:
    with_events(life, [logon(n) for n in range(-200, 15) if not -3 <= n < 5])
    found = looked(life, an_alert())
    assert [(gap.source, gap.since, gap.until) for gap in found.gaps] == [("vpn01", AT - 3 * MINUTE, AT + 5 * MINUTE)]
    lines = listed(found)
    assert [line.gap for line in lines if line.gap] == list(found.gaps)
    assert "11:44" in gap_words(found.gaps[0], str)
    assert unseen(life.services, a_viewer(), an_alert()).gaps == found.gaps


def test_without_a_store_nothing_is_claimed(life: Life) -> None:
    found = looked(life, an_alert())
    assert (found.asked, found.lanes, found.gaps) == (False, (), ())
    assert unseen(life.services, a_viewer(), an_alert(unit="nobody")).anything
    assert [place.units for place in elsewhere(life.services, a_viewer(), an_alert())] == [None, None]


def test_the_list_names_every_lane_of_an_event_once(life: Life) -> None:
    with_events(life, [logon(0, source_ip="203.0.113.45")])
    (line,) = listed(looked(life, an_alert()))
    assert line.lanes == ("hai.nv", "203.0.113.45")


def test_the_page_gets_the_nearest_rows_and_all_that_stands_out(life: Life) -> None:
    with_events(life, [logon(n / 20) for n in range(-150, 150)])
    lines = listed(looked(life, an_alert()))
    some = near(lines, AT)
    assert len(some) == NEAR
    assert some == sorted(some, key=lambda line: line.at)


def test_the_drawing_ends_at_now_and_hides_no_markup_of_a_log(life: Life) -> None:
    with_events(life, [logon(n, user="<b>hai</b>") for n in range(10)])
    found = looked(life, an_alert(entities=(("user.name", "<b>hai</b>"),)))
    picture = str(drawn(found, str, "told"))
    assert "<b>" not in picture
    assert "told" in picture


def test_other_units_machines_and_alerts_of_a_value_are_counted(life: Life) -> None:
    life.raise_alerts([an_alert(), an_alert("b", entities=(("user.name", "hai.nv"),))])
    with_events(life, [logon(0, host_name="a"), logon(1, host_name="b"), logon(2, unit=HEALTH)])
    (address, user) = elsewhere(life.services, a_viewer(), an_alert())
    assert (user.others(FINANCE), user.hosts, user.alerts, user.events) == ((HEALTH,), 2, 1, 3)
    assert address.thing.kind is EntityKind.IP
    assert user.page == "/entities/user/hai.nv"


def test_accounts_that_every_machine_has_make_no_lane() -> None:
    alert = an_alert(entities=(("user.name", "SYSTEM"), ("source.ip", "::1"), ("source.ip", "no address")), samples=())
    assert things_of(alert, (EntityKind.USER, EntityKind.IP)) == ()


@pytest.mark.parametrize(("kind", "query"), [(EntityKind.IP, 'ip:"192.0.2.7"'), (EntityKind.HASH, 'hash:"192.0.2.7"')])
def test_the_hunt_asks_for_every_role_of_a_thing(kind: EntityKind, query: str) -> None:
    assert Thing(kind, "192.0.2.7").hunt == query


def test_every_time_falls_into_a_bar() -> None:
    bars = bars_of([AT, NOON, NOON + MINUTE], AT, NOON)
    assert (len(bars), bars[0], bars[-1]) == (BARS, 1, 2)
