"""Every table of the state store. One that holds data of a unit has `unit_id`; the others stand in GLOBAL.

Those in APPEND_ONLY take no UPDATE and no DELETE: triggers refuse both.
"""

from __future__ import annotations

from soc.state.tables import (
    access,
    alerts,
    command,
    figures,
    hub,
    incidents,
    people,
    pipeline,
    posture,
    readiness,
    receipts,
    registers,
    reports,
    sources,
    triage,
    watch,
    work,
)
from soc.state.tables.base import metadata

__all__ = [
    "APPEND_ONLY",
    "GLOBAL",
    "access",
    "alerts",
    "command",
    "figures",
    "hub",
    "incidents",
    "metadata",
    "people",
    "pipeline",
    "posture",
    "readiness",
    "receipts",
    "registers",
    "reports",
    "sources",
    "triage",
    "watch",
    "work",
]

APPEND_ONLY = (
    "alert_event",
    "audit",
    "batch_receipt",
    "entity_fact",
    "finding_event",
    "incident_event",
    "loaded_version",
    "meeting_decision",
    "meeting_tile",
    "observation",
    "posture_snapshot",
    "readiness_reason",
    "report_event",
    "task_event",
    "warning_event",
)

GLOBAL = {
    "loaded_version": "the catalogue, the profile and the organisation chart, which everybody who signs in may know",
    "position": "read positions of the loops; no content",
    "counter": "number sequences; no content",
    "fact": "settings of the pipeline itself, such as the rule set in force",
    "rule_card": "texts of rules, which are the same for all units",
    "entity_name": "names alone; which alerts they are in stands in alert_entity, with its unit",
    "storm": "one row a rule; what it holds is counted from its alerts, with their units",
    "job": "belongs to the person who began it; what it touched stands in job_item, with its unit",
    "saved_view": "filters that a person named; no content of alerts",
    "preference": "belongs to a person",
    "kept_answer": "belongs to the account that asked; gone after a day",
    "unit": "the organisation chart is known to everybody who signs in",
    "person": "people belong to no unit; their grants do",
    "session": "belongs to a person",
    "figure_run": "when figures were kept; no content",
    "account_care": "belongs to a person",
    "factor": "belongs to a person; sealed",
    "recovery_code": "belongs to a person; hashed",
    "sign_in_log": "belongs to a person; the last sign-ins",
    "notice": "belongs to a person",
    "access_review": "a list of all accounts and grants; administrators and auditors over the whole province",
    "sign_in_wait": "failures by account name, also of names that do not exist",
}
