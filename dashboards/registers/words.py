"""The words of the registers' closed sets."""

from __future__ import annotations

from dashboards.shell.i18n import N_
from reports.clocks import Punctuality, Standing
from soc.incident import Category, Channel, Move, ReportForm, Severity, State

CATEGORIES = {
    Category.MALWARE: N_("Malware"),
    Category.INTRUSION: N_("Intrusion"),
    Category.DENIAL_OF_SERVICE: N_("Denial of service"),
    Category.DATA_LEAK: N_("Leak or loss of data"),
    Category.DEFACEMENT: N_("Defacement or harmful content"),
    Category.PHISHING: N_("Phishing and impersonation"),
    Category.SUPPLIER: N_("Supplier"),
    Category.INSIDER: N_("Insider"),
    Category.SYSTEM_FAILURE: N_("System or power failure"),
    Category.OPERATOR_ERROR: N_("Operator error"),
    Category.NATURAL_CAUSE: N_("Natural cause"),
    Category.OTHER: N_("Other kind"),
}

SEVERITIES = {
    Severity.SERIOUS: N_("Serious"),
    Severity.HIGH: N_("High"),
    Severity.MEDIUM: N_("Medium"),
    Severity.LOW: N_("Low"),
}

SHAPES = {
    Severity.SERIOUS: "critical",
    Severity.HIGH: "high",
    Severity.MEDIUM: "medium",
    Severity.LOW: "low",
}
"""Severity -> the level whose shape and colour it has."""

STATES = {
    State.SUSPECTED: ("new", N_("Suspected")),
    State.CONFIRMED: ("in_progress", N_("Confirmed, not contained")),
    State.CONTAINED: ("waiting_unit", N_("Contained")),
    State.CLOSED: ("closed", N_("Ended")),
    State.DISMISSED: ("unknown", N_("No incident")),
}
"""State -> its mark and word."""

MOVES = {
    Move.CONFIRM: N_("Confirm as an incident"),
    Move.DISMISS: N_("It is no incident"),
    Move.CONTAIN: N_("Record the containment"),
    Move.SPREAD: N_("The containment did not hold"),
    Move.CLOSE: N_("End the incident"),
    Move.REOPEN: N_("Take it up again"),
    Move.DESCRIBE: N_("Describe"),
    Move.RECLASSIFY: N_("Change category or severity"),
    Move.CHANGE_T0: N_("Change the time of detection"),
    Move.REPORT: N_("Record a report that was sent"),
    Move.RECEIPT: N_("Record a receipt"),
    Move.WITHDRAW: N_("Withdraw a record of a report"),
    Move.WAIVE: N_("Not reportable"),
    Move.MARK_HIDDEN: N_("It was hidden"),
}

TOLD = {
    "open": N_("opened it"),
    Move.CONFIRM: N_("confirmed it as an incident"),
    Move.DISMISS: N_("found that it is no incident"),
    Move.CONTAIN: N_("recorded the containment"),
    Move.SPREAD: N_("found that the containment did not hold"),
    Move.CLOSE: N_("ended it"),
    Move.REOPEN: N_("took it up again"),
    Move.DESCRIBE: N_("described it"),
    Move.RECLASSIFY: N_("changed category or severity"),
    Move.CHANGE_T0: N_("changed the time of detection"),
    Move.REPORT: N_("recorded a report"),
    Move.RECEIPT: N_("recorded a receipt"),
    Move.WITHDRAW: N_("withdrew a record of a report"),
    Move.WAIVE: N_("decided that it is not reportable"),
    Move.MARK_HIDDEN: N_("recorded that it was hidden"),
}
"""What a line of the history says after the name of whoever did it."""

FORMS = {
    ReportForm.INITIAL: N_("Initial report"),
    ReportForm.CAUSE: N_("72-hour report"),
    ReportForm.PROGRESS: N_("Progress report"),
    ReportForm.FINAL: N_("Final report"),
    ReportForm.PERSONAL_DATA: N_("Notice of a breach of personal data"),
}

CHANNELS = {
    Channel.OFFICIAL_LETTER: N_("Official letter"),
    Channel.PORTAL: N_("Portal"),
    Channel.MAIL: N_("E-mail"),
    Channel.TELEPHONE: N_("Telephone"),
    Channel.IN_PERSON: N_("In person"),
}

STANDINGS = {
    Standing.RUNNING: ("in_progress", N_("Running")),
    Standing.NEAR: ("late", N_("Due soon")),
    Standing.OVERDUE: ("failed", N_("Overdue")),
    Standing.IN_TIME: ("ok", N_("Sent in time")),
    Standing.LATE: ("failed", N_("Sent late")),
    Standing.WAIVED: ("closed", N_("Not reportable")),
}
"""How a legal clock stands -> its mark and word."""

PUNCTUALITIES = {
    Punctuality.NONE: ("closed", N_("No report is owed")),
    Punctuality.RUNNING: ("in_progress", N_("The limit runs")),
    Punctuality.IN_TIME: ("ok", N_("Reported in time")),
    Punctuality.LATE: ("failed", N_("Reported late or not at all")),
    Punctuality.WAIVED: ("closed", N_("Not reportable")),
}
