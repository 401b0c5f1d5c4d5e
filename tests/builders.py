"""Values for tests: each builder fills in what a test does not care about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from soc.access import ROOT
from soc.alert import Alert, Hit, Level, RuleCard, Status
from soc.event import Event, event_id, timestamp
from soc.incident import Category, Incident, Severity, State
from soc.register import System
from soc.report import ReportRecord

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
"""Noon in the province."""


def an_event(at: datetime = NOON, **fields: Any) -> Event:
    """A flat event; `source_ip="192.0.2.1"` becomes `source.ip`, names with a dot go in by dict."""
    event: Event = {
        "soc.route": "test",
        "@timestamp": timestamp(at),
        "event.id": event_id(at, "test", repr(sorted(fields.items())).encode()),
        "event.kind": "event",
        "event.dataset": "test",
        "unit.id": "unassigned",
        "soc.source.id": "test",
    }
    event.update({name.replace("_", "."): value for name, value in fields.items()})
    return event


def a_card(rule: str = "rule-1", **fields: Any) -> RuleCard:
    """What an alert keeps of its rule."""
    values: dict[str, Any] = {"title": "Many failed logons", "level": Level.HIGH, "author": "An"} | fields
    return RuleCard(rule, **values)


def a_hit(name: str = "hit-1", **fields: Any) -> Hit:
    """One match of a single rule on one event."""
    values: dict[str, Any] = {
        "rule": a_card(),
        "at": NOON,
        "unit": "so_y_te",
        "entities": (("user.name", "an"),),
        "matched": {"EventID": 4625},
        "event_ids": (f"event-of-{name}",),
    } | fields
    return Hit(name, **values)


def an_alert(name: str = "alert-1", **fields: Any) -> Alert:
    """A new alert of one hit, not yet numbered."""
    card = fields.pop("rule", a_card())
    values: dict[str, Any] = {
        "number": 0,
        "fingerprint": f"fingerprint-of-{name}",
        "unit": "so_y_te",
        "level": card.level,
        "status": Status.NEW,
        "owner": None,
        "verdict": None,
        "reason": None,
        "raised_at": NOON,
        "first_event": NOON,
        "last_event": NOON,
        "count": 1,
        "entities": (("user.name", "an"),),
        "matched": {"EventID": 4625},
    } | fields
    return Alert(name, rule=card, **values)


def an_incident(name: str = "incident-1", /, **fields: Any) -> Incident:
    """A suspected intrusion, not yet numbered."""
    values: dict[str, Any] = {
        "number": 0,
        "unit": "so_y_te",
        "title": "Web shell on the portal",
        "category": Category.INTRUSION,
        "severity": Severity.HIGH,
        "state": State.SUSPECTED,
        "t0": NOON - timedelta(hours=2),
        "opened_at": NOON,
        "opened_by": "an",
    } | fields
    return Incident(name, **values)


def a_system(name: str = "ht-1", /, **fields: Any) -> System:
    """A system of level 3 with an approved level."""
    values: dict[str, Any] = {
        "name": "Portal",
        "unit": "so_y_te",
        "valid_from": NOON,
        "level": 3,
        "decision_number": "12/QD-UBND",
        "decision_date": date(2026, 3, 2),
    } | fields
    return System(name, **values)


def a_report(name: str = "report-1", /, **fields: Any) -> ReportRecord:
    """A complete draft of the province's October."""
    values: dict[str, Any] = {
        "kind": "monthly",
        "label": "2026-10",
        "reporting": "admin",
        "start": date(2026, 9, 15),
        "end": date(2026, 10, 14),
        "unit": ROOT,
        "as_of": NOON,
        "made_by": "an",
        "made_at": NOON,
        "digest": "0" * 64,
        "authors": ("an",),
    } | fields
    return ReportRecord(name, **values)
