"""Moves of an incident: decided from plain values, written with history and audit entry in one transaction.

Whether the caller may do it at all is decided before, by the scope that is handed in (`Right.TRIAGE`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from soc.access import Scope
from soc.alert import Actor
from soc.errors import IllegalMove, StaleRevision, StateError
from soc.incident import (
    MOVES,
    NEEDS_REASON,
    Category,
    FormerT0,
    Incident,
    Move,
    SentReport,
    Severity,
    Waiver,
    legal_moves,
)

if TYPE_CHECKING:
    from soc.state.store import Tx

REASON_LEAST, TEXT_MOST = 5, 10_000
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """One move as asked for. `moment`: of confirmation, containment, end, or the new T0; None means `at`.
    The other fields belong to the moves whose names they carry; None leaves a thing as it is."""

    move: Move
    by: Actor
    at: datetime
    reason: str = ""
    moment: datetime | None = None
    category: Category | None = None
    severity: Severity | None = None
    grave: bool | None = None
    name: str = ""  # of whoever says that nothing needs to be reported
    report: SentReport | None = None
    report_id: str = ""
    receipt: str = ""
    hidden: bool = True
    title: str | None = None
    summary: str | None = None
    cause: str | None = None
    lessons: str | None = None
    systems: tuple[str, ...] | None = None
    alerts: tuple[str, ...] | None = None
    personal_data_at: datetime | None = None
    no_personal_data: bool = False  # it was thought so, and was not


def begin(tx: Tx, draft: Incident, *, by: Actor, scope: Scope, at: datetime, request_id: str = "") -> Incident:
    """A new incident, suspected. Raises NotFound for a unit outside the scope, StateError for a T0 of the future."""
    if draft.t0 > at:
        raise StateError("t0: the detection lies in the future", code="SOC-1645")
    made = tx.incidents.open(replace(draft, t0=to_minute(draft.t0)), scope, by=by, at=at, request_id=request_id)
    after = {"title": made.title, "t0": made.t0, "category": made.category, "severity": made.severity}
    tx.audit.append(by, "incident.open", made.id, at=at, unit=made.unit, after=after)
    return made


def act(tx: Tx, incident_id: str, wish: Wish, *, scope: Scope, revision: int, request_id: str = "") -> Incident:
    """Raises NotFound, StaleRevision, IllegalMove, or StateError for what is missing; then nothing is written."""
    old = tx.incidents.get(incident_id, scope)
    if old.revision != revision:
        text = f"incident is at revision {old.revision}, you read {revision} - look at what changed, then try again"
        raise StaleRevision(text, code="SOC-1609")
    new = decide(old, wish)
    written = tx.incidents.record(
        old, new, scope, str(wish.move), wish.reason, by=wish.by, at=wish.at, request_id=request_id
    )
    event = tx.incidents.history(incident_id, scope)[-1]
    tx.audit.append(
        wish.by,
        f"incident.{wish.move}",
        old.id,
        at=wish.at,
        unit=old.unit,
        before=event.before,
        after=event.after,
        reason=wish.reason,
    )
    return written


def decide(old: Incident, wish: Wish) -> Incident:
    """The incident after the move. Raises IllegalMove, or StateError that names every fault."""
    legal = legal_moves(old.state)
    if wish.move not in legal:
        raise IllegalMove(
            f"'{wish.move}' is not possible while the incident is '{old.state}' - possible: {', '.join(legal)}", legal
        )
    if found := faults(old, wish):
        raise StateError("; ".join(f"{name}: {text}" for name, text in found.items()), code="SOC-1645")
    return replace(old, state=MOVES[old.state][wish.move], **_CHANGES[wish.move](old, wish))


def faults(old: Incident, wish: Wish) -> dict[str, str]:
    """What the move still lacks or contradicts, by field; the move itself is legal."""
    found: dict[str, str] = {}
    if wish.move in NEEDS_REASON and len(wish.reason.strip()) < REASON_LEAST:
        found["reason"] = f"give a reason of at least {REASON_LEAST} characters"
    if len(wish.reason) > TEXT_MOST:
        found["reason"] = f"at most {TEXT_MOST} characters"
    return found | _time_faults(old, wish) | _CHECKS.get(wish.move, _nothing)(old, wish)


def to_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _time_faults(old: Incident, wish: Wish) -> dict[str, str]:
    moment = wish.moment
    if moment is None:
        return {"moment": "give the moment"} if wish.move is Move.CHANGE_T0 else {}
    if moment > wish.at:
        return {"moment": "lies in the future"}
    if wish.move is Move.CHANGE_T0:
        later = [one for one in (old.confirmed_at, old.contained_at, old.closed_at) if one and one < to_minute(moment)]
        return {"moment": "lies after a later step of this incident"} if later else {}
    if moment < old.t0:
        return {"moment": "lies before the detection"}
    if wish.move is Move.CLOSE and old.contained_at and moment < old.contained_at:
        return {"moment": "lies before the containment"}
    return {}


def _nothing(old: Incident, wish: Wish) -> dict[str, str]:
    return {}


def _check_report(old: Incident, wish: Wish) -> dict[str, str]:
    sent = wish.report
    if sent is None:
        return {"form": "say which report was sent"}
    found = {} if sent.receiver.strip() else {"receiver": "say who received it"}
    if sent.sent_at > wish.at:
        found["sent_at"] = "lies in the future"
    elif sent.sent_at < old.t0:
        found["sent_at"] = "lies before the detection"
    for file in sent.files:
        if len(file.sha256) != 64 or set(file.sha256) - set("0123456789abcdef"):
            found["sha256"] = "64 hexadecimal digits"
    return found


def _check_sent(old: Incident, wish: Wish) -> dict[str, str]:
    known = any(one.id == wish.report_id and one.counts for one in old.reports)
    found = {} if known else {"report_id": "no such report of this incident"}
    if wish.move is Move.RECEIPT and not wish.receipt.strip():
        found["receipt"] = "give the receipt"
    return found


def _check_waiver(old: Incident, wish: Wish) -> dict[str, str]:
    return {} if wish.name.strip() else {"name": "give the name of whoever decides this"}


def _check_class(old: Incident, wish: Wish) -> dict[str, str]:
    wished = (wish.category or old.category, wish.severity or old.severity, _grave(old, wish))
    same = wished == (old.category, old.severity, old.grave)
    return {"severity": "nothing was changed"} if same else {}


def _check_description(old: Incident, wish: Wish) -> dict[str, str]:
    found = {} if wish.title is None or wish.title.strip() else {"title": "an incident needs a title"}
    if wish.personal_data_at is not None and wish.personal_data_at > wish.at:
        found["personal_data_at"] = "lies in the future"
    for name in ("title", "summary", "cause", "lessons"):
        if len(getattr(wish, name) or "") > TEXT_MOST:
            found[name] = f"at most {TEXT_MOST} characters"
    return found


_CHECKS: dict[Move, Callable[[Incident, Wish], dict[str, str]]] = {
    Move.REPORT: _check_report,
    Move.RECEIPT: _check_sent,
    Move.WITHDRAW: _check_sent,
    Move.WAIVE: _check_waiver,
    Move.RECLASSIFY: _check_class,
    Move.DESCRIBE: _check_description,
}


def _moment(old: Incident, wish: Wish) -> datetime:
    """As given, or now; to the minute, but never before what came first."""
    return max(to_minute(wish.moment or wish.at), old.t0)


def _confirmed(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"confirmed_at": _moment(old, wish)}


def _dismissed(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"closed_at": _moment(old, wish)}


def _contained(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"contained_at": _moment(old, wish)}


def _spread(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"contained_at": None}


def _closed(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"closed_at": max(_moment(old, wish), old.contained_at or old.t0)}


def _reopened(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"closed_at": None}


def _described(old: Incident, wish: Wish) -> dict[str, Any]:
    names = ("title", "summary", "cause", "lessons", "systems", "alerts", "personal_data_at")
    given = {name: getattr(wish, name) for name in names if getattr(wish, name) is not None}
    if wish.no_personal_data:
        given["personal_data_at"] = None
    return {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}


def _reclassified(old: Incident, wish: Wish) -> dict[str, Any]:
    """A waiver was given for the class that was; a worse one needs a new decision."""
    severity = wish.severity or old.severity
    order = list(Severity)
    worse = order.index(severity) < order.index(old.severity) or (_grave(old, wish) and not old.grave)
    changed = {"category": wish.category or old.category, "severity": severity, "grave": _grave(old, wish)}
    return changed | ({"waiver": None} if worse else {})


def _other_t0(old: Incident, wish: Wish) -> dict[str, Any]:
    former = FormerT0(old.t0, wish.reason.strip(), wish.by.id, wish.at)
    return {"t0": to_minute(wish.moment or wish.at), "former_t0": (*old.former_t0, former)}


def _reported(old: Incident, wish: Wish) -> dict[str, Any]:
    assert wish.report is not None  # checked
    number = max((int(one.id) for one in old.reports), default=0) + 1
    sent = replace(wish.report, id=str(number), recorded_by=wish.by.id, recorded_at=wish.at)
    return {"reports": (*old.reports, sent)}


def _received(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"reports": _with(old, wish.report_id, receipt=wish.receipt.strip())}


def _withdrawn(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"reports": _with(old, wish.report_id, withdrawn=wish.reason.strip())}


def _waived(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"waiver": Waiver(wish.reason.strip(), wish.name.strip(), wish.at)}


def _marked(old: Incident, wish: Wish) -> dict[str, Any]:
    return {"hidden": wish.hidden}


def _with(old: Incident, report_id: str, **changed: Any) -> tuple[SentReport, ...]:
    return tuple(replace(one, **changed) if one.id == report_id else one for one in old.reports)


def _grave(old: Incident, wish: Wish) -> bool:
    return old.grave if wish.grave is None else wish.grave


_CHANGES: dict[Move, Callable[[Incident, Wish], dict[str, Any]]] = {
    Move.CONFIRM: _confirmed,
    Move.DISMISS: _dismissed,
    Move.CONTAIN: _contained,
    Move.SPREAD: _spread,
    Move.CLOSE: _closed,
    Move.REOPEN: _reopened,
    Move.DESCRIBE: _described,
    Move.RECLASSIFY: _reclassified,
    Move.CHANGE_T0: _other_t0,
    Move.REPORT: _reported,
    Move.RECEIPT: _received,
    Move.WITHDRAW: _withdrawn,
    Move.WAIVE: _waived,
    Move.MARK_HIDDEN: _marked,
}
