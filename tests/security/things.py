"""One thing of a unit in each register and in the hub, written as the program writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from soc.access import SYSTEM
from soc.alert import SYSTEM_ACTOR, Level
from soc.incident import Category, Incident, Severity, State
from soc.meeting import Decision, FrozenTile, Meeting
from soc.observation import NaturalKey, Observation, Status
from soc.period import PeriodType, Reporting, period_of
from soc.register import BotnetAddress, EndpointCount, Scan, System, Weakness
from soc.reminder import Receiver, ReminderKind
from soc.state.findings import NewFinding
from soc.state.readiness import Said
from soc.state.receipts import Beat, StoredReceipt
from soc.state.reminders import Reminder
from soc.state.store import Tx
from soc.state.tables.readiness import SaidReason
from soc.state.warnings import Told, Warned
from soc.task import Link, LinkKind, Task
from soc.warning import WarningCause, WarningLevel
from tests.builders import NOON

DAY = NOON.date()
KPI = "kpi"


def key_of(unit: str) -> NaturalKey:
    return NaturalKey(KPI, unit, period_of(PeriodType.MONTH, date(2026, 10, 1), Reporting.ADMIN))


def register(tx: Tx, unit: str, name: str) -> None:
    """A system with an expected source, a scan and a weakness; an incident; figures of others."""
    system = System(f"system-{name}", f"system {name}", unit, NOON - timedelta(days=1), level=2)
    tx.systems.add(system)
    tx.systems.expect(system, f"source-{name}", since=date(2026, 1, 1), by="an", at=NOON)
    tx.weaknesses.scanned(Scan(0, system.id, unit, DAY, f"scanner-{name}", NOON))
    tx.weaknesses.add(Weakness(0, system.id, unit, f"CVE-{name}", f"title {name}", Level.HIGH, DAY, DAY, NOON))
    kind = (Category.MALWARE, Severity.HIGH, State.SUSPECTED, NOON, NOON, "an")
    found = Incident(f"incident-{name}", 0, unit, f"title {name}", *kind, alerts=(f"alert-{name}",))
    tx.incidents.open(found, SYSTEM, by=SYSTEM_ACTOR, at=NOON - timedelta(days=3))
    tx.external.count_endpoints([EndpointCount(unit, DAY, f"giver-{name}", 10, 8, recorded_by="an", recorded_at=NOON)])
    tx.external.list_botnet([BotnetAddress(unit, DAY, f"198.51.100.{len(name)}", f"giver-{name}", recorded_at=NOON)])


def hand_over(tx: Tx, unit: str, name: str) -> None:
    """Two figures, one of them held; a receipt, a sign of life, a finding, why a subsystem is not in use."""
    shown = Observation(f"figure-{name}", key_of(unit), Decimal(1), Status.OFFICIAL, 0)
    tx.observations.add([shown], batch=f"batch-{name}", sender=f"sender-{name}", at=NOON)
    held = replace(shown, id=f"held-{name}", revision=1)
    wait = {"batch": f"batch-{name}", "sender": f"sender-{name}"}
    tx.observations.hold(held, ["KPI-W-JUMP"], at=NOON, confirm_before=NOON + timedelta(days=1), **wait)
    sender = (f"batch-{name}", unit, f"sender-{name}", f"system-{name}", "automatic", "x", NOON, NOON, {"accepted": 1})
    tx.receipts.add(StoredReceipt(*sender))
    tx.receipts.beat(Beat(f"sender-{name}", unit, f"system-{name}", None, NOON))
    told = {"vi": f"nói {name}", "en": f"said {name}"}
    due: datetime = NOON + timedelta(days=5)
    given = Said("health", unit, SaidReason.NO_SOFTWARE, f"person {name}", DAY, "an", NOON, f"step {name}")
    tx.readiness.say(given, SYSTEM)
    tx.findings.open([NewFinding("jump", key_of(unit), (shown.id,), told, unit, "an", due)], at=NOON)


def a_meeting(unit: str, name: str = "own") -> Meeting:
    return Meeting(f"meeting-{name}", 0, unit, f"title {name}", NOON, NOON, f"agenda {name}", f"an-{name}")


def a_tile_body(name: str) -> dict[str, object]:
    """As `tile_body` writes it, of a figure that has no value."""
    said = {"vi": f"ô {name}", "en": f"tile {name}"}
    body = dict.fromkeys(("value", "shown", "unit", "grade_words", "period_words", "coverage", "lack"))
    more = {"id": f"{KPI}:tile", "title": said, "sentence": said, "grade": "unknown", "struck": False, "points": []}
    state = {"state": "never", "state_words": said, "comparisons": [], "origin": {"observations": []}}
    return body | more | state | {"responsible": {"unit_id": None, "name": said}, "row": f"none:{KPI}"}


def command(tx: Tx, unit: str, name: str) -> None:
    """A task, a warning, a meeting with its tile and decision, and a reminder."""
    link, due = Link(LinkKind.TILE, f"{KPI}:{unit}", f"tile {name}"), NOON + timedelta(days=3)
    task = Task(f"task-{name}", 0, f"text {name}", unit, (), f"office {name}", f"an-{name}", NOON, due, link=link)
    tx.tasks.assign(task, SYSTEM, by=SYSTEM_ACTOR, at=NOON)
    kind = (WarningCause.THRESHOLD, KPI, unit, WarningLevel.ATTENTION)
    told, figures = Told(f"nói {name}", f"said {name}"), (f"figure-{name}",)
    warned = Warned(f"warning-{name}", 0, *kind, told, Told("", ""), figures, NOON, NOON, NOON)
    tx.warnings.raise_new([warned], at=NOON)
    tile = FrozenTile(1, f"{KPI}:tile", a_tile_body(name))
    meeting = tx.meetings.prepare(a_meeting(unit, name), [tile], SYSTEM, at=NOON)
    decided = Decision(0, f"text {name}", unit, due, task.id, f"an-{name}", NOON, 1)
    tx.meetings.decide(meeting, decided, tile.tile, SYSTEM)
    tx.meetings.prepare(replace(a_meeting(unit, f"later-{name}"), at=NOON + timedelta(days=1)), [], SYSTEM, at=NOON)
    text = {"vi": f"nhắc {name}", "en": f"remind {name}"}
    for_whom = (unit, ReminderKind.TASK_DUE, Receiver.FOCAL_POINT, text, f"/tasks/{task.id}", NOON, NOON)
    tx.reminders.write([Reminder(f"key-{name}", *for_whom)])
