"""Tasks in words: states with their mark, moves, sides, what a line of history says."""

from __future__ import annotations

from dashboards.shell.i18n import N_
from soc.access import RoleOfPerson
from soc.task import LinkKind, TaskMove, TaskState

STATES: dict[TaskState, tuple[str, str]] = {
    TaskState.ASSIGNED: ("new", N_("newly assigned")),
    TaskState.ACCEPTED: ("assigned", N_("accepted")),
    TaskState.IN_PROGRESS: ("in_progress", N_("being carried out")),
    TaskState.REPORTED: ("waiting_unit", N_("reported as done")),
    TaskState.RETURNED: ("reopened", N_("returned")),
    TaskState.DONE: ("ok", N_("done")),
    TaskState.CANCELLED: ("closed", N_("cancelled")),
}
MOVES: dict[TaskMove, str] = {
    TaskMove.ACCEPT: N_("Accept the task"),
    TaskMove.BEGIN: N_("Begin the work"),
    TaskMove.REPORT: N_("Report as done"),
    TaskMove.ASK_LONGER: N_("Ask for more time"),
    TaskMove.COMPLETE: N_("Confirm as done"),
    TaskMove.RETURN: N_("Return it"),
    TaskMove.GRANT_LONGER: N_("Grant more time"),
    TaskMove.REFUSE_LONGER: N_("Refuse more time"),
    TaskMove.CANCEL: N_("Cancel the task"),
}
TOLD: dict[str, str] = {
    "assign": N_("assigned the task"),
    TaskMove.ACCEPT: N_("accepted it"),
    TaskMove.BEGIN: N_("began the work"),
    TaskMove.REPORT: N_("reported it as done"),
    TaskMove.ASK_LONGER: N_("asked for more time"),
    TaskMove.COMPLETE: N_("confirmed it as done"),
    TaskMove.RETURN: N_("returned it"),
    TaskMove.GRANT_LONGER: N_("granted more time"),
    TaskMove.REFUSE_LONGER: N_("refused more time"),
    TaskMove.CANCEL: N_("cancelled it"),
    "reference": N_("noted its number in the document system"),
}
LINKS: dict[LinkKind, str] = {
    LinkKind.TILE: N_("Figure"),
    LinkKind.WARNING: N_("Warning"),
    LinkKind.MEETING: N_("Meeting"),
}
OFFICES: dict[str, str] = {
    RoleOfPerson.LEADER: N_("Leader of %(unit)s"),
    RoleOfPerson.IT_CENTRE: N_("IT centre, for %(unit)s"),
}
PROVINCE = N_("the province")
FAULTS: dict[str, str] = {
    "say what is to be done": N_("Say what is to be done."),
    "at most 500 characters": N_("At most 500 characters."),
    "at most 5000 characters": N_("At most 5,000 characters."),
    "lies in the past": N_("The deadline lies in the past."),
    "give a reason of at least 5 characters": N_("Give a reason of at least 5 characters."),
    "say what was done": N_("Say what was done."),
    "give a later deadline": N_("Give a deadline that is later than the one there is."),
}
NEEDED = N_("This is needed.")
NO_UNIT = N_("There is no such unit today, or it is not one of yours.")
STATE_SECRET = N_(
    "This text carries the mark of a state secret. Such things have their own channels; nothing was stored."
)
FILE_TOO_LARGE = N_("The file is larger than 10 MiB.")
NO_ROOM = N_("Files cannot be kept here.")
