"""A warning's words and life: levels, causes, states and the moves between them (ioc-hub.md 12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from soc.calendar import Calendar


class WarningLevel(StrEnum):
    """How urgent, the mildest first: thông tin, chú ý, nghiêm trọng."""

    INFO = "info"
    ATTENTION = "attention"
    SERIOUS = "serious"


class WarningCause(StrEnum):
    """What raises one."""

    THRESHOLD = "threshold"
    BAND = "band"
    LATE = "late"
    LOST = "lost"
    SUM_MISMATCH = "sum_mismatch"
    POSTURE_DROP = "posture_drop"
    INCIDENT = "incident"
    SUDDEN_STOP = "sudden_stop"


class WarningState(StrEnum):
    """Mới, đã tiếp nhận, đang xử lý, đã xử lý, không xác nhận."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    HANDLED = "handled"
    UNCONFIRMED = "unconfirmed"


_S = WarningState

WARNING_MOVES: dict[WarningState, frozenset[WarningState]] = {
    _S.NEW: frozenset({_S.ACKNOWLEDGED}),
    _S.ACKNOWLEDGED: frozenset({_S.IN_PROGRESS, _S.HANDLED, _S.UNCONFIRMED}),
    _S.IN_PROGRESS: frozenset({_S.HANDLED, _S.UNCONFIRMED}),
    _S.HANDLED: frozenset(),
    _S.UNCONFIRMED: frozenset(),
}
"""UNCONFIRMED wants a reason."""

OPEN = frozenset({_S.NEW, _S.ACKNOWLEDGED, _S.IN_PROGRESS})
WORKING_LIMIT = timedelta(hours=4)
SERIOUS_LIMIT = timedelta(minutes=30)


def may_move(state: WarningState, to: WarningState, reason: str = "") -> bool:
    """Whether the table has the move, with what it needs."""
    return to in WARNING_MOVES[state] and (to is not WarningState.UNCONFIRMED or bool(reason.strip()))


def acknowledge_before(raised_at: datetime, level: WarningLevel, calendar: Calendar) -> datetime:
    """After that it goes up one step: serious ones by the clock, others in working time."""
    if level is WarningLevel.SERIOUS:
        return raised_at + SERIOUS_LIMIT
    return calendar.after(raised_at, WORKING_LIMIT)


def goes_up(state: WarningState, raised_at: datetime, level: WarningLevel, now: datetime, calendar: Calendar) -> bool:
    """Whether nobody has taken it in its time."""
    return state is WarningState.NEW and now > acknowledge_before(raised_at, level, calendar)
