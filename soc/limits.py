"""Time limits of alerts (workspace.md 1.5): fixed when an alert is raised, they stay with it.

Critical and high run by the wall clock, medium and low by the working calendar. While a unit is asked, the resolve
limit stands still, for at most the unit's own limit a question; acknowledging never stands still.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from soc.alert import Actor, ActorKind, Alert, Level, Status
from soc.calendar import Calendar, vietnam
from soc.settings import LevelSettings, LimitSettings

NEAR = 0.75
NONE = timedelta(0)
_FORM = re.compile(r"(\d+)([mhd])")


class LimitKind(StrEnum):
    """What has to happen in time."""

    ACK = "ack"
    UNIT = "unit"
    RESOLVE = "resolve"


class LimitState(StrEnum):
    """How it stands. NEAR: three quarters are gone. WAITING: it stands still, the unit is asked."""

    RUNNING = "running"
    NEAR = "near"
    BREACHED = "breached"
    KEPT = "kept"
    WAITING = "waiting"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of one alert. `fraction`: how much of it is gone, above 1 when late. `left`: what is left, below zero
    when late; in working time when `working`."""

    kind: LimitKind
    state: LimitState
    started: datetime | None
    due: datetime | None
    fraction: float
    left: timedelta
    working: bool


@dataclass(frozen=True, slots=True)
class LevelLimits:
    """The limits of a level; `unit` None: no question has a limit."""

    ack: timedelta
    unit: timedelta | None
    resolve: timedelta
    working: bool


@dataclass(frozen=True, slots=True)
class LimitRules:
    """What is in force: by level, and by unit where a unit has its own. `budget`: low and medium alerts a day that the
    team can judge."""

    levels: Mapping[Level, LevelLimits]
    units: Mapping[str, Mapping[Level, LevelLimits]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=vietnam)
    budget: int = 180

    def of(self, level: Level, unit: str) -> LevelLimits:
        level = Level.LOW if level is Level.INFORMATIONAL else level
        return self.units.get(unit, {}).get(level) or self.levels[level]

    def elapsed(self, level: Level, first: datetime, last: datetime) -> timedelta:
        """Time from `first` to `last` by the clock of the level; negative when `last` is earlier."""
        if not self.levels[_shown(level)].working:
            return last - first
        return self.calendar.between(first, last) if last >= first else -self.calendar.between(last, first)

    def after(self, level: Level, first: datetime, amount: timedelta) -> datetime:
        """The instant at which `amount` has passed by the clock of the level."""
        return self.calendar.after(first, amount) if self.levels[_shown(level)].working else first + amount

    def put_on(self, alert: Alert) -> Alert:
        """A new alert with its limits."""
        limits = self.of(alert.level, alert.unit)
        return replace(
            alert,
            ack_due=self.after(alert.level, alert.raised_at, limits.ack),
            resolve_due=self.after(alert.level, alert.raised_at, limits.resolve),
        )

    def moved(
        self, alert: Alert, status: Status, *, by: Actor, at: datetime, taken: bool, deadline: datetime | None
    ) -> Alert:
        """The alert's limits after a step to `status`; `deadline`: of the question, when one was asked."""
        if taken and alert.taken_at is None and by.kind is ActorKind.PERSON:
            alert = replace(alert, taken_at=at)
        leaves = alert.asked_at is not None and (deadline is not None or status is not Status.WAITING_UNIT)
        if leaves:
            alert = replace(alert, resolve_due=self._resolve_due(alert, at), asked_at=None, unit_due=None)
        if deadline is not None:
            alert = replace(alert, asked_at=at, unit_due=deadline)
        return alert

    def _resolve_due(self, alert: Alert, at: datetime) -> datetime | None:
        """Later by the time that the question took."""
        if alert.resolve_due is None or alert.asked_at is None:
            return alert.resolve_due
        paused = self.elapsed(alert.level, alert.asked_at, self._pause_end(alert, at))
        return self.after(alert.level, alert.resolve_due, max(paused, NONE))

    def _pause_end(self, alert: Alert, at: datetime) -> datetime:
        limit = self.of(alert.level, alert.unit).unit
        assert alert.asked_at is not None  # both callers have looked
        return at if limit is None else min(at, self.after(alert.level, alert.asked_at, limit))

    def of_alert(self, alert: Alert, now: datetime) -> tuple[Limit, ...]:
        """Acknowledge, the open question if there is one, resolve."""
        found = [self._ack(alert, now)]
        if alert.unit_due is not None:
            found.append(self._limit(LimitKind.UNIT, alert, alert.asked_at, alert.unit_due, now))
        return (*found, self._resolve(alert, now))

    def _ack(self, alert: Alert, now: datetime) -> Limit:
        done = alert.taken_at or alert.closed_at
        return self._limit(LimitKind.ACK, alert, alert.raised_at, alert.ack_due, done or now, done=done is not None)

    def _resolve(self, alert: Alert, now: datetime) -> Limit:
        if alert.asked_at is None or alert.resolve_due is None:
            done = alert.closed_at
            return self._limit(
                LimitKind.RESOLVE, alert, alert.raised_at, alert.resolve_due, done or now, done=done is not None
            )
        end = self._pause_end(alert, now)
        stands = replace(alert, resolve_due=self._resolve_due(alert, now))
        limit = self._limit(LimitKind.RESOLVE, stands, alert.raised_at, stands.resolve_due, now)
        waits = end == now and limit.state is not LimitState.BREACHED
        return replace(limit, state=LimitState.WAITING) if waits else limit

    def _limit(
        self,
        kind: LimitKind,
        alert: Alert,
        started: datetime | None,
        due: datetime | None,
        at: datetime,
        *,
        done: bool = False,
    ) -> Limit:
        working = self.levels[_shown(alert.level)].working
        if started is None or due is None:
            return Limit(kind, LimitState.NONE, started, due, 0.0, NONE, working)
        whole = self.elapsed(alert.level, started, due)
        fraction = self.elapsed(alert.level, started, at) / whole if whole > NONE else float(at > due)
        left = self.elapsed(alert.level, at, due)
        return Limit(kind, _state(at, due, fraction, done=done), started, due, fraction, left, working)


def limits_of(alert: Alert, now: datetime, rules: LimitRules | None = None) -> tuple[Limit, ...]:
    """Acknowledge, the open question if there is one, resolve."""
    return (rules or DEFAULT).of_alert(alert, now)


def rules_of(settings: LimitSettings) -> LimitRules:
    """The settings' limits."""
    levels = {level: _level(getattr(settings, level), level) for level in _LEVELS}
    units = {
        unit: {level: _level(each, level) for level in _LEVELS if (each := getattr(own, level)) is not None}
        for unit, own in settings.units.items()
    }
    return LimitRules(levels, units, budget=settings.budget)


_LEVELS: Sequence[Level] = (Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.LOW)
_WORKING = frozenset({Level.MEDIUM, Level.LOW})


def _shown(level: Level) -> Level:
    return Level.LOW if level is Level.INFORMATIONAL else level


def _state(at: datetime, due: datetime, fraction: float, *, done: bool) -> LimitState:
    if at > due:
        return LimitState.BREACHED
    if done:
        return LimitState.KEPT
    return LimitState.NEAR if fraction >= NEAR else LimitState.RUNNING


def _level(settings: LevelSettings, level: Level) -> LevelLimits:
    working = level in _WORKING
    unit = _amount(settings.unit, working=working) if settings.unit else None
    ack, resolve = (_amount(text, working=working) for text in (settings.ack, settings.resolve))
    return LevelLimits(ack, unit, resolve, working)


def _amount(text: str, *, working: bool) -> timedelta:
    """`15m`, `4h`, `3d`; a day of a level with working time is a working day."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time limit - write it like 15m, 4h or 3d")
    number, unit = int(found[1]), found[2]
    if unit == "d":
        return number * (vietnam().day if working else timedelta(days=1))
    return timedelta(minutes=number) if unit == "m" else timedelta(hours=number)


DEFAULT = rules_of(LimitSettings())
