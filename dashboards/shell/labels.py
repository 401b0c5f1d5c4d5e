"""The words of closed sets: levels, states, verdicts, reasons, roles, fates, and the fields people meet most."""

from __future__ import annotations

from dashboards.shell.i18n import N_
from soc.access import RoleOfPerson
from soc.alert import Action, Level, Status, Verdict

LEVELS = {
    Level.CRITICAL: N_("Critical"),
    Level.HIGH: N_("High"),
    Level.MEDIUM: N_("Medium"),
    Level.LOW: N_("Low"),
    Level.INFORMATIONAL: N_("Informational"),
}

LEVELS_SHORT = LEVELS | {
    Level.CRITICAL: N_("Crit"),
    Level.MEDIUM: N_("Med"),
    Level.INFORMATIONAL: N_("Info"),
}

STATUSES = {
    Status.NEW: N_("New"),
    Status.ASSIGNED: N_("Assigned"),
    Status.IN_PROGRESS: N_("In progress"),
    Status.WAITING_UNIT: N_("Waiting for the unit"),
    Status.CLOSED: N_("Closed"),
    Status.REOPENED: N_("Reopened"),
}

ACTIONS = {
    Action.ASSIGN: N_("Assign"),
    Action.TAKE: N_("Take"),
    Action.ASK_UNIT: N_("Ask the unit"),
    Action.RESUME: N_("Resume"),
    Action.CLOSE: N_("Close"),
    Action.REOPEN: N_("Reopen"),
}

VERDICTS = {
    Verdict.TRUE_POSITIVE: N_("True alert"),
    Verdict.BENIGN_TRUE: N_("True but legitimate"),
    Verdict.FALSE_POSITIVE: N_("False alert"),
    Verdict.UNDETERMINED: N_("Cannot be decided"),
}

REASON_NAMES = {
    "compromise_confirmed": N_("Compromise confirmed"),
    "attack_no_effect": N_("Attack without effect"),
    "attack_blocked": N_("Attack blocked"),
    "policy_violation": N_("Violation of policy"),
    "planned_work": N_("Planned work"),
    "authorised_scan": N_("Authorised scan"),
    "admin_activity": N_("Work of an administrator"),
    "user_confirmed": N_("Confirmed by the user"),
    "exercise": N_("Exercise"),
    "rule_logic": N_("The rule is too broad"),
    "bad_indicator": N_("Wrong indicator"),
    "parser_error": N_("Log was read wrongly"),
    "wrong_asset_data": N_("Wrong data about the asset"),
    "known_software": N_("Known software"),
    "log_missing": N_("Logs are missing"),
    "log_expired": N_("Logs have expired"),
    "unit_no_answer": N_("The unit did not answer"),
    "duplicate": N_("Duplicate"),
    "other": N_("Other, see note"),
}

ROLES = {
    RoleOfPerson.LEADER: N_("Leader"),
    RoleOfPerson.UNIT_CONTACT: N_("Unit contact"),
    RoleOfPerson.ANALYST: N_("Analyst"),
    RoleOfPerson.SHIFT_LEAD: N_("Shift lead"),
    RoleOfPerson.IT_CENTRE: N_("IT centre"),
    RoleOfPerson.ADMIN: N_("Administrator"),
    RoleOfPerson.AUDITOR: N_("Auditor"),
}

FIELDS = {
    "source.ip": N_("source address"),
    "destination.ip": N_("destination address"),
    "destination.port": N_("destination port"),
    "host.name": N_("machine"),
    "user.name": N_("account"),
    "url.domain": N_("site"),
    "dns.question.name": N_("domain name"),
    "process.name": N_("process"),
    "process.executable": N_("program"),
    "file.path": N_("file"),
    "observer.name": N_("device"),
}

TACTICS = {
    "reconnaissance": N_("Reconnaissance"),
    "resource-development": N_("Resource development"),
    "initial-access": N_("Initial access"),
    "execution": N_("Execution"),
    "persistence": N_("Persistence"),
    "privilege-escalation": N_("Privilege escalation"),
    "stealth": N_("Stealth"),
    "defense-impairment": N_("Defence impairment"),
    "credential-access": N_("Credential access"),
    "discovery": N_("Discovery"),
    "lateral-movement": N_("Lateral movement"),
    "collection": N_("Collection"),
    "command-and-control": N_("Command and control"),
    "exfiltration": N_("Exfiltration"),
    "impact": N_("Impact"),
}
"""ATT&CK's tactics by short name; techniques keep their English names, which people look up."""

THEMES = (("system", N_("As the machine")), ("light", N_("Light")), ("dark", N_("Dark")))
"""Value of the cookie and word of the button."""

DENSITIES = (("compact", N_("Compact")), ("comfortable", N_("Comfortable")))
"""Rows of 28 and of 36 pixels; the same form as the themes."""

EVENT_KINDS = {
    "raised": N_("raised the alert"),
    "level": N_("changed the level to %(level)s"),
    Action.ASSIGN: N_("assigned it to %(owner)s"),
    Action.TAKE: N_("took it"),
    Action.ASK_UNIT: N_("asked the unit"),
    Action.RESUME: N_("resumed the work"),
    Action.CLOSE: N_("closed it: %(verdict)s, %(reason)s"),
    Action.REOPEN: N_("reopened it"),
    "comment": N_("noted"),
    "amend": N_("added to a note"),
    "tick": N_("ticked a step"),
    "untick": N_("took back a tick"),
    "approve_close": N_("agreed to the verdict"),
    "superseded": N_("took it back: late events show that the pattern did not hold"),
    "restored": N_("let it count again: late events show that the pattern held"),
}

UNTAKEN = (Status.NEW, Status.ASSIGNED, Status.REOPENED)
"""Nobody has taken it yet; an assignment alone does not count."""

KEYS = {
    Action.TAKE: "t",
    Action.CLOSE: "c",
    Action.ASSIGN: "a",
    Action.ASK_UNIT: "w",
    Action.RESUME: "t",
    Action.REOPEN: "o",
}
"""The key at the right of each button (workspace.md W1)."""

KEY_LIST = (
    ("j k", N_("next, previous alert in the list")),
    ("Enter", N_("open the chosen alert")),
    ("u", N_("back to the list")),
    ("r", N_("show the new alerts")),
    ("1 2 3 4", N_("only alerts of this level")),
    ("f", N_("narrow the list")),
    ("t", N_("take the alert, or go on with it")),
    ("c", N_("close it: verdict and reason")),
    ("a", N_("assign it")),
    ("w", N_("ask the unit")),
    ("o", N_("open it again")),
    ("p", N_("judge it as last time")),
    ("e", N_("why it stands where it does")),
    ("x", N_("tick it; b then acts on the ticked alone")),
    ("b", N_("one act on all alerts of the filter")),
    ("z", N_("undo the last act on many")),
    (".", N_("menu of a value: narrow, leave out, group, open, copy")),
    ("Ctrl Enter", N_("send the form")),
    ("/", N_("search")),
    ("g a", N_("go to alerts")),
    ("g s", N_("go to sources")),
    ("g h", N_("go to the hunt")),
    ("g r", N_("go to rules")),
    ("g v", N_("go to health")),
    ("g b", N_("go to the registers")),
    ("g n", N_("go to figures handed in")),
    ("Esc", N_("close a form, leave a field")),
    ("?", N_("this list")),
)
"""Every key and what it does; `static/js/keys.js` holds the acts."""
