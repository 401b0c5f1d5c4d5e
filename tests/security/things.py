"""One thing of a unit in each register and in the hub, written as the program writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from soc.access import SYSTEM
from soc.alert import SYSTEM_ACTOR, Level
from soc.incident import Category, Incident, Severity, State
from soc.observation import NaturalKey, Observation, Status
from soc.period import PeriodType, Reporting, period_of
from soc.register import BotnetAddress, EndpointCount, Scan, System, Weakness
from soc.state.findings import NewFinding
from soc.state.receipts import Beat, StoredReceipt
from soc.state.store import Tx
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
    """Two figures, one of them held; a receipt, a sign of life, a finding."""
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
    tx.findings.open([NewFinding("jump", key_of(unit), (shown.id,), told, unit, "an", due)], at=NOON)
