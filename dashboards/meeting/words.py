"""Meetings in words."""

from __future__ import annotations

from dashboards.shell.i18n import N_
from soc.task import TaskState

PROVINCE = N_("the whole province")
NEEDED = N_("This is needed.")
NO_UNIT = N_("There is no such unit today, or it is not one of yours.")
NO_TILE = N_("Choose at least one figure, at most forty.")
NO_FIGURES = N_("No figures are taken here.")
FUTURE = N_("Figures cannot be frozen at a moment that has not come yet.")
TOO_LONG = N_("This text is too long.")
STATE_SECRET = N_(
    "This text carries the mark of a state secret. Such things have their own channels; nothing was stored."
)
NO_POSITION = N_("There is no such figure in this meeting.")
TASK_STATES: dict[TaskState, tuple[str, str]] = {
    TaskState.ASSIGNED: ("new", N_("newly assigned")),
    TaskState.ACCEPTED: ("assigned", N_("accepted")),
    TaskState.IN_PROGRESS: ("in_progress", N_("being carried out")),
    TaskState.REPORTED: ("waiting_unit", N_("reported as done")),
    TaskState.RETURNED: ("reopened", N_("returned")),
    TaskState.DONE: ("ok", N_("done")),
    TaskState.CANCELLED: ("closed", N_("cancelled")),
}
GRADES: dict[str, str] = {"good": "ok", "watch": "late", "failed": "failed"}
"""The sign beside the word of a class; the others have none."""

ARROWS: dict[str, str] = {"up": "▲", "down": "▼", "same": "■"}

PAST = N_("The deadline lies in the past.")
