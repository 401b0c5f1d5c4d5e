"""A small province to hand figures in to: six KPIs, five units, one of them ended."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from reports.kpi.contract import SCHEMA
from reports.kpi.definitions import (
    Dimension,
    Direction,
    FreshnessRule,
    Kind,
    Kpi,
    KpiCatalogue,
    RollUp,
    Sensitivity,
    Source,
    Subsystem,
)
from reports.kpi.profile import Duty, Profile, Service, UnitChoice, Wording
from reports.kpi.world import Sender, World
from reports.wording import Text
from soc.access import Scope
from soc.alert import Actor, ActorKind
from soc.organisation import Function, Holder, Organisation
from soc.period import PeriodType, Reporting
from soc.unit import Unit, UnitTree

PROVINCE, FINANCE, HEALTH, OLD, WARD = "tinh", "so-tai-chinh", "so-y-te", "huyen-cu", "phuong-moi"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""10:00 on a Tuesday."""

ULIDS = "01JC3Z8R6Q4T0W8M2N9K5V7"


def a_kpi(name: str, kind: Kind = Kind.COUNT, over_units: RollUp = RollUp.SUM, **more: Any) -> Kpi:
    ratio = kind is Kind.RATIO
    values: dict[str, Any] = {
        "subsystem": "documents_tasks",
        "title": Text(name, name),
        "unit": "count",
        "unit_text": Text("", ""),
        "period": PeriodType.DAY,
        "direction": Direction.HIGHER,
        "over_time": RollUp.RATIO_OF_SUMS if ratio else RollUp.SUM,
        "function": "documents",
        "formula": Text("", ""),
        "version": "2026.1",
        "breakdown": ("unit",),
        "factor": Decimal(100) if ratio else None,
        "range": (Decimal(0), Decimal(100) if ratio else None),
    }
    return Kpi(name, kind=kind, over_units=over_units, **values | more)


KPIS = (
    a_kpi("doc_total", dimensions=("topic",)),
    a_kpi("on_time_rate", Kind.RATIO, RollUp.RATIO_OF_SUMS, dimensions=("topic",)),
    a_kpi("median_hours", Kind.DURATION, RollUp.NONE, range=None),
    a_kpi("monthly_total", period=PeriodType.MONTH),
    a_kpi("queue_now", period=PeriodType.REALTIME),
    a_kpi("alerts_open", subsystem="cyber_security", period=PeriodType.REALTIME, dimensions=("topic", "rule")),
    a_kpi("crime_cases", subsystem="order", sensitivity=Sensitivity.RESTRICTED),
)


def a_catalogue(kpis: Sequence[Kpi] = KPIS, patience: timedelta = timedelta(days=3_000)) -> KpiCatalogue:
    names = dict.fromkeys(kpi.subsystem for kpi in kpis)
    rule = FreshnessRule(max_age=patience)
    subsystems = {
        name: Subsystem(
            name,
            Text(name, name),
            "documents",
            tuple(kpi for kpi in kpis if kpi.subsystem == name),
            freshness=rule,
        )
        for name in names
    }
    topics = {name: Text(name, name) for name in ("land", "water", "unknown")}
    dimensions = {
        "topic": Dimension("topic", Text("", ""), topics),
        "rule": Dimension("rule", Text("", ""), {}, private=True),
        "locality": Dimension("locality", Text("", ""), {"unknown": Text("", "")}, Source.UNITS),
    }
    table = dict.fromkeys(PeriodType, FreshnessRule())
    return KpiCatalogue("2026.1", None, subsystems, {kpi.id: kpi for kpi in kpis}, dimensions, {}, table)


def an_organisation() -> Organisation:
    last = date(2025, 6, 30)
    units = (
        Unit(PROVINCE, "Tỉnh", kind="province"),
        Unit(FINANCE, "Sở Tài chính", parent=PROVINCE),
        Unit(HEALTH, "Sở Y tế", parent=PROVINCE),
        Unit(OLD, "Huyện cũ", parent=PROVINCE, valid_to=last, successor=WARD),
        Unit(WARD, "Phường mới", parent=PROVINCE, valid_from=date(2025, 7, 1)),
    )
    functions = {"documents": Function("documents", "Văn bản", holders=(Holder(FINANCE),))}
    return Organisation(UnitTree(units), PROVINCE, functions)


def a_world(
    kpis: Sequence[Kpi] = KPIS,
    owes: tuple[Duty, ...] = (),
    patience: timedelta = timedelta(days=3_000),
    services: tuple[str, ...] = (),
) -> World:
    title = Text("Tỉnh", "Province")
    served = tuple(Service(name, Text(name, name), subsystem=name) for name in services)
    profile = Profile(
        "test", title, title, PROVINCE, Wording.ATTT, served, default_reporting=Reporting.ADMIN, owes=owes
    )
    return World(a_catalogue(kpis, patience), profile, an_organisation())


def owed_by(sender: str) -> Duty:
    return Duty("documents_tasks", UnitChoice(ids=frozenset({FINANCE, HEALTH})), sender=sender)


def a_sender(
    name: str = "key:1", units: frozenset[str] | None = None, subsystems: frozenset[str] | None = None
) -> Sender:
    return Sender(name, Scope(units), Actor(name, ActorKind.API_KEY), subsystems=subsystems)


def an_item(kpi: str = "doc_total", value: str | None = "10", **more: Any) -> dict[str, Any]:
    """A whole official item of yesterday; `more` replaces its fields. Its id follows from what it is of."""
    day = more.pop("day", "2026-11-23")
    item: dict[str, Any] = {
        "kpi_id": kpi,
        "unit_id": FINANCE,
        "period": {"type": "day", "start": str(day), "end": str(day)},
        "value": value,
        "status": "official",
        "revision": 0,
    } | more
    key = [item["kpi_id"], item["unit_id"], item["period"], item.get("dimensions"), item.get("cumulative")]
    digest = sha256(json.dumps([*key, item["revision"]], default=str).encode()).hexdigest()[:12]
    return {"observation_id": f"test:{digest}:r{item['revision']}"} | item


def a_correction(item: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The next revision of it."""
    revision = int(item["revision"]) + 1
    new = {"revision": revision, "supersedes": item["observation_id"]}
    new |= {"restatement": {"reason_code": "error_fixed", "reason_vi": "nhập sai"}}
    return dict(item) | new | {"observation_id": f"{item['observation_id']}+{revision}"} | more


def a_batch(*items: Any, number: int = 1, **more: Any) -> bytes:
    document = {
        "schema": SCHEMA,
        "batch_id": f"{ULIDS}{number:03d}",
        "sent_at": "2026-11-24T09:59:00+07:00",
        "sender": {"system": "vanban"},
        "observations": list(items),
    }
    return json.dumps(document | more, ensure_ascii=False).encode()
