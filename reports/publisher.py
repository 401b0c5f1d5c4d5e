"""The SOC as one of the centre's publishers: what its own state says becomes observations, through the hub's one door.

The hub never reads alert tables; this does, and hands over counts, rates and classes only (ioc-hub.md 2, 16).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from statistics import median
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from reports import soc_figures
from reports.clocks import clocks_of
from reports.kpi import hub
from reports.kpi.contract import MOST_ITEMS, SCHEMA
from reports.kpi.definitions import Kpi
from reports.kpi.receipt import Receipt
from reports.kpi.world import Sender, World
from reports.outgoing import SUBSYSTEM, Stopped, sift
from reports.posture import publish as posture
from reports.soc_figures import SocFigures
from soc.access import ROOT, SYSTEM
from soc.alert import Actor, ActorKind, Level
from soc.calendar import ZONE
from soc.incident import Incident
from soc.incident import State as Stage
from soc.observation import NaturalKey
from soc.period import Period, PeriodType
from soc.state.audit import DENIED, AuditLine
from soc.state.receipts import Beat
from soc.state.store import State, Tx
from soc.state.types import canonical

NAME = "soc"
ACTOR = Actor("soc-publisher", ActorKind.SYSTEM)
SENDER = Sender(NAME, SYSTEM, ACTOR, ROOT, frozenset({SUBSYSTEM}))
EVERY = timedelta(minutes=10)
DAYS_BACK = 3
"""Closed days that are looked at again: whoever was down over night hands them in later."""

OFF = "publisher.off"
"""A fact of the state: this SOC is not connected to the centre (yet)."""

OPEN_INCIDENTS = (Stage.CONFIRMED, Stage.CONTAINED)
NO_SOURCE = "Đơn vị chưa có nguồn nhật ký"
HUNDRED, HOUR, MINUTE = Decimal(100), Decimal(3600), Decimal(60)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the figures of now are made of."""

    figures: SocFigures
    open_alerts: Mapping[tuple[str, str], int]
    incidents: Sequence[Incident]


@dataclass
class Published:
    """What a run came to."""

    receipts: list[Receipt] = field(default_factory=list)
    stopped: list[Stopped] = field(default_factory=list)


def publish(state: State, world: World, now: datetime, looked: datetime | None, *, instants: bool = True) -> Published:
    """The figures of now, and those of closed days that are not with the hub yet."""
    with state.read() as tx:
        if tx.facts.get(OFF):
            return Published()
        items = list(_items(tx, world, now, looked, instants=instants))
        known = tx.entities.known_names(SYSTEM)
    passed, stopped = sift(items, units=world.units.units, known=known)
    found = Published(stopped=stopped)
    for start in range(0, len(passed), MOST_ITEMS):
        body = batch_of(passed[start : start + MOST_ITEMS], now)
        found.receipts.append(hub.receive(state, world, body, SENDER, now))
    with state.write() as tx:
        tx.receipts.beat(Beat(SENDER.id, ROOT, NAME, (SUBSYSTEM,), now))
        tx.audit.append_many([_audited(one) for one in stopped[:50]], at=now)
    return found


def batch_of(items: Sequence[Mapping[str, Any]], now: datetime) -> bytes:
    """As any sender would write it."""
    name = str(uuid5(NAMESPACE_URL, orjson.dumps([NAME, now.isoformat(), list(items)]).hex()))
    sender = {"system": NAME}
    document = {"schema": SCHEMA, "batch_id": name, "sent_at": now.isoformat(), "sender": sender}
    return orjson.dumps(document | {"observations": list(items)})


def _audited(one: Stopped) -> AuditLine:
    """The operator sees that something was stopped, never what it held."""
    return AuditLine(ACTOR, "kpi.stopped", f"{one.kpi}:{one.unit}", ROOT, after={"why": list(one.why)}, result=DENIED)


# --- what is handed over ---------------------------------------------------------------------------------------------


def _items(tx: Tx, world: World, now: datetime, looked: datetime | None, *, instants: bool) -> Iterator[dict[str, Any]]:
    day = now.astimezone(ZONE).date()
    figures = soc_figures.read(tx, SYSTEM, world.units, day=day, now=now, looked=looked)
    facts = Facts(figures, tx.unit_sums.open_by_level(SYSTEM), tx.incidents.all(SYSTEM, states=OPEN_INCIDENTS))
    owed = world.profile.expected(world.catalogue, world.organisation, day, subsystem=SUBSYSTEM)
    units: dict[str, list[str]] = {}
    for kpi, unit in owed:
        units.setdefault(kpi, []).append(unit)
    if instants:
        yield from _instants(world, units, facts, now)
    yield from _closed_days(tx, world, units, day, now)


def _instants(
    world: World, units: Mapping[str, Sequence[str]], facts: Facts, now: datetime
) -> Iterator[dict[str, Any]]:
    at = now.replace(microsecond=0)
    for kpi_id, value_of in _NOW.items():
        kpi = world.catalogue.kpis.get(kpi_id)
        if kpi is None:
            continue
        for unit in units.get(kpi_id, ()):
            for one in value_of(facts, unit, now):
                yield item(kpi, unit, Period(PeriodType.REALTIME, at.date(), at.date(), at), one, now)


@dataclass(frozen=True, slots=True)
class Said:
    """One value; None with a reason: known to be none."""

    value: Decimal | None
    parts: tuple[int, int] | None = None
    dimensions: tuple[tuple[str, str], ...] = ()
    reason: str = ""


def _open_alerts(facts: Facts, unit: str, now: datetime) -> Iterator[Said]:
    """A unit that nobody hears has no zero: nothing is known of it."""
    found = {level: facts.open_alerts.get((unit, str(level)), 0) for level in Level}
    total = sum(found.values())
    if not total and unit not in facts.figures.living:
        yield Said(None, reason=NO_SOURCE)
        return
    yield Said(Decimal(total))
    for level, count in found.items():
        yield Said(Decimal(count), dimensions=(("severity", str(level)),))


def _coverage(facts: Facts, unit: str, now: datetime) -> Iterator[Said]:
    heard = facts.figures.by_unit.get(unit)
    yield ratio_said(heard.live, heard.counted) if heard else ratio_said(0, 0)


def _silent(facts: Facts, unit: str, now: datetime) -> Iterator[Said]:
    heard = facts.figures.by_unit.get(unit)
    yield Said(Decimal(heard.counted - heard.live)) if heard else Said(None, reason=NO_SOURCE)


def _incidents(facts: Facts, unit: str, now: datetime) -> Iterator[Said]:
    own = [one for one in facts.incidents if one.unit == unit]
    yield Said(Decimal(len(own)))
    for severity, count in sorted(Counter(str(one.severity) for one in own).items()):
        yield Said(Decimal(count), dimensions=(("severity", severity),))


def _reports_due(facts: Facts, unit: str, now: datetime) -> Iterator[Said]:
    own = [one for one in facts.incidents if one.unit == unit]
    yield Said(Decimal(sum(clock.open for one in own for clock in clocks_of(one, now))))


def _attention(facts: Facts, unit: str, now: datetime) -> Iterator[Said]:
    yield Said(Decimal(len(facts.figures.attention)))


_NOW = {
    "alerts_open_by_severity": _open_alerts,
    "log_source_coverage": _coverage,
    "log_source_silent": _silent,
    "incidents_open": _incidents,
    "incident_reports_due": _reports_due,
    "units_attention": _attention,
}


def _closed_days(
    tx: Tx, world: World, units: Mapping[str, Sequence[str]], today: date, now: datetime
) -> Iterator[dict[str, Any]]:
    """Of the last days, what the hub has not got."""
    for number in range(DAYS_BACK, 0, -1):
        day = today - timedelta(days=number)
        period = Period(PeriodType.DAY, day, day)
        found = [
            (kpi, unit, one)
            for kpi_id, unit, one in _of_day(tx, units, day)
            if (kpi := world.catalogue.kpis.get(kpi_id)) is not None
        ]
        keys = {NaturalKey(kpi.id, unit, period, one.dimensions) for kpi, unit, one in found}
        there = tx.observations.last_revisions(keys)
        for kpi, unit, one in found:
            if NaturalKey(kpi.id, unit, period, one.dimensions) not in there:
                yield item(kpi, unit, period, one, now)
        yield from _posture(tx, world, units, period)


def _of_day(tx: Tx, units: Mapping[str, Sequence[str]], day: date) -> Iterator[tuple[str, str, Said]]:
    first = datetime.combine(day, time(), ZONE)
    last = first + timedelta(days=1)
    in_time = tx.unit_sums.in_time(SYSTEM, since=last - soc_figures.SPAN, now=last)
    for unit in units.get("alert_resolve_sla_rate", ()):
        sums = in_time.get(unit)
        yield "alert_resolve_sla_rate", unit, ratio_said(sums.kept, sums.due) if sums else ratio_said(0, 0)
    botnet, givers = tx.external.botnet_counts(SYSTEM, since=day, until=day), tx.external.givers(SYSTEM)
    for unit in units.get("botnet_addresses", ()) if givers else ():
        yield "botnet_addresses", unit, Said(Decimal(botnet.get(unit, 0)))
    measured = list(tx.metrics.measured(SYSTEM, first, last))
    medians = {
        "mtta_median": ([one.acknowledge for one in measured if one.acknowledge is not None], MINUTE),
        "mttr_median": ([one.resolve for one in measured if one.resolve is not None], HOUR),
    }
    for kpi, (spans, unit_seconds) in medians.items():
        for unit in units.get(kpi, ()):
            yield kpi, unit, _median(spans, unit_seconds)


def _median(spans: Sequence[timedelta], seconds: Decimal) -> Said:
    if not spans:
        return Said(None, reason="Không có cảnh báo nào trong ngày")
    value = Decimal(int(median(span.total_seconds() for span in spans))) / seconds
    return Said(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def _posture(tx: Tx, world: World, units: Mapping[str, Sequence[str]], period: Period) -> Iterator[dict[str, Any]]:
    """The province's score; units' scores stay where their units may see them."""
    province = world.organisation.province
    if province not in units.get(posture.KPI, ()):
        return
    key = NaturalKey(posture.KPI, province, period)
    stored = tx.observations.last_revisions([key]).get(key, -1)
    for number, row in enumerate(tx.posture.revisions(ROOT, period.start, SYSTEM)):
        if number == stored + 1:
            # Snapshots are counted from one, revisions of a figure from nought.
            before = {"supersedes": f"posture:{province}:{row.day}:r{row.revision - 1}"} if number else {}
            yield posture.observation_of(row, province) | {"revision": number} | before
            stored = number


def ratio_said(over: int, under: int, dimensions: tuple[tuple[str, str], ...] = ()) -> Said:
    """In percent; over nothing it is "no cases"."""
    if not under:
        return Said(None, (0, 0), dimensions, "no_cases")
    value = (Decimal(over) / Decimal(under) * HUNDRED).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Said(value, (over, under), dimensions)


def item(kpi: Kpi, unit: str, period: Period, said: Said, now: datetime, system: str = NAME) -> dict[str, Any]:
    """One observation of kpi-contract/1, made of ids, numbers and our own sentences."""
    digest = sha256(canonical(dict(said.dimensions))).hexdigest()[:8]
    found: dict[str, Any] = {
        "observation_id": f"{system}:{kpi.id}:{unit}:{period.key}:{digest}:r0",
        "kpi_id": kpi.id,
        "definition_version": kpi.version,
        "unit_id": unit,
        "dimensions": dict(said.dimensions),
        "period": _block(period),
        "value": None if said.value is None else format(said.value, "f"),
        "status": "official" if said.value is not None or said.parts else "missing",
        "revision": 0,
        "provenance": {
            "method": "automatic",
            "source_system": system,
            "extracted_at": now.replace(microsecond=0).isoformat(),
        },
    }
    if said.parts is not None:
        found |= {"numerator": str(said.parts[0]), "denominator": str(said.parts[1])}
    return found | ({"reason": said.reason} if said.reason else {})


def _block(period: Period) -> dict[str, str]:
    if period.at is not None:
        return {"type": "realtime", "at": period.at.isoformat()}
    return {"type": str(period.type), "start": period.start.isoformat(), "end": period.end.isoformat()}
