"""What an open page hears: its own units only, once, in order; and nothing after its session has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.sse import ServerSentEvent

from dashboards.errors import Refused
from dashboards.live.hub import AT_ONCE, CLIENTS_MOST, OF_SESSION_MOST, Hub, Poll, first_messages
from dashboards.live.listener import LINE_MOST, Ears, Listener
from soc.access import SYSTEM, Grant, RoleOfPerson, Scope
from soc.alert import Action, Actor, Level
from soc.state import bulk, remarks
from soc.state.jobs import BulkWish
from soc.state.matching import AlertFilter
from tests.unit.dashboards.life import FINANCE, HEALTH, Life, an_alert, some_alerts

EVERYWHERE = Scope(None)
ME = Actor("an.nt")


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


def listener(life: Life, loop: asyncio.AbstractEventLoop, alerts: Scope = EVERYWHERE, token: str = "") -> Listener:
    token = token or life.session("an.nt")
    with life.state.read() as tx:
        session = tx.sessions.find(token, life.clock.now())
        assert session is not None
        ears = Ears("an.nt", token, alerts, EVERYWHERE, session.grants, life.clock.now().date())
        return Listener(ears, loop, tx.feed.position())


def heard(one: Listener) -> list[tuple[Any, Any, Any]]:
    """Name, data and id of what waits; None for the end."""
    one.loop.run_until_complete(asyncio.sleep(0))
    found: list[tuple[Any, Any, Any]] = []
    while not one.line.empty():
        message = one.line.get_nowait()
        found.append((None, None, None) if message is None else (message.event, message.data, message.id))
    return [each for each in found if each[0] != "tick"]


def note(life: Life, alert: str) -> None:
    with life.state.write() as tx:
        remarks.comment(tx, alert, "seen", by=ME, scope=SYSTEM, at=life.clock.now(), request_id="")


def test_a_change_is_heard_once_with_its_position(life: Life, loop: asyncio.AbstractEventLoop) -> None:
    life.raise_alerts(some_alerts())
    one, poll = listener(life, loop), Poll(life.services)

    note(life, "alert-vpn")
    poll.step([one])
    poll.step([one])

    assert heard(one) == [("alert-changed", {"id": "alert-vpn", "revision": 2}, "6")]


def test_other_units_are_not_heard(life: Life, loop: asyncio.AbstractEventLoop) -> None:
    life.raise_alerts(some_alerts())
    one, poll = listener(life, loop, Scope(frozenset({HEALTH}))), Poll(life.services)

    note(life, "alert-vpn")
    poll.step([one])
    note(life, "alert-scan")
    poll.step([one])

    assert [data["id"] for _, data, _ in heard(one)] == ["alert-scan"]


def test_hits_that_join_are_heard_without_a_position(life: Life, loop: asyncio.AbstractEventLoop) -> None:
    raised = life.raise_alerts([an_alert()])[0]
    one, poll = listener(life, loop), Poll(life.services)
    poll.step([one])

    with life.state.write() as tx:
        tx.alerts.grow([replace(raised, count=raised.count + 1)], at=life.clock.now())
    poll.step([one])

    assert heard(one) == [("alert-changed", {"id": "alert-a", "revision": 1}, None)]


def test_a_flood_is_told_as_one_reset(life: Life, loop: asyncio.AbstractEventLoop) -> None:
    one, poll = listener(life, loop), Poll(life.services)

    life.raise_alerts(an_alert(f"{i}", level=Level.LOW) for i in range(AT_ONCE + 1))
    poll.step([one])

    assert [(name, mark) for name, _, mark in heard(one)] == [("reset", str(AT_ONCE + 1))]


def test_a_slow_page_is_told_to_read_anew(life: Life, loop: asyncio.AbstractEventLoop) -> None:
    one = listener(life, loop)

    one.tell(ServerSentEvent(event="alert-changed", data={}) for _ in range(LINE_MOST + 1))

    assert [name for name, _, _ in heard(one)] == ["reset"]


@pytest.mark.parametrize("change", ["revoked", "granted", "tomorrow"])
def test_a_stream_ends_with_its_session_and_its_grants(
    life: Life, loop: asyncio.AbstractEventLoop, change: str
) -> None:
    life.raise_alerts(some_alerts())
    one, poll = listener(life, loop), Poll(life.services)
    if change == "tomorrow":
        life.clock.advance(timedelta(hours=13))
    with life.state.write() as tx:
        if change == "revoked":
            tx.sessions.end_all("an.nt")
        if change == "granted":
            given = Grant(RoleOfPerson.LEADER, FINANCE, date(2026, 1, 1))
            tx.people.give("an.nt", given, by="setup", at=life.clock.now())

    poll.step([one])

    assert heard(one) == [(None, None, None)]


def test_a_job_is_heard_by_its_owner_alone(life: Life, loop: asyncio.AbstractEventLoop) -> None:
    life.raise_alerts([an_alert()])
    one, poll = listener(life, loop), Poll(life.services)
    life.clock.advance(timedelta(seconds=1))
    for by in ("an.nt", "other"):
        with life.state.write() as tx:
            job = tx.jobs.start(
                BulkWish(Action.TAKE),
                AlertFilter(),
                by=Actor(by),
                scope=SYSTEM,
                as_of=0,
                described={},
                at=life.clock.now(),
                request_id="",
            )
        bulk.step(life.state, job.id, life.clock.now())
        if by == "an.nt":
            mine = job.id

    poll.step([one])

    assert heard(one) == [("job-progress", {"id": mine}, None)]


def test_what_was_missed_is_replayed_within_the_scope(life: Life, loop: asyncio.AbstractEventLoop) -> None:
    life.raise_alerts(some_alerts())
    ears = listener(life, loop, Scope(frozenset({HEALTH}))).ears

    with life.state.read() as tx:
        assert [message.data["id"] for message in first_messages(tx, ears, 0)] == ["alert-scan", "alert-encoded"]
        assert first_messages(tx, ears, 5) == []


def test_too_much_that_was_missed_is_a_reset(
    life: Life, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.live.hub.REPLAY_MOST", 3)
    life.raise_alerts(some_alerts())

    with life.state.read() as tx:
        assert [message.event for message in first_messages(tx, listener(life, loop).ears, 0)] == ["reset"]


def test_a_session_has_three_streams_and_the_process_200(
    life: Life, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hub, "_run", lambda self: None)
    hub = Hub(life.services)
    first = listener(life, loop)
    for _ in range(OF_SESSION_MOST):
        hub.join(Listener(first.ears, loop, 0))

    with pytest.raises(Refused, match="too many"):
        hub.join(first)
    monkeypatch.setattr("dashboards.live.hub.CLIENTS_MOST", OF_SESSION_MOST)
    with pytest.raises(Refused, match="too many"):
        hub.join(listener(life, loop))
    hub.leave(hub.listeners()[0])
    hub.join(listener(life, loop))
    assert CLIENTS_MOST == 200


def test_a_hub_that_closes_ends_every_stream(
    life: Life, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hub, "_run", lambda self: None)
    hub, one = Hub(life.services), listener(life, loop)
    hub.join(one)

    hub.close()

    assert heard(one) == [(None, None, None)]
    with pytest.raises(Refused):
        hub.join(listener(life, loop))
