"""The book of incidents: a row opens one; the times of its later steps may come along, so that the past can be loaded.

What is there already, by unit, detection and title, is left alone: an incident changes by its moves only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from dashboards.registers import words
from dashboards.registers.books import UNIT, Book, Effect, Faults, Hand, Values
from dashboards.registers.fields import Field, Kind
from dashboards.shell.i18n import N_
from soc.access import Right, Scope
from soc.incident import Incident, Move, State
from soc.state.incident_acts import Wish, act, begin

if TYPE_CHECKING:
    from soc.state.store import Tx

STEPS = ((Move.CONFIRM, "confirmed_at"), (Move.CONTAIN, "contained_at"), (Move.CLOSE, "closed_at"))
FUTURE = N_("This lies in the future.")
ORDER = N_("A later step needs the one before it, and lies after it.")


def rows(tx: Tx, scope: Scope) -> Iterable[dict[str, Any]]:
    for one in tx.incidents.all(scope):
        yield {name: getattr(one, name) for name in INCIDENTS.columns}


def weigh(tx: Tx, scope: Scope, said: Values) -> tuple[Effect, Faults]:
    faults: Faults = {}
    before = said["t0"]
    for _, name in STEPS:
        moment = said.get(name)
        if moment is None:
            before = None
        elif before is None or moment < before:
            faults[name] = ORDER
        else:
            before = moment
    return (Effect.NEW if found(tx, scope, said) is None else Effect.SAME), faults


def found(tx: Tx, scope: Scope, said: Values) -> Incident | None:
    """The incident that the row speaks of."""
    at_once = tx.incidents.detected(said["unit"], said["t0"], scope)
    return next((one for one in at_once if one.title == said["title"]), None)


def save(tx: Tx, hand: Hand, said: Values) -> None:
    if weigh(tx, hand.scope, said)[0] is not Effect.SAME:
        open_one(tx, hand, said)


def open_one(tx: Tx, hand: Hand, said: Values, *, alerts: tuple[str, ...] = ()) -> Incident:
    """Opens it and takes the steps whose times are given."""
    draft = Incident(
        id=token_hex(8),
        number=0,
        unit=said["unit"],
        title=said["title"],
        category=said["category"],
        severity=said["severity"],
        state=State.SUSPECTED,
        t0=said["t0"],
        opened_at=hand.at,
        opened_by=hand.by.id,
        summary=said["summary"] or "",
        systems=said["systems"] or (),
        grave=bool(said["grave"]),
        personal_data_at=said["personal_data_at"],
        alerts=alerts,
    )
    made = begin(tx, draft, by=hand.by, scope=hand.scope, at=hand.at)
    for move, name in STEPS:
        if said.get(name) is not None:
            wish = Wish(move, hand.by, hand.at, moment=said[name])
            made = act(tx, made.id, wish, scope=hand.scope, revision=made.revision)
    return made


def too_late(said: Values, hand: Hand) -> Faults:
    """Moments that lie in the future."""
    names = ("t0", "personal_data_at", *(name for _, name in STEPS))
    return {name: FUTURE for name in names if said.get(name) is not None and said[name] > hand.at}


FIELDS = (
    UNIT,
    Field("title", N_("What happened"), Kind.TEXT, required=True),
    Field("category", N_("Category"), Kind.CHOICE, required=True, choices=words.CATEGORIES),
    Field(
        "severity",
        N_("Severity"),
        Kind.CHOICE,
        required=True,
        choices=words.SEVERITIES,
        hint=N_("In doubt between two, take the higher one; it can be changed later with a reason."),
    ),
    Field(
        "t0",
        N_("Detected at (T0)"),
        Kind.MOMENT,
        required=True,
        hint=N_("To the minute. The legal limits count from here."),
    ),
    Field("grave", N_("Harm to national security, or a grave outage"), Kind.FLAG),
    Field(
        "personal_data_at",
        N_("Breach of personal data detected at"),
        Kind.MOMENT,
        hint=N_("Only when personal data was touched; it has a limit of its own."),
    ),
    Field(
        "systems",
        N_("Systems"),
        Kind.SYSTEMS,
        most=1_000,
        hint=N_("Several with the Ctrl key; in a file their ids with commas."),
    ),
    Field("summary", N_("Summary"), Kind.LONG, most=5_000),
)
LATER = (
    Field("confirmed_at", N_("Confirmed at"), Kind.MOMENT),
    Field("contained_at", N_("Contained at"), Kind.MOMENT),
    Field("closed_at", N_("Ended at"), Kind.MOMENT),
)

INCIDENTS = Book(
    "incidents", N_("Incidents"), "/registers/incidents", Right.TRIAGE, (*FIELDS, *LATER), rows, weigh, save
)
FORM = replace(INCIDENTS, fields=FIELDS)
"""Of the form: later steps have buttons of their own."""
