"""When each figure leaves its owner, and as what: the deliveries of a sender in order of time, mishaps included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from reports.kpi.definitions import Connector, Kpi
from reports.kpi.profile import Duty
from reports.kpi.world import World
from reports.simulate.scenario import Kind, Mishap, Scenario
from reports.simulate.sectors import Drawn, Sectors, months_to, spoilt
from soc.calendar import ZONE
from soc.period import Period, PeriodType, following, label, period_of, realtime
from soc.state.types import canonical

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
AFTERNOON = time(16, 10)
DAILY = time(17)
PAST = {
    PeriodType.DAY: timedelta(days=60),
    PeriodType.WEEK: timedelta(weeks=27),
    PeriodType.MONTH: timedelta(days=27 * 31),
    PeriodType.QUARTER: timedelta(days=27 * 31),
    PeriodType.HALF_YEAR: timedelta(days=27 * 31),
    PeriodType.SCHOOL_YEAR: timedelta(days=3 * 366),
    PeriodType.YEAR: timedelta(days=3 * 366),
}
"""How far a simulated past goes back, by the type of period."""

PAST_INSTANTS = timedelta(days=28)
LONGEST_WAIT = timedelta(days=75)
WAITS = {PeriodType.DAY: timedelta(days=18), PeriodType.WEEK: timedelta(days=30)}
"""No delivery comes later than that after its period's end; the long one stands for all other types."""

INTERNAL = Connector.INTERNAL
HAND = frozenset({Connector.FILE, Connector.FORM})


@dataclass(frozen=True, slots=True)
class Delivery:
    """One item on its way."""

    at: datetime
    item: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """A figure's way to being official. `shift`: how far from the last word it still is."""

    status: str
    at: datetime
    shift: Decimal = Decimal(1)


@dataclass
class Plan:
    """Of a whole simulated province. `anchor`: the demo's start, from which mishaps are counted."""

    world: World
    sectors: Sectors
    scenario: Scenario
    anchor: datetime
    _owed: dict[tuple[str, Period], dict[tuple[str, str], Duty]] = field(default_factory=dict)

    def senders(self) -> dict[str, tuple[str, ...]]:
        """Who sends which subsystems; our own publishers are not simulated."""
        found: dict[str, dict[str, None]] = {}
        for duty in self.world.profile.owes:
            subsystem = self.world.catalogue.subsystems[duty.subsystem]
            if duty.sender and INTERNAL not in subsystem.connectors and self.scenario.sends(duty.subsystem):
                found.setdefault(duty.sender, {})[duty.subsystem] = None
        return {sender: tuple(names) for sender, names in found.items()}

    def between(self, sender: str, after: datetime, until: datetime, *, past: bool = False) -> list[Delivery]:
        """What that sender hands in after the one moment up to the other, in order. `past`: with all the years."""
        found = [
            one
            for subsystem in self.senders().get(sender, ())
            for one in self._of_subsystem(sender, subsystem, after, until, past=past)
            if after < one.at <= until
        ]
        # A revision never overtakes the one before it: within a figure the order is that of its stages.
        return sorted(found, key=lambda one: (one.at, one.item["revision"]))

    def silent(self, sender: str, at: datetime) -> bool:
        """Whether its link is down."""
        return any(first <= at < last for one in self.senders().get(sender, ()) for first, last, _ in self._breaks(one))

    # --- which figures -------------------------------------------------------------------------------------------

    def _of_subsystem(
        self, sender: str, name: str, after: datetime, until: datetime, *, past: bool
    ) -> Iterator[Delivery]:
        for kind in {kpi.period for kpi in self.world.catalogue.subsystems[name].kpis}:
            if kind is PeriodType.REALTIME:
                yield from self._instants(sender, name, after, until)
                continue
            first = until - PAST[kind] if past else after - WAITS.get(kind, LONGEST_WAIT)
            for kpi, unit, period in self._pairs(sender, name, kind, first, until):
                yield from self._deliveries(sender, kpi, unit, period)

    def _pairs(
        self, sender: str, name: str, kind: PeriodType, after: datetime, until: datetime
    ) -> Iterator[tuple[Kpi, str, Period]]:
        """Figures of that type whose period ends in the stretch; some calendars have other months than others."""
        last = until.astimezone(ZONE).date()
        for kpi in self.world.catalogue.subsystems[name].kpis:
            if kpi.period is not kind:
                continue
            reporting = self.world.reporting_of(kpi)
            period = period_of(kind, after.astimezone(ZONE).date(), reporting)
            while period.start <= last:
                for (kpi_id, unit), duty in self._expected(name, period).items():
                    if kpi_id == kpi.id and duty.sender == sender:
                        yield kpi, unit, period
                period = following(period, reporting)

    def _expected(self, name: str, period: Period) -> dict[tuple[str, str], Duty]:
        key = (name, period)
        if key not in self._owed:
            world = self.world
            self._owed[key] = world.profile.expected(world.catalogue, world.organisation, period, subsystem=name)
        return self._owed[key]

    def _instants(self, sender: str, name: str, after: datetime, until: datetime) -> Iterator[Delivery]:
        for kpi in self.world.catalogue.subsystems[name].kpis:
            if kpi.period is not PeriodType.REALTIME:
                continue
            for at, span in self.slots(kpi, after - 2 * DAY, until):
                day = Period(PeriodType.REALTIME, at.astimezone(ZONE).date(), at.astimezone(ZONE).date())
                for (kpi_id, unit), duty in self._expected(name, day).items():
                    if kpi_id == kpi.id and duty.sender == sender:
                        yield from self._deliveries(sender, kpi, unit, realtime(at), span)

    def slots(self, kpi: Kpi, after: datetime, until: datetime) -> Iterator[tuple[datetime, timedelta]]:
        """Once a day long ago, each hour of the last day, then as often as the figure stays fresh."""
        rule, _ = self.world.profile.freshness_of(kpi, self.world.catalogue)
        pace = timedelta(minutes=10) if rule.max_age is None or rule.max_age < HOUR else timedelta(minutes=30)
        start = self.anchor.replace(minute=0, second=0, microsecond=0)
        first = datetime.combine((start - PAST_INSTANTS).astimezone(ZONE).date(), DAILY, ZONE)
        at, span = first, DAY
        while at <= until:
            if at > after:
                yield at, span
            step = DAY if at + DAY <= start - DAY else HOUR if at < start else pace
            at, span = at + step, step

    # --- one figure ----------------------------------------------------------------------------------------------

    def _deliveries(
        self, sender: str, kpi: Kpi, unit: str, period: Period, span: timedelta = HOUR
    ) -> Iterator[Delivery]:
        mishaps = {one.kind: one for one in self.scenario.mishaps if self._strikes(one, kpi, unit, period)}
        if Kind.GAP in mishaps:
            return
        drawn = list(self.sectors.drawn(kpi, unit, period, span))
        made = Figure(self, sender, kpi, unit, period, drawn)
        stages = self._stages(kpi, unit, period, mishaps.get(Kind.LATE))
        for delivery in made.deliveries(stages, mishaps):
            yield Delivery(self._held_back(kpi.subsystem, delivery.at), delivery.item)

    def _strikes(self, one: Mishap, kpi: Kpi, unit: str, period: Period) -> bool:
        if one.kind is Kind.LINK_DOWN:
            return False
        anchor = self.anchor.astimezone(ZONE).date()
        return one.strikes(self.sectors.chance, kpi.id, kpi.subsystem, unit, period.end, anchor)

    def _stages(self, kpi: Kpi, unit: str, period: Period, late: Mishap | None) -> list[Stage]:
        chance, model = self.sectors.chance, self.sectors.models.of(kpi.id)
        part = Decimal("0.15") + chance.share("lag", kpi.id, unit, period.key) * Decimal("0.5")
        if period.type is PeriodType.REALTIME:
            return [Stage("official", period.begins + timedelta(seconds=10 + int(part * 60)))]
        limit = self.world.late_after(kpi, period) or period.over
        if late is not None:
            return [Stage("official", max(limit + part_of(late.by, part), period.over + HOUR))]
        if limit <= period.over:
            afternoon = datetime.combine(period.end, AFTERNOON, ZONE) + timedelta(minutes=int(part * 30))
            if not model.promoted:
                return [Stage("preliminary", afternoon)]
            return [Stage("preliminary", afternoon), Stage("official", period.over + 8 * HOUR + part_of(HOUR, part))]
        first = period.over + part_of(limit - period.over, part)
        if not model.revised:
            return [Stage("official", first)]
        drift = chance.around(Decimal("0.02"), "estimate", kpi.id, unit, period.key)
        later = (first + timedelta(days=11), first + timedelta(days=29))
        return [
            Stage("estimated", first, drift),
            Stage("preliminary", later[0], (drift + 3) / 4),
            Stage("official", later[1]),
        ]

    def _breaks(self, subsystem: str) -> Iterator[tuple[datetime, datetime, Mishap]]:
        for one in self.scenario.mishaps:
            if one.kind is Kind.LINK_DOWN and one.subsystem == subsystem:
                first = self.anchor + one.since
                yield first, first + one.by, one

    def _held_back(self, subsystem: str, at: datetime) -> datetime:
        for first, last, _ in self._breaks(subsystem):
            if first <= at < last:
                return last + (at - first) / 1000
        return at


@dataclass
class Figure:
    """One figure on its way to items: whole and parts, stage after stage."""

    plan: Plan
    sender: str
    kpi: Kpi
    unit: str
    period: Period
    drawn: list[Drawn]

    def deliveries(self, stages: list[Stage], mishaps: Mapping[Kind, Mishap]) -> Iterator[Delivery]:
        for revision, stage in enumerate(stages):
            last = revision == len(stages) - 1
            yield from self._stage(stage, revision, mishaps)
            if last:
                yield from self._afterwards(stage, revision + 1, mishaps)
        if self.plan.sectors.models.of(self.kpi.id).ytd:
            yield self._to_date(stages[0])

    def _stage(self, stage: Stage, revision: int, mishaps: Mapping[Kind, Mishap]) -> Iterator[Delivery]:
        for number, one in enumerate(self.drawn):
            shown = self._shifted(one, stage.shift)
            if Kind.JUMP in mishaps and not revision:
                shown = self._scaled(shown, mishaps[Kind.JUMP].factor)
            if Kind.PARTS_DO_NOT_ADD in mishaps and number == 1:
                shown = spoilt(shown, shift=Decimal(3))
            if Kind.RATIO_MISMATCH in mishaps and shown.denominator and not revision:
                # Refused; the sender sees it and sends the right one three hours later.
                yield Delivery(stage.at, self._item(spoilt(shown, factor=Decimal("0.5")), stage, revision))
                yield Delivery(stage.at + 3 * HOUR, self._item(shown, stage, revision))
                continue
            yield Delivery(stage.at, self._item(shown, stage, revision))

    def _afterwards(self, stage: Stage, revision: int, mishaps: Mapping[Kind, Mishap]) -> Iterator[Delivery]:
        one = self.drawn[0]
        if Kind.DUPLICATE in mishaps:
            yield Delivery(stage.at + 2 * HOUR, self._item(one, stage, revision - 1))
        if Kind.RESTATEMENT in mishaps and one.value is not None and len(self.drawn) == 1:
            later = Stage(stage.status, stage.at + 2 * DAY)
            item = self._item(self._scaled(one, mishaps[Kind.RESTATEMENT].factor), later, revision)
            reason = {"reason_code": "error_fixed", "reason_vi": "Đơn vị rà soát, đính chính số liệu"}
            yield Delivery(later.at, {**item, "restatement": reason})
        old = self._old_unit()
        if Kind.UNIT_REORGANISED in mishaps and old is not None:
            item = Figure(self.plan, self.sender, self.kpi, old, self.period, self.drawn)._item(one, stage, 0)
            yield Delivery(stage.at, item)

    def _to_date(self, stage: Stage) -> Delivery:
        """The year so far, of what its owner computes himself; told with the first word on its last month."""
        world = self.plan.world
        months = months_to(self.period, world, self.kpi)
        drawn = self.plan.sectors.to_date(self.kpi, self.unit, months)
        item = self._item(drawn, stage, 0, start=months[0].start)
        return Delivery(stage.at, item)

    def _scaled(self, one: Drawn, factor: Decimal) -> Drawn:
        """Another value that still follows from its parts."""
        from reports.simulate.sectors import ratio

        if one.denominator and one.numerator is not None:
            over = (one.numerator * factor).quantize(Decimal(1))
            most = self.kpi.range[1] if self.kpi.range else None
            return ratio(self.kpi, over if most is None else min(over, one.denominator), one.denominator)
        value = None if one.value is None else (one.value * factor).quantize(Decimal(1).scaleb(-self.kpi.decimals))
        return Drawn(value, dimensions=one.dimensions)

    def _shifted(self, one: Drawn, factor: Decimal) -> Drawn:
        return one if factor == 1 else self._scaled(one, factor)

    def _old_unit(self) -> str | None:
        """A locality that is no more, whose figures somebody still sends."""
        organisation, day = self.plan.world.organisation, self.period.end
        ended = (
            unit.id
            for unit in self.plan.world.units.units.values()
            if unit.valid_to is not None and unit.valid_to < day and organisation.is_locality(unit.id)
        )
        return next(ended, None)

    def _item(self, one: Drawn, stage: Stage, revision: int, start: date | None = None) -> dict[str, Any]:
        kpi, period = self.kpi, self.period
        named = f"{self.sender}:{kpi.id}:{self.unit}:{period.key}:{_digest(dict(one.dimensions))}"
        named += ":ytd" if start else ""
        item: dict[str, Any] = {
            "observation_id": f"{named}:r{revision}",
            "kpi_id": kpi.id,
            "definition_version": kpi.version,
            "unit_id": self.unit,
            "dimensions": dict(one.dimensions),
            "period": self._period_block(start),
            "cumulative": "ytd" if start else "none",
            "value": _text(one.value),
            "status": stage.status,
            "revision": revision,
            "supersedes": f"{named}:r{revision - 1}" if revision else None,
            "provenance": self._provenance(stage),
            "quality": {"checks_passed": 1, "flags": ["simulated"]},
        }
        if one.denominator is not None:
            item |= {"numerator": _text(one.numerator), "denominator": _text(one.denominator)}
        if one.value is None:
            item["reason"] = "no_cases"
        if revision:
            item["restatement"] = {"reason_code": "status_promoted", "reason_vi": "Số liệu được chốt theo quy trình"}
        return item

    def _period_block(self, start: date | None) -> dict[str, Any]:
        period = self.period
        if period.at is not None:
            return {"type": "realtime", "at": period.at.isoformat()}
        block = {"type": str(period.type), "start": (start or period.start).isoformat(), "end": period.end.isoformat()}
        return block | ({} if start else {"label": label(period, self.plan.world.reporting_of(self.kpi))})

    def _provenance(self, stage: Stage) -> dict[str, Any]:
        connectors = self.plan.world.catalogue.subsystems[self.kpi.subsystem].connectors
        by_hand = bool(connectors) and connectors[0] in HAND
        return {
            "method": "file" if by_hand else "automatic",
            "source_system": self.sender,
            "source_query": "simulate",
            "extracted_at": stage.at.replace(microsecond=0).isoformat(),
        }


def part_of(span: timedelta, part: Decimal) -> timedelta:
    """So much of a span, in whole seconds."""
    return timedelta(seconds=int(Decimal(int(span.total_seconds())) * part))


def _digest(dimensions: Mapping[str, str]) -> str:
    return sha256(canonical(dict(dimensions))).hexdigest()[:8]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
