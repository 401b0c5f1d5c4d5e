"""What was known of alerts stays known: every past view is the state of that time."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from soc.access import SYSTEM, Scope
from soc.alert import REASONS, Action, Actor, Status, Verdict
from soc.errors import StateError
from soc.state.alert_past import AlertThen
from soc.state.moves import act
from soc.state.store import State
from tests.builders import NOON, an_alert

AN = Actor("an")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def views(state: State, as_of: datetime) -> dict[str, AlertThen]:
    with state.read() as tx:
        return {one.id: one for one in tx.alert_past.raised(SYSTEM, NOON - DAY, NOON + DAY, as_of=as_of)}


def test_every_past_view_is_the_state_of_its_time(state: State) -> None:
    rng = random.Random(3)
    with state.write() as tx:
        ids = [one.id for one in tx.alerts.insert([an_alert(f"f{n}") for n in range(6)], at=NOON)]
    seen: list[tuple[datetime, dict[str, tuple[Status, Verdict | None, datetime | None, datetime | None]]]] = []
    for step in range(1, 80):
        at = NOON + step * MINUTE
        _move(state, rng.choice(ids), rng, at)
        with state.read() as tx:
            now = [tx.alerts.get(one, SYSTEM) for one in ids]
        seen.append((at, {one.id: (one.status, one.verdict, one.taken_at, one.closed_at) for one in now}))

    for at, wanted in seen:
        found = views(state, at)
        assert {one.id: (one.status, one.verdict, one.taken_at, one.closed_at) for one in found.values()} == wanted
    assert any(one.reopened for one in views(state, NOON + DAY).values())
    assert views(state, NOON - MINUTE) == {}


def _move(state: State, alert_id: str, rng: random.Random, at: datetime) -> None:
    verdict = Verdict.TRUE_POSITIVE
    said = {"verdict": verdict, "reason": REASONS[verdict][0], "note": "đã xem xét kỹ"}
    action = rng.choice((Action.TAKE, Action.CLOSE, Action.REOPEN))
    with state.write() as tx:
        revision = tx.alerts.get(alert_id, SYSTEM).revision
        options = said if action is Action.CLOSE else {"note": "xem lại"} if action is Action.REOPEN else {}
        try:
            act(tx, alert_id, action, by=AN, scope=SYSTEM, revision=revision, at=at, request_id="r", **options)  # type: ignore[arg-type]
        except StateError:
            return


def test_the_work_of_a_period_is_what_was_open_in_it(state: State) -> None:
    with state.write() as tx:
        early, late = tx.alerts.insert([an_alert("a", raised_at=NOON), an_alert("b", raised_at=NOON + DAY)], at=NOON)
    _close(state, early.id, NOON + 2 * DAY)

    with state.read() as tx:
        spans = {days: (NOON + days * DAY, NOON + (days + 1) * DAY) for days in (1, 2, 3)}
        found = {
            days: [one.id for one in tx.alert_past.alive(SYSTEM, *span, as_of=NOON + 9 * DAY)]
            for days, span in spans.items()
        }
        other = list(tx.alert_past.alive(Scope(frozenset({"nobody"})), NOON, NOON + DAY, as_of=NOON + DAY))
    assert found == {1: [early.id, late.id], 2: [early.id, late.id], 3: [late.id]}
    assert other == []


def _close(state: State, alert_id: str, at: datetime) -> None:
    verdict = Verdict.TRUE_POSITIVE
    with state.write() as tx:
        act(tx, alert_id, Action.TAKE, by=AN, scope=SYSTEM, revision=1, at=at, request_id="r")
        act(
            tx,
            alert_id,
            Action.CLOSE,
            by=AN,
            scope=SYSTEM,
            revision=2,
            at=at,
            request_id="r",
            verdict=verdict,
            reason=REASONS[verdict][0],
            note="đã xem xét kỹ",
        )
