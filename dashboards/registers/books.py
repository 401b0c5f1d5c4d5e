"""The seven books of the registers: their columns, who may write them, and how a row becomes a record.

A row with the key of a record changes it; a row that says what is there already changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dashboards.registers.fields import Field, Kind
from dashboards.shell.i18n import N_
from dashboards.shell.labels import LEVELS
from soc.access import Right, Scope
from soc.alert import Actor
from soc.register import WEAKNESS_LEVELS, BotnetAddress, EndpointCount, ExpectedSource, Scan, System, Weakness

if TYPE_CHECKING:
    from soc.state.store import Tx

Values = Mapping[str, Any]
Faults = dict[str, str]


class Effect(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGE = "change"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes, when, and over which units."""

    by: Actor
    at: datetime
    scope: Scope


@dataclass(frozen=True, slots=True)
class Book:
    """`home`: the page that lists it. `rows`: its records as columns. `weigh`: what a row would do, and what is wrong
    with it as a whole. `save`: does it, with its audit entry."""

    name: str
    title: str
    home: str
    right: Right
    fields: tuple[Field, ...]
    rows: Callable[[Tx, Scope], Iterable[dict[str, Any]]]
    weigh: Callable[[Tx, Scope, Values], tuple[Effect, Faults]]
    save: Callable[[Tx, Hand, Values], None]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields)


UNIT = Field("unit", N_("Unit"), Kind.UNIT, required=True)
SYSTEM = Field("system", N_("System"), Kind.SYSTEM, required=True)
GIVER = Field("given_by", N_("Given by"), Kind.TEXT, required=True, most=120, hint=N_("Whose figure it is."))
USED = N_("There is a system with this id already, in a unit that is not yours.")
BEFORE = N_("This lies before the other day of the row.")
OVER = N_("More than there are machines.")


def system_rows(tx: Tx, scope: Scope) -> Iterable[dict[str, Any]]:
    for one in tx.systems.all(scope):
        yield {name: getattr(one, name) for name in SYSTEMS.columns}


def weigh_system(tx: Tx, scope: Scope, said: Values) -> tuple[Effect, Faults]:
    records = tx.systems.versions(said["id"], Scope(None))
    if not records:
        return Effect.NEW, {}
    old = records[-1]
    if not scope.sees(old.unit):
        return Effect.NEW, {"id": USED}
    return (Effect.SAME if _system(said) == _system(_said(old, SYSTEMS)) else Effect.CHANGE), {}


def save_system(tx: Tx, hand: Hand, said: Values) -> None:
    records = tx.systems.versions(said["id"], hand.scope)
    changed = _system(said)
    if records:
        old = records[-1]
        new = tx.systems.change(old.id, hand.scope, at=hand.at, **changed)
        before, after = (_said(one, SYSTEMS) for one in (old, new))
        tx.audit.append(
            hand.by, "system.change", old.id, at=hand.at, unit=new.unit, before=_told(before), after=_told(after)
        )
        return
    tx.systems.add(System(id=said["id"], valid_from=hand.at, **changed))
    tx.audit.append(hand.by, "system.add", said["id"], at=hand.at, unit=said["unit"], after=_told(said))


def _system(said: Values) -> dict[str, Any]:
    """What may change of a system; empty texts are empty, not None."""
    texts = {name: said[name] or "" for name in ("name", "decision_number", "contact")}
    days = {name: said[name] for name in ("unit", "level", "decision_date", "deadline")}
    return texts | days | {"retired": bool(said["retired"])}


def source_rows(tx: Tx, scope: Scope) -> Iterable[dict[str, Any]]:
    for one in tx.systems.expected(scope):
        if not (one.removal and one.removal.approved_at):
            yield {"system": one.system, "source": one.source, "since": one.since}


def weigh_source(tx: Tx, scope: Scope, said: Values) -> tuple[Effect, Faults]:
    owed = _owed(tx, scope, said)
    return (Effect.NEW if owed is None else Effect.SAME), {}


def save_source(tx: Tx, hand: Hand, said: Values) -> None:
    if _owed(tx, hand.scope, said) is not None:
        return
    of = tx.systems.get(said["system"], hand.scope)
    tx.systems.expect(of, said["source"], since=said["since"], by=hand.by.id, at=hand.at)
    tx.audit.append(hand.by, "system.expect", of.id, at=hand.at, unit=of.unit, after=_told(said))


def _owed(tx: Tx, scope: Scope, said: Values) -> ExpectedSource | None:
    """The line that counts already; its first day stays, whatever the row says."""
    found = tx.systems.expected(scope, system_id=said["system"])
    same = (one for one in found if one.source == said["source"])
    return next((one for one in same if not (one.removal and one.removal.approved_at)), None)


def scan_rows(tx: Tx, scope: Scope) -> Iterable[dict[str, Any]]:
    for one in tx.weaknesses.scans(scope):
        yield {name: getattr(one, name) for name in SCANS.columns}


def weigh_scan(tx: Tx, scope: Scope, said: Values) -> tuple[Effect, Faults]:
    known = {(one.scanned_on, one.by) for one in tx.weaknesses.scans(scope, system_id=said["system"])}
    return (Effect.SAME if (said["scanned_on"], said["by"]) in known else Effect.NEW), {}


def save_scan(tx: Tx, hand: Hand, said: Values) -> None:
    if weigh_scan(tx, hand.scope, said)[0] is Effect.SAME:
        return
    of = tx.systems.get(said["system"], hand.scope)
    tx.weaknesses.scanned(Scan(0, of.id, of.unit, said["scanned_on"], said["by"], hand.at, said["note"] or ""))
    tx.audit.append(hand.by, "scan.add", of.id, at=hand.at, unit=of.unit, after=_told(said))


def weakness_rows(tx: Tx, scope: Scope) -> Iterable[dict[str, Any]]:
    for one in tx.weaknesses.all(scope):
        yield {name: getattr(one, name) for name in WEAKNESSES.columns}


def weigh_weakness(tx: Tx, scope: Scope, said: Values) -> tuple[Effect, Faults]:
    faults = {"due": BEFORE} if said["due"] < said["found_on"] else {}
    if said["fixed_on"] and said["fixed_on"] < said["found_on"]:
        faults["fixed_on"] = BEFORE
    old = _flaw(tx, scope, said)
    if old is None:
        return Effect.NEW, faults
    same = all(getattr(old, name) == said[name] for name in ("title", "level", "due", "fixed_on"))
    return (Effect.SAME if same else Effect.CHANGE), faults


def save_weakness(tx: Tx, hand: Hand, said: Values) -> None:
    old = _flaw(tx, hand.scope, said)
    changed = {name: said[name] for name in ("title", "level", "due", "fixed_on")}
    if old is not None:
        new = tx.weaknesses.change(old.id, hand.scope, revision=old.revision, **changed)
        before, after = (_told(_said(one, WEAKNESSES)) for one in (old, new))
        tx.audit.append(hand.by, "weakness.change", str(old.id), at=hand.at, unit=old.unit, before=before, after=after)
        return
    of = tx.systems.get(said["system"], hand.scope)
    named = {"system": of.id, "unit": of.unit, "code": said["code"], "found_on": said["found_on"]}
    tx.weaknesses.add(Weakness(id=0, recorded_at=hand.at, **named, **changed))
    tx.audit.append(hand.by, "weakness.add", said["code"], at=hand.at, unit=of.unit, after=_told(said))


def _flaw(tx: Tx, scope: Scope, said: Values) -> Weakness | None:
    key = (said["code"], said["found_on"])
    found = tx.weaknesses.all(scope, system_id=said["system"])
    return next((one for one in found if (one.code, one.found_on) == key), None)


def endpoint_rows(tx: Tx, scope: Scope) -> Iterable[dict[str, Any]]:
    for one in tx.external.endpoints(scope):
        yield {name: getattr(one, name) for name in ENDPOINTS.columns}


def weigh_endpoint(tx: Tx, scope: Scope, said: Values) -> tuple[Effect, Faults]:
    faults = {name: OVER for name in ("protected", "current") if (said[name] or 0) > said["machines"]}
    key = (said["unit"], said["given_by"])
    found = tx.external.endpoints(scope, since=said["day"], until=said["day"])
    old = next((one for one in found if (one.unit, one.given_by) == key), None)
    if old is None:
        return Effect.NEW, faults
    return (Effect.SAME if _said(old, ENDPOINTS) == dict(said) else Effect.CHANGE), faults


def save_endpoint(tx: Tx, hand: Hand, said: Values) -> None:
    tx.external.count_endpoints([EndpointCount(**said, recorded_by=hand.by.id, recorded_at=hand.at)])
    tx.audit.append(hand.by, "endpoints.record", said["given_by"], at=hand.at, unit=said["unit"], after=_told(said))


def botnet_rows(tx: Tx, scope: Scope) -> Iterable[dict[str, Any]]:
    for one in tx.external.botnet(scope):
        yield {name: getattr(one, name) for name in BOTNET.columns}


def weigh_botnet(tx: Tx, scope: Scope, said: Values) -> tuple[Effect, Faults]:
    key = (said["unit"], said["address"], said["given_by"])
    found = tx.external.botnet(scope, since=said["day"], until=said["day"])
    old = next((one for one in found if (one.unit, one.address, one.given_by) == key), None)
    if old is None:
        return Effect.NEW, {}
    return (Effect.SAME if old.name == (said["name"] or "") else Effect.CHANGE), {}


def save_botnet(tx: Tx, hand: Hand, said: Values) -> None:
    named = dict(said) | {"name": said["name"] or ""}
    tx.external.list_botnet([BotnetAddress(**named, recorded_by=hand.by.id, recorded_at=hand.at)])
    tx.audit.append(hand.by, "botnet.record", said["address"], at=hand.at, unit=said["unit"], after=_told(said))


def _said(one: Any, book: Book) -> dict[str, Any]:
    return {name: getattr(one, name) for name in book.columns}


def _told(said: Values) -> dict[str, Any]:
    """For the audit log: what was said, without what was left empty."""
    return {name: value for name, value in said.items() if value not in (None, "", ())}


SYSTEMS = Book(
    "systems",
    N_("Systems"),
    "/registers/systems",
    Right.MANAGE_REGISTERS,
    (
        Field("id", N_("Id"), Kind.ID, required=True),
        Field("name", N_("Name"), Kind.TEXT, required=True),
        UNIT,
        Field("level", N_("System level"), Kind.CHOICE, choices={n: str(n) for n in range(1, 6)}),
        Field("decision_number", N_("Number of the decision"), Kind.TEXT, most=80),
        Field("decision_date", N_("Day of the decision"), Kind.DAY),
        Field("deadline", N_("Approval due by"), Kind.DAY),
        Field("contact", N_("Contact"), Kind.TEXT, most=120),
        Field("retired", N_("Out of use"), Kind.FLAG),
    ),
    system_rows,
    weigh_system,
    save_system,
)

SOURCES = Book(
    "sources",
    N_("Expected log sources"),
    "/registers/systems",
    Right.MANAGE_REGISTERS,
    (
        SYSTEM,
        Field("source", N_("Log source"), Kind.SOURCE, required=True),
        Field("since", N_("Expected from"), Kind.DAY, required=True),
    ),
    source_rows,
    weigh_source,
    save_source,
)

SCANS = Book(
    "scans",
    N_("Scans"),
    "/registers/weaknesses",
    Right.MANAGE_REGISTERS,
    (
        SYSTEM,
        Field("scanned_on", N_("Scanned on"), Kind.DAY, required=True),
        Field("by", N_("Scanned by"), Kind.TEXT, required=True, most=120),
        Field("note", N_("Note"), Kind.TEXT),
    ),
    scan_rows,
    weigh_scan,
    save_scan,
)

WEAKNESSES = Book(
    "weaknesses",
    N_("Weaknesses"),
    "/registers/weaknesses",
    Right.MANAGE_REGISTERS,
    (
        SYSTEM,
        Field("code", N_("Code"), Kind.TEXT, required=True, most=60, hint=N_("CVE or the number of another list.")),
        Field("title", N_("What it is"), Kind.TEXT, required=True),
        Field(
            "level",
            N_("Severity"),
            Kind.CHOICE,
            required=True,
            choices={level: LEVELS[level] for level in WEAKNESS_LEVELS},
        ),
        Field("found_on", N_("Found on"), Kind.DAY, required=True),
        Field("due", N_("To be fixed by"), Kind.DAY, required=True),
        Field("fixed_on", N_("Fixed on"), Kind.DAY),
    ),
    weakness_rows,
    weigh_weakness,
    save_weakness,
)

ENDPOINTS = Book(
    "endpoints",
    N_("Endpoint protection"),
    "/registers/external",
    Right.MANAGE_REGISTERS,
    (
        UNIT,
        Field("day", N_("Day"), Kind.DAY, required=True),
        GIVER,
        Field("machines", N_("Machines"), Kind.WHOLE, required=True),
        Field("protected", N_("Protected"), Kind.WHOLE, required=True),
        Field("current", N_("With new signatures"), Kind.WHOLE),
        Field("detections", N_("Detections"), Kind.WHOLE),
    ),
    endpoint_rows,
    weigh_endpoint,
    save_endpoint,
)

BOTNET = Book(
    "botnet",
    N_("Addresses on botnet lists"),
    "/registers/external",
    Right.MANAGE_REGISTERS,
    (
        UNIT,
        Field("day", N_("Day"), Kind.DAY, required=True),
        Field("address", N_("Address"), Kind.ADDRESS, required=True),
        GIVER,
        Field("name", N_("Name of the botnet"), Kind.TEXT, most=80),
    ),
    botnet_rows,
    weigh_botnet,
    save_botnet,
)
