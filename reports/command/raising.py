"""Keeps warnings: raises what is new, updates what is open, and passes up what nobody has taken (ioc-hub.md 12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from reports.kpi.warnings import Key, Signal, reconciled
from soc.access import SYSTEM
from soc.alert import SYSTEM_ACTOR
from soc.calendar import Calendar
from soc.reminder import UP
from soc.state.store import Tx
from soc.state.warnings import Told, Warned
from soc.warning import acknowledge_before, goes_up

RETOLD = timedelta(hours=1)
"""How often new words and figures of the same cause are written into its history at most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one look has changed."""

    raised: tuple[Warned, ...] = ()
    passed_up: tuple[Warned, ...] = ()
    updated: int = 0


def keep(tx: Tx, signals: Iterable[Signal], now: datetime, calendar: Calendar) -> Kept:
    """One transaction. A warning whose cause is gone stays open until people close it; its cause may come back."""
    stored = tx.warnings.all(SYSTEM, limit=100_000)
    known: dict[Key, Warned] = {one.key: one for one in stored}
    changes = reconciled(signals, known)
    raised = tx.warnings.raise_new((_new(one, now, calendar) for one in changes.raised), at=now)
    updated = 0
    for signal in changes.updated:
        old = known[signal.key]
        new, kind = _seen_again(old, signal, now, calendar)
        if kind:
            known[signal.key] = tx.warnings.change(old, new, SYSTEM, kind, "", by=SYSTEM_ACTOR, at=now)
            updated += 1
    for key in changes.over:
        if known[key].gone_at is None:
            gone = replace(known[key], gone_at=now)
            known[key] = tx.warnings.change(known[key], gone, SYSTEM, "gone", "", by=SYSTEM_ACTOR, at=now)
            updated += 1
    passed = tuple(_passed_up(tx, one, now, calendar) for one in known.values() if _waits(one, now, calendar))
    return Kept(raised, passed, updated)


def _new(signal: Signal, now: datetime, calendar: Calendar) -> Warned:
    return Warned(
        uuid4().hex,
        0,
        signal.cause,
        signal.subject,
        signal.unit,
        signal.level,
        Told(signal.sentence.vi, signal.sentence.en),
        Told(signal.advice.vi, signal.advice.en),
        signal.figures,
        now,
        now,
        acknowledge_before(now, signal.level, calendar),
    )


def _seen_again(old: Warned, signal: Signal, now: datetime, calendar: Calendar) -> tuple[Warned, str]:
    """What changed of it, and the word for that; '' when nothing did. The level never falls while it is open."""
    new = replace(
        old,
        sentence=Told(signal.sentence.vi, signal.sentence.en),
        advice=Told(signal.advice.vi, signal.advice.en),
        figures=signal.figures,
        gone_at=None,
    )
    levels = tuple(type(signal.level))
    if levels.index(signal.level) > levels.index(old.level):
        new = replace(new, level=signal.level)
        if new.deadline > (sooner := acknowledge_before(now, signal.level, calendar)):
            new = replace(new, deadline=sooner)
    if new == old:
        return old, ""
    heavier = new.level is not old.level
    if not heavier and old.gone_at is None and now - old.updated_at < RETOLD:
        return old, ""
    return replace(new, updated_at=now), "update" if old.gone_at is None else "back"


def _waits(one: Warned, now: datetime, calendar: Calendar) -> bool:
    """Not taken within its time; at the top there is no further step."""
    if UP[one.receiver] is one.receiver or now <= one.deadline:
        return False
    return goes_up(one.state, one.raised_at, one.level, now, calendar)


def _passed_up(tx: Tx, one: Warned, now: datetime, calendar: Calendar) -> Warned:
    """To the next receiver, who has the same time again."""
    new = replace(one, receiver=UP[one.receiver], deadline=acknowledge_before(now, one.level, calendar), updated_at=now)
    return tx.warnings.change(one, new, SYSTEM, "up", "", by=SYSTEM_ACTOR, at=now)
