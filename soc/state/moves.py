"""Moves of an alert: decided from plain values, written as events (workspace.md 1.1-1.2).

Whether the caller may triage at all is decided before, by the scope that is handed in (`Right.TRIAGE`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from soc.access import Scope
from soc.alert import (
    MOVES,
    OTHER,
    OTHER_NOTE,
    REASONS,
    SECOND_PERSON,
    Action,
    Actor,
    Alert,
    Level,
    Status,
    Verdict,
    legal_actions,
)
from soc.errors import IllegalMove, StaleRevision, StateError
from soc.state.alerts import Entry

if TYPE_CHECKING:
    from soc.state.store import Tx

NOTE_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the unit; all three are needed."""

    text: str
    contact: str
    deadline: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """One move as asked for."""

    action: Action
    by: Actor
    at: datetime
    verdict: Verdict | None = None
    reason: str | None = None
    note: str = ""
    owner: str | None = None
    question: Question | None = None


def act(
    tx: Tx,
    alert_id: str,
    action: Action,
    *,
    by: Actor,
    scope: Scope,
    revision: int,
    at: datetime,
    request_id: str,
    verdict: Verdict | None = None,
    reason: str | None = None,
    note: str = "",
    owner: str | None = None,
    question: Question | None = None,
) -> Alert:
    """Raises NotFound, StaleRevision, IllegalMove, or StateError for what is still needed; then nothing is written."""
    alert = current(tx, alert_id, scope, revision)
    wish = Wish(action, by, at, verdict, reason, note.strip(), owner, question)
    changed, entries = decide(alert, wish)
    if action is Action.ASSIGN:
        tx.people.must_be_active(changed.owner)
    return write(tx, changed, entries, by=by, at=at, request_id=request_id)


def current(tx: Tx, alert_id: str, scope: Scope, revision: int) -> Alert:
    """The alert, if it is still the one that the caller read."""
    alert = tx.alerts.get(alert_id, scope)
    if alert.revision != revision:
        raise StaleRevision(
            f"alert is at revision {alert.revision}, you read {revision} - look at what changed, then try again",
            code="SOC-1609",
        )
    return alert


def write(tx: Tx, changed: Alert, entries: list[Entry], *, by: Actor, at: datetime, request_id: str) -> Alert:
    """History, row and audit in one transaction."""
    written = tx.alerts.record(changed, entries, by=by, at=at, request_id=request_id)
    for entry in entries:
        tx.audit.append(
            by,
            f"alert.{entry.kind}",
            changed.id,
            unit=changed.unit,
            before=entry.before,
            after=entry.after,
            reason=entry.note,
            at=at,
        )
    return written


def decide(alert: Alert, wish: Wish) -> tuple[Alert, list[Entry]]:
    """The alert after the move, and the one or two lines of history that say so."""
    legal = legal_for(alert, wish.by)
    if wish.action not in legal:
        raise IllegalMove(
            f"'{wish.action}' is not possible while the alert is '{alert.status}' - "
            f"possible: {', '.join(legal) or 'nothing'}",
            legal,
        )
    move = MOVES[alert.status][wish.action]
    check(wish)
    entries = []
    if move.takes_first:
        taken = replace(alert, status=Status.IN_PROGRESS, owner=wish.by.id)
        entries.append(_entry(Action.TAKE, alert, taken, ""))
        alert = taken
    changed = replace(alert, status=move.to, **_changes(alert, wish))
    entries.append(_entry(wish.action, alert, changed, wish.note, wish.question))
    return changed, entries


def legal_for(alert: Alert, by: Actor) -> tuple[Action, ...]:
    """The moves that this person has here, in the order in which they are shown."""
    mine = alert.status is Status.IN_PROGRESS and alert.owner == by.id
    return tuple(action for action in legal_actions(alert.status) if not (mine and action is Action.TAKE))


def check(wish: Wish) -> None:
    """Raises StateError for what the move still needs."""
    if len(wish.note) > NOTE_MOST:
        raise StateError(f"the note has {len(wish.note)} characters; {NOTE_MOST} are allowed", code="SOC-1607")
    if wish.action is Action.CLOSE:
        _check_verdict(wish)
    if wish.action is Action.ASSIGN and not wish.owner:
        raise StateError("'assign' needs an owner", code="SOC-1607")
    if wish.action is Action.ASK_UNIT and not (wish.question and wish.question.text and wish.question.contact):
        raise StateError("'ask_unit' needs a question, a contact and a deadline", code="SOC-1607")


def _check_verdict(wish: Wish) -> None:
    if wish.verdict is None:
        raise StateError("'close' needs a verdict", code="SOC-1607")
    reasons = REASONS[wish.verdict]
    if wish.reason not in reasons:
        raise StateError(f"'close' as {wish.verdict} needs a reason, one of: {', '.join(reasons)}", code="SOC-1607")
    if wish.reason == OTHER and len(wish.note) < OTHER_NOTE:
        raise StateError(f"reason 'other' needs a note of at least {OTHER_NOTE} characters", code="SOC-1607")


def _changes(alert: Alert, wish: Wish) -> dict[str, Any]:
    if wish.action is Action.ASSIGN:
        return {"owner": wish.owner}
    if wish.action is Action.TAKE:
        return {"owner": wish.by.id}
    if wish.action is Action.CLOSE:
        return {"verdict": wish.verdict, "reason": wish.reason, "closed_at": wish.at, "flags": _flags(alert, wish)}
    if wish.action is Action.REOPEN:
        flags = tuple(flag for flag in alert.flags if flag != SECOND_PERSON)
        return {"closed_at": None, "since_close": 0, "flags": flags}
    return {}


def _flags(alert: Alert, wish: Wish) -> tuple[str, ...]:
    doubted = alert.level is Level.CRITICAL and wish.verdict is Verdict.FALSE_POSITIVE
    return (*alert.flags, SECOND_PERSON) if doubted else alert.flags


def _entry(action: Action, before: Alert, after: Alert, note: str, question: Question | None = None) -> Entry:
    names = [
        name
        for name in ("status", "owner", "verdict", "reason", "flags")
        if name == "status" or getattr(before, name) != getattr(after, name)
    ]
    said = {name: getattr(after, name) for name in names}
    if question is not None and action is Action.ASK_UNIT:
        said["question"] = {"text": question.text, "contact": question.contact, "deadline": question.deadline}
    return Entry(str(action), {name: getattr(before, name) for name in names}, said, note)
