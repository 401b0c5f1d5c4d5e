"""What people write on an alert without moving it: comments, ticked steps, and the second person's agreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from soc.access import Scope
from soc.alert import SECOND_PERSON, Action, Actor, Alert
from soc.errors import IllegalMove, StateError
from soc.state.alerts import Entry
from soc.state.moves import NOTE_MOST, current, legal_for, write

if TYPE_CHECKING:
    from soc.state.store import Tx

COMMENT = "comment"
APPROVE_CLOSE = "approve_close"
TICK = "tick"
CORRECT = "correct"
AMEND = "amend"
CORRECTABLE = timedelta(minutes=15)
STEPS_MOST = 50


def comment(
    tx: Tx,
    alert_id: str,
    text: str,
    *,
    by: Actor,
    scope: Scope,
    at: datetime,
    request_id: str,
    mentions: tuple[str, ...] = (),
) -> Alert:
    """A comment needs no revision: it contradicts nobody. `mentions`: whom it names (mentions.py)."""
    alert = tx.alerts.get(alert_id, scope)
    entry = Entry(COMMENT, {}, {"mentions": list(mentions)} if mentions else {}, _text(text))
    return write(tx, alert, [entry], by=by, at=at, request_id=request_id)


def correct(
    tx: Tx,
    alert_id: str,
    seq: int,
    text: str,
    *,
    by: Actor,
    scope: Scope,
    at: datetime,
    request_id: str,
    mentions: tuple[str, ...] = (),
) -> Alert:
    """Other words for one's own comment: within 15 minutes they replace it, later they are added to it (`amend`).
    The old text stays in the log."""
    alert = tx.alerts.get(alert_id, scope)
    found = [line for line in tx.alerts.history(alert_id, scope) if line.seq == seq and line.kind == COMMENT]
    if not found or found[0].actor != by.id:
        raise StateError("only the author can correct a comment", code="SOC-1616")
    kind = CORRECT if at - found[0].at <= CORRECTABLE else AMEND
    after = {"of": seq} | ({"mentions": list(mentions)} if mentions else {})
    return write(tx, alert, [Entry(kind, {}, after, _text(text))], by=by, at=at, request_id=request_id)


def tick(
    tx: Tx, alert_id: str, step: int, text: str, *, done: bool, by: Actor, scope: Scope, at: datetime, request_id: str
) -> Alert:
    """A step of the rule's guide is done, or is not after all; `step` counts from 0, `text` says what it was."""
    if not 0 <= step < STEPS_MOST:
        raise StateError(f"a guide has no step {step}", code="SOC-1607")
    alert = tx.alerts.get(alert_id, scope)
    entry = Entry(TICK, {}, {"step": step, "done": done, "text": text[:NOTE_MOST]})
    return write(tx, alert, [entry], by=by, at=at, request_id=request_id)


def approve_close(
    tx: Tx, alert_id: str, *, by: Actor, scope: Scope, revision: int, at: datetime, request_id: str
) -> Alert:
    """A shift lead agrees that a critical alert was false; never the one who closed it."""
    alert = current(tx, alert_id, scope, revision)
    if SECOND_PERSON not in alert.flags:
        raise IllegalMove("no close of this alert waits for a second person", legal_for(alert, by))
    if by.id == _closer(tx, alert, scope):
        raise StateError("whoever closed the alert cannot be the second person - ask a colleague", code="SOC-1610")
    changed = replace(alert, flags=tuple(flag for flag in alert.flags if flag != SECOND_PERSON))
    entry = Entry(APPROVE_CLOSE, {"flags": alert.flags}, {"flags": changed.flags})
    return write(tx, changed, [entry], by=by, at=at, request_id=request_id)


def _closer(tx: Tx, alert: Alert, scope: Scope) -> str:
    closes = [event.actor for event in tx.alerts.history(alert.id, scope) if event.kind == Action.CLOSE]
    return closes[-1]


def _text(text: str) -> str:
    text = text.strip()
    if not text or len(text) > NOTE_MOST:
        raise StateError(f"a comment has 1 to {NOTE_MOST} characters", code="SOC-1607")
    return text
