"""Incidents as people see them: how their legal clocks stand, what may be done, and doing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.registers import fields, words
from dashboards.registers.books import Hand
from dashboards.registers.fields import Field, Kind
from dashboards.registers.incident_book import FORM, FUTURE, found, open_one
from dashboards.registers.service import judge, world_of, writer_scope
from dashboards.services import Services
from dashboards.shell.i18n import N_
from reports.clocks import Clock, Punctuality, clocks_of, law_of, next_due, punctuality
from soc.access import Right
from soc.incident import Incident, Move, ReportForm, SentFile, SentReport, State, legal_moves
from soc.register import System
from soc.state import incident_acts
from soc.state.incident_acts import Wish
from soc.state.incidents import IncidentEvent

REASON = Field("reason", N_("Reason"), Kind.TEXT, required=True, most=1_000)
NOTE = Field("reason", N_("Note"), Kind.TEXT, most=1_000)
MOMENT = Field("moment", N_("When"), Kind.MOMENT, hint=N_("Empty: now."))
SENT = Field("report_id", N_("Which report"), Kind.TEXT, required=True, most=10)

MOVE_FIELDS: dict[Move, tuple[Field, ...]] = {
    Move.CONFIRM: (MOMENT, NOTE),
    Move.DISMISS: (REASON,),
    Move.CONTAIN: (MOMENT, NOTE),
    Move.SPREAD: (REASON,),
    Move.CLOSE: (MOMENT, NOTE),
    Move.REOPEN: (REASON,),
    Move.DESCRIBE: (
        Field("title", N_("What happened"), Kind.TEXT, required=True),
        Field(
            "systems",
            N_("Systems"),
            Kind.SYSTEMS,
            most=1_000,
            hint=N_("Several with the Ctrl key; in a file their ids with commas."),
        ),
        Field("personal_data_at", N_("Breach of personal data detected at"), Kind.MOMENT),
        Field("summary", N_("Summary"), Kind.LONG, most=5_000),
        Field("cause", N_("Root cause"), Kind.LONG, most=5_000),
        Field("lessons", N_("Lessons learned"), Kind.LONG, most=5_000),
    ),
    Move.RECLASSIFY: (
        Field("category", N_("Category"), Kind.CHOICE, required=True, choices=words.CATEGORIES),
        Field("severity", N_("Severity"), Kind.CHOICE, required=True, choices=words.SEVERITIES),
        Field("grave", N_("Harm to national security, or a grave outage"), Kind.FLAG),
        REASON,
    ),
    Move.CHANGE_T0: (Field("moment", N_("Detected at (T0)"), Kind.MOMENT, required=True), REASON),
    Move.REPORT: (
        Field("form", N_("Report"), Kind.CHOICE, required=True, choices=words.FORMS),
        Field("sent_at", N_("Sent at"), Kind.MOMENT, required=True),
        Field("channel", N_("Channel"), Kind.CHOICE, required=True, choices=words.CHANNELS),
        Field("receiver", N_("Receiver"), Kind.TEXT, required=True),
        Field("document_number", N_("Number of the document"), Kind.TEXT, most=80),
        Field("receipt", N_("Receipt"), Kind.TEXT),
        Field("file_name", N_("File"), Kind.TEXT),
        Field("sha256", N_("SHA-256 of the file"), Kind.TEXT, most=64),
    ),
    Move.RECEIPT: (SENT, Field("receipt", N_("Receipt"), Kind.TEXT, required=True)),
    Move.WITHDRAW: (SENT, REASON),
    Move.WAIVE: (
        Field("name", N_("Decided by"), Kind.TEXT, required=True, hint=N_("Name of the person who decides it.")),
        REASON,
    ),
    Move.MARK_HIDDEN: (REASON,),
}
"""What each move asks for."""

TEXTS = {
    "lies in the future": FUTURE,
    "lies before the detection": N_("This lies before the detection."),
    "lies before the containment": N_("This lies before the containment."),
    "lies after a later step of this incident": N_("This lies after a later step of this incident."),
    "nothing was changed": N_("Nothing was changed."),
    "64 hexadecimal digits": N_("A SHA-256 has 64 hexadecimal digits."),
    "no such report of this incident": N_("There is no such report of this incident."),
}
REASON_SHORT = N_("Give a reason of at least 5 characters.")


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident of the list. `due`: the open duty that ends first."""

    incident: Incident
    due: Clock | None
    punctual: Punctuality


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident with its clocks, history and systems as far as the viewer sees them; `law` holds for its T0."""

    line: IncidentLine
    law: Any
    clocks: tuple[Clock, ...]
    history: tuple[IncidentEvent, ...]
    systems: Mapping[str, System]
    moves: tuple[Move, ...]
    people: Mapping[str, str]


def lines(services: Services, viewer: Viewer) -> list[IncidentLine]:
    """Those whose report is due first, then the others by detection, the newest first."""
    now = services.clock.now()
    with services.state.read() as tx:
        found = tx.incidents.all(viewer.scope(Right.READ_REGISTERS))
    made = [IncidentLine(one, next_due(one, now), punctuality(one, now)) for one in found]
    return sorted(made, key=lambda one: (one.due is None, one.due.due if one.due else now))


def read(services: Services, viewer: Viewer, incident_id: str) -> IncidentView:
    """Raises NotFound."""
    scope, now = viewer.scope(Right.READ_REGISTERS), services.clock.now()
    with services.state.read() as tx:
        one = tx.incidents.get(incident_id, scope)
        history = tx.incidents.history(incident_id, scope)
        systems = {each.id: each for each in tx.systems.all(scope) if each.id in one.systems}
        people = tx.people.names({event.actor for event in history})
    line = IncidentLine(one, next_due(one, now), punctuality(one, now))
    moves = moves_for(viewer, one)
    return IncidentView(line, law_of(one.t0), clocks_of(one, now), history, systems, moves, people)


def moves_for(viewer: Viewer, one: Incident) -> tuple[Move, ...]:
    """The legal moves; a receipt and a withdrawal need a report that counts."""
    if not viewer.may(Right.TRIAGE) or not viewer.scope(Right.TRIAGE).sees(one.unit):
        return ()
    needs = frozenset() if one.proofs else frozenset({Move.RECEIPT, Move.WITHDRAW})
    return tuple(move for move in legal_moves(one.state) if move not in needs)


def open_incident(services: Services, viewer: Viewer, typed: Mapping[str, str], *, alert: str = "") -> Incident:
    """By the form, also from an alert. Raises Refused, Invalid, NotFound for an alert that the viewer cannot see."""
    said, faults = judge(services, viewer, FORM, typed)
    if faults:
        raise Invalid(faults)
    hand = Hand(viewer.actor, services.clock.now(), writer_scope(viewer, FORM))
    with services.state.write() as tx:
        if (known := found(tx, hand.scope, said)) is not None:
            return known  # the form was sent twice
        alerts = (tx.alerts.get(alert, viewer.scope(Right.TRIAGE)).id,) if alert else ()
        return open_one(tx, hand, said | dict.fromkeys(("confirmed_at", "contained_at", "closed_at")), alerts=alerts)


def act(
    services: Services, viewer: Viewer, incident_id: str, move: Move, revision: int, typed: Mapping[str, str]
) -> Incident:
    """Raises Refused, Invalid, NotFound, IllegalMove, StaleRevision."""
    if not viewer.may(Right.TRIAGE):
        raise Refused(f"your roles do not include '{Right.TRIAGE}'")
    scope, now = viewer.scope(Right.TRIAGE), services.clock.now()
    with services.state.write() as tx:
        old = tx.incidents.get(incident_id, scope)
        said, faults = fields.read(MOVE_FIELDS[move], typed, world_of(tx, services, viewer, scope))
        if not faults:
            wish = _wish(move, viewer, now, said)
            faults = {name: _worded(name, text) for name, text in incident_acts.faults(old, wish).items()}
        if faults and move in legal_moves(old.state):
            raise Invalid(faults)
        return incident_acts.act(tx, incident_id, _wish(move, viewer, now, said), scope=scope, revision=revision)


def current(one: Incident, move: Move) -> dict[str, str]:
    """What the form of a move shows before anything is typed."""
    known = {"moment": one.t0} if move is Move.CHANGE_T0 else {}
    names = [field.name for field in MOVE_FIELDS[move]]
    if move in (Move.DESCRIBE, Move.RECLASSIFY):
        known |= {name: getattr(one, name) for name in names if hasattr(one, name)}
    written = {name: fields.written(known.get(name)) for name in names}
    return fields.for_form(MOVE_FIELDS[move], written)


def _wish(move: Move, viewer: Viewer, now: Any, said: Mapping[str, Any]) -> Wish:
    given = {name: said[name] for name in ("moment", "category", "severity", "title") if said.get(name) is not None}
    for name in ("summary", "cause", "lessons"):
        if name in said:
            given[name] = said[name] or ""
    for name in ("reason", "name", "receipt", "report_id"):
        given[name] = said.get(name) or ""
    if move is Move.DESCRIBE:
        breach = said["personal_data_at"]
        given |= {"systems": said["systems"] or (), "personal_data_at": breach, "no_personal_data": breach is None}
    if move is Move.RECLASSIFY:
        given["grave"] = said["grave"]
    if move is Move.REPORT:
        given |= {"report": _report(said), "receipt": ""}
    return Wish(move, viewer.actor, now, **given)


def _report(said: Mapping[str, Any]) -> SentReport | None:
    if not isinstance(said["form"], ReportForm) or said["sent_at"] is None or said["channel"] is None:
        return None
    sum_of = (said["sha256"] or "").lower()
    files = (SentFile(said["file_name"] or "", sum_of),) if sum_of or said["file_name"] else ()
    return SentReport(
        "",
        said["form"],
        said["sent_at"],
        said["channel"],
        said["receiver"] or "",
        document_number=said["document_number"] or "",
        receipt=said["receipt"] or "",
        files=files,
    )


def _worded(name: str, text: str) -> str:
    return REASON_SHORT if name == "reason" else TEXTS.get(text, fields.MISSING)


OPEN_STATES = frozenset({State.SUSPECTED, State.CONFIRMED, State.CONTAINED})
