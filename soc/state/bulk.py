"""One action on many alerts, and its undo (workspace.md 2.5): chunks of 500, each one short transaction.

A job that was interrupted goes on where it stopped: what is done stands in its items, in the same transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from soc.access import Scope
from soc.alert import Actor, Alert, Status, Verdict
from soc.errors import SocError, StateError
from soc.state import moves
from soc.state.alerts import Entry
from soc.state.audit import AuditLine
from soc.state.cards import load_cards
from soc.state.jobs import CHUNK, BulkWish, Item, Job
from soc.state.life import UNDO
from soc.state.rows import alert_of
from soc.state.scoped import within
from soc.state.tables.alerts import alert
from soc.state.tables.work import ItemState, JobState
from soc.state.types import instant, micros

if TYPE_CHECKING:
    from soc.state.store import State, Tx

PLAIN = ("status", "owner", "verdict", "reason", "flags")
TIMES = ("closed_at", "resolve_due", "unit_due", "asked_at", "taken_at")
_HEAD = [column for column in alert.c if column.name not in ("samples", "text", "matched", "correlation")]
_LEFT_OUT: dict[str, Any] = {"samples": (), "matched": {}, "correlation": None}


def check(wish: BulkWish, by: Actor, at: datetime) -> None:
    """Raises StateError for what the action still needs, before anything is begun."""
    moves.check(_asked(wish, by, at))


def step(state: State, job_id: str, now: datetime) -> Job:
    """Does or undoes the next chunk; the job as it stands afterwards."""
    with state.write() as tx:
        job = tx.jobs.get(job_id)
        if job.state is JobState.UNDOING:
            return _undo_chunk(tx, job, now)
        return _do_chunk(tx, job, now) if job.running else job


def begin_undo(tx: Tx, job: Job, now: datetime) -> Job:
    """Raises StateError when it is too late, or there is nothing to undo."""
    if not job.may_undo(now):
        raise StateError("the ten minutes of this undo are over, or nothing was changed", code="SOC-1613")
    return tx.jobs.advance(job.id, JobState.UNDOING, at=now)


def mark(job: Job) -> str:
    """What stands as `request_id` in the history of every alert that the job touched."""
    return f"job:{job.id}"


def _do_chunk(tx: Tx, job: Job, now: datetime) -> Job:
    items = tx.jobs.items(job.id, ItemState.WAITING, CHUNK)
    if not items:
        return tx.jobs.advance(job.id, JobState.DONE, at=now)
    found = _alerts(tx, items, job.scope)
    wish = _asked(job.wish, job.actor, now)
    changes: list[tuple[Alert, list[Entry]]] = []
    noted: list[Item] = []
    for item in items:
        try:
            old = _existing(found, item)
            changed, entries = moves.decide(old, wish)
        except SocError as error:
            noted.append(replace(item, state=ItemState.FAILED, reason=f"{error.code} {error.message}"[:500]))
            continue
        changes.append((changed, entries))
        left = old.revision + len(entries)
        noted.append(replace(item, state=ItemState.DONE, revision=left, before=_before(old)))
    _write(tx, job, changes, now)
    tx.jobs.note(job.id, noted)
    return tx.jobs.advance(job.id, JobState.RUNNING, at=now)


def _undo_chunk(tx: Tx, job: Job, now: datetime) -> Job:
    items = tx.jobs.items(job.id, ItemState.DONE, CHUNK)
    if not items:
        return tx.jobs.advance(job.id, JobState.UNDONE, at=now)
    found = _alerts(tx, items, job.scope)
    changes: list[tuple[Alert, list[Entry]]] = []
    noted: list[Item] = []
    for item in items:
        old = found.get(item.alert_id)
        if old is None or old.revision != item.revision:
            noted.append(replace(item, state=ItemState.SKIPPED, reason="SOC-1614 changed since"))
            continue
        changed, entry = _restored(old, item, job)
        changes.append((changed, [entry]))
        noted.append(replace(item, state=ItemState.UNDONE))
    _write(tx, job, changes, now)
    tx.jobs.note(job.id, noted)
    return tx.jobs.advance(job.id, JobState.UNDOING, at=now)


def _write(tx: Tx, job: Job, changes: list[tuple[Alert, list[Entry]]], now: datetime) -> None:
    tx.alerts.record_many(changes, by=job.actor, at=now, request_id=mark(job))
    lines = [
        AuditLine(job.actor, f"alert.{entry.kind}", changed.id, changed.unit, entry.before, entry.after, entry.note)
        for changed, entries in changes
        for entry in entries
    ]
    tx.audit.append_many(lines, at=now)


def _restored(old: Alert, item: Item, job: Job) -> tuple[Alert, Entry]:
    """The alert as it was before the job, and the line that says so."""
    was = dict(item.before)
    values: dict[str, Any] = {name: instant(was[name]) if was[name] is not None else None for name in TIMES}
    values |= {"status": Status(was["status"]), "owner": was["owner"], "reason": was["reason"]}
    values |= {"verdict": Verdict(was["verdict"]) if was["verdict"] else None, "flags": tuple(was["flags"])}
    changed = replace(old, **values, since_close=was["since_close"])
    after = {name: getattr(changed, name) for name in (*PLAIN, *TIMES)}
    return changed, Entry(UNDO, {name: getattr(old, name) for name in PLAIN}, {**after, "job": job.id})


def _before(old: Alert) -> dict[str, Any]:
    times = {name: getattr(old, name) for name in TIMES}
    said = {name: None if value is None else micros(value) for name, value in times.items()}
    return {name: getattr(old, name) for name in PLAIN} | said | {"since_close": old.since_close}


def _alerts(tx: Tx, items: tuple[Item, ...], scope: Scope) -> dict[str, Alert]:
    """Heads only: the evidence is most of an alert's bytes, and no move looks at it."""
    wanted = select(*_HEAD).where(alert.c.id.in_([item.alert_id for item in items]), within(scope, alert.c.unit_id))
    rows = tx.connection.execute(wanted).mappings().all()
    cards = load_cards(tx.connection, (row["rule_key"] for row in rows))
    return {row["id"]: alert_of({**row, **_LEFT_OUT}, cards) for row in rows}


def _existing(found: dict[str, Alert], item: Item) -> Alert:
    if item.alert_id not in found:
        raise StateError("the alert is no longer within your units", code="SOC-1604")
    return found[item.alert_id]


def _asked(wish: BulkWish, by: Actor, at: datetime) -> moves.Wish:
    return moves.Wish(wish.action, by, at, wish.verdict, wish.reason, wish.note, wish.owner)
