"""Warnings and reminders in words."""

from __future__ import annotations

from dashboards.shell.i18n import N_
from soc.reminder import Receiver, ReminderKind
from soc.warning import WarningCause, WarningLevel, WarningState

LEVELS: dict[WarningLevel, tuple[str, str]] = {
    WarningLevel.SERIOUS: ("failed", N_("serious")),
    WarningLevel.ATTENTION: ("late", N_("attention")),
    WarningLevel.INFO: ("info", N_("for information")),
}
STATES: dict[WarningState, tuple[str, str]] = {
    WarningState.NEW: ("new", N_("just raised")),
    WarningState.ACKNOWLEDGED: ("assigned", N_("acknowledged")),
    WarningState.IN_PROGRESS: ("in_progress", N_("being handled")),
    WarningState.HANDLED: ("ok", N_("handled")),
    WarningState.UNCONFIRMED: ("closed", N_("not confirmed")),
}
MOVES: dict[WarningState, str] = {
    WarningState.ACKNOWLEDGED: N_("Acknowledge"),
    WarningState.IN_PROGRESS: N_("Begin to handle it"),
    WarningState.HANDLED: N_("It is handled"),
    WarningState.UNCONFIRMED: N_("Do not confirm it"),
}
TOLD: dict[str, str] = {
    "raise": N_("raised the warning"),
    "update": N_("saw the cause again"),
    "gone": N_("found that the cause is gone"),
    "back": N_("found that the cause is back"),
    "up": N_("passed it one step up"),
    WarningState.ACKNOWLEDGED: N_("acknowledged it"),
    WarningState.IN_PROGRESS: N_("began to handle it"),
    WarningState.HANDLED: N_("handled it"),
    WarningState.UNCONFIRMED: N_("did not confirm it"),
}
CAUSES: dict[WarningCause, str] = {
    WarningCause.THRESHOLD: N_("limit crossed"),
    WarningCause.BAND: N_("outside its forecast"),
    WarningCause.LATE: N_("late figures"),
    WarningCause.LOST: N_("link lost"),
    WarningCause.SUM_MISMATCH: N_("sums contradict"),
    WarningCause.POSTURE_DROP: N_("posture fell"),
    WarningCause.INCIDENT: N_("serious incident"),
    WarningCause.SUDDEN_STOP: N_("sudden stop"),
}
RECEIVERS: dict[Receiver, str] = {
    Receiver.FOCAL_POINT: N_("focal point"),
    Receiver.UNIT_HEAD: N_("head of the unit"),
    Receiver.STEERING: N_("steering body"),
}
KINDS: dict[ReminderKind, str] = {
    ReminderKind.FIGURES_DUE: N_("figures due"),
    ReminderKind.FIGURES_LATE: N_("figures late"),
    ReminderKind.HELD: N_("held figures"),
    ReminderKind.WARNING_NEW: N_("new warning"),
    ReminderKind.WARNING_UP: N_("warning not acknowledged"),
    ReminderKind.TASK_HALF: N_("task at half its time"),
    ReminderKind.TASK_DAY_BEFORE: N_("task due in a day"),
    ReminderKind.TASK_DUE: N_("task due"),
    ReminderKind.TASK_OVERDUE: N_("task overdue"),
    ReminderKind.DIGEST: N_("weekly digest"),
}
NEEDS_REASON = N_("Say in a sentence why the warning is not right.")
