"""Legal clocks of incidents: which reports are owed, until when, and whether they went out (posture-and-reports.md 3).

Law is dated data in `legal/*.yml`. T0, the detection, chooses the set, and an open incident keeps it. Clocks never
pause.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from reports.wording import EMPTY, Text
from soc.calendar import ZONE
from soc.incident import Incident, ReportForm, SentReport, Severity, State

SETS = ("vn-2017", "vn-2026")
SHARES = (0.5, 0.8)
LAST_WARNING = timedelta(hours=6)
CLASSIFIED = "classified"
NOTHING = timedelta(0)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


class Confidence(StrEnum):
    """How far an entry of the law was checked. SETTING: no law, ours to choose."""

    SUMMARY = "summary"
    RECALLED = "recalled"
    CONFIRMED = "confirmed"
    SETTING = "setting"


class Start(StrEnum):
    """What a clock begins with."""

    T0 = "t0"
    PERSONAL_DATA = "personal_data_at"


class Standing(StrEnum):
    """How a clock stands. NEAR: its warnings at 80 % or 6 hours before have come."""

    RUNNING = "running"
    NEAR = "near"
    OVERDUE = "overdue"
    IN_TIME = "in_time"
    LATE = "late"
    WAIVED = "waived"


OPEN = frozenset({Standing.RUNNING, Standing.NEAR, Standing.OVERDUE})
MISSED = frozenset({Standing.OVERDUE, Standing.LATE})


class Punctuality(StrEnum):
    """All duties of an incident in one word, advice left out. NONE: nothing is owed by law."""

    NONE = "none"
    RUNNING = "running"
    IN_TIME = "in_time"
    LATE = "late"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One duty. An empty `severities` means every one; `advice`: an aim of ours, in no figure of punctuality.
    `since`: it holds for starts from that day on. `met_by` empty: met when the incident is classified."""

    id: str
    title: Text
    to: Text
    starts: Start
    limit: timedelta
    met_by: frozenset[ReportForm]
    basis: Text
    confidence: Confidence
    severities: frozenset[Severity] = frozenset()
    grave_only: bool = False
    since: date | None = None
    advice: bool = False
    setting: bool = False
    note: Text = EMPTY
    confirmed_by: str = ""
    confirmed_on: date | None = None

    @property
    def to_check(self) -> bool:
        """Shown to editors as "cần kiểm tra", printed without its article."""
        return self.confidence in (Confidence.SUMMARY, Confidence.RECALLED)

    def start_of(self, incident: Incident) -> datetime | None:
        """When it begins for this incident; None: it is not owed."""
        start = incident.t0 if self.starts is Start.T0 else incident.personal_data_at
        if start is None or (self.since is not None and start.astimezone(ZONE).date() < self.since):
            return None
        if self.severities and incident.severity not in self.severities:
            return None
        return None if self.grave_only and not incident.grave else start


@dataclass(frozen=True, slots=True)
class AnnualDuty:
    """The yearly report: what it covers, until when owners send their input, when it is due. Days end at 24:00."""

    title: Text
    first: date
    last: date
    input_due: date
    input_by: Text
    report_due: date
    report_to: Text
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The law of a time, by local day of T0, both ends included; None: no end."""

    id: str
    title: Text
    first: date | None
    last: date | None
    wording: str
    clocks: tuple[ClockRule, ...]
    yearly: Mapping[str, Any] | None = None

    def holds_on(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def annual(self, year: int) -> AnnualDuty | None:
        """The report about the reporting year that ends in December of `year`; None: this law asks for none."""
        asked = self.yearly
        if asked is None:
            return None
        window = asked["window"]
        return AnnualDuty(
            title=_text(asked["title"]),
            first=_day_of(year - 1, window["from"]),
            last=_day_of(year, window["to"]),
            input_due=_day_of(year, asked["input"]["due"]),
            input_by=_text(asked["input"]["by"]),
            report_due=_day_of(year, asked["report"]["due"]),
            report_to=_text(asked["report"]["to"]),
            confidence=Confidence(asked["confidence"]),
        )


@dataclass(frozen=True, slots=True)
class Clock:
    """One duty of one incident. `proof`: the report that ended it; `left`: below zero when late; nothing once ended.
    `warnings`: the moments to warn at."""

    rule: ClockRule
    law: str
    started: datetime
    due: datetime
    standing: Standing
    left: timedelta
    warnings: tuple[datetime, ...]
    proof: SentReport | None = None

    @property
    def open(self) -> bool:
        return self.standing in OPEN


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """The laws that ship, oldest first."""
    return tuple(_rule_set(yaml.load(_file(name), Loader=yaml.CSafeLoader)) for name in SETS)


def law_of(t0: datetime, sets: Iterable[RuleSet] | None = None) -> RuleSet:
    """The one law that holds on the local day of the detection."""
    day = t0.astimezone(ZONE).date()
    return next(one for one in (rule_sets() if sets is None else sets) if one.holds_on(day))


def clocks_of(incident: Incident, now: datetime) -> tuple[Clock, ...]:
    """Every duty of the incident: the open ones first, advice last, by their ends. What was dismissed owes nothing."""
    if incident.state is State.DISMISSED:
        return ()
    law = law_of(incident.t0)
    started = ((rule, rule.start_of(incident)) for rule in law.clocks)
    made = [_clock(rule, law.id, incident, start, now) for rule, start in started if start is not None]
    return tuple(sorted(made, key=lambda one: (one.rule.advice, not one.open, one.due, one.rule.id)))


def next_due(incident: Incident, now: datetime) -> Clock | None:
    """The open duty that is due first, advice left out."""
    return next((one for one in clocks_of(incident, now) if one.open and not one.rule.advice), None)


def punctuality(incident: Incident, now: datetime) -> Punctuality:
    """One miss is a miss; what still runs is not yet in time."""
    standings = {one.standing for one in clocks_of(incident, now) if not one.rule.advice}
    if not standings:
        return Punctuality.WAIVED if incident.waiver else Punctuality.NONE
    if standings & MISSED:
        return Punctuality.LATE
    if standings & OPEN:
        return Punctuality.RUNNING
    return Punctuality.WAIVED if standings == {Standing.WAIVED} else Punctuality.IN_TIME


def warnings_of(started: datetime, limit: timedelta) -> tuple[datetime, ...]:
    """At 50 %, at 80 % and 6 hours before the end, as far as that lies inside the limit."""
    moments = {started + share * limit for share in SHARES}
    if limit > LAST_WARNING:
        moments.add(started + limit - LAST_WARNING)
    return tuple(sorted(moments))


def told(left: timedelta) -> Text:
    """'Còn 05 giờ 20 phút', 'Quá hạn 2 ngày 03 giờ': whole minutes, never more left than there is."""
    late = left < NOTHING
    minutes = int(abs(left) // MINUTE)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    vi, en = f"{hours:02d} giờ {rest:02d} phút", f"{hours} h {rest:02d} min"
    if days:
        vi, en = f"{days} ngày {hours:02d} giờ", f"{days} d {hours} h"
    return Text(f"Quá hạn {vi}", f"{en} overdue") if late else Text(f"Còn {vi}", f"{en} left")


def _clock(rule: ClockRule, law: str, incident: Incident, start: datetime, now: datetime) -> Clock:
    proof = next((one for one in incident.proofs if one.form in rule.met_by), None)
    met = proof.sent_at if proof else incident.confirmed_at if not rule.met_by else None
    due, warnings = start + rule.limit, warnings_of(start, rule.limit)
    made = Clock(rule, law, start, due, Standing.RUNNING, due - now, warnings, proof)
    standing = _standing(made, met, now, waived=incident.waiver is not None and not rule.advice)
    return replace(made, standing=standing, left=made.left if standing in OPEN else NOTHING)


def _standing(clock: Clock, met: datetime | None, now: datetime, *, waived: bool) -> Standing:
    if met is not None:
        return Standing.IN_TIME if met <= clock.due else Standing.LATE
    if waived:
        return Standing.WAIVED
    if now > clock.due:
        return Standing.OVERDUE
    limit = clock.rule.limit
    near = max(SHARES[0] * limit, min(SHARES[1] * limit, limit - LAST_WARNING))
    return Standing.NEAR if now >= clock.started + near else Standing.RUNNING


def _file(name: str) -> str:
    return (files("reports") / "legal" / f"{name}.yml").read_text("utf-8")


def _rule_set(document: Mapping[str, Any]) -> RuleSet:
    return RuleSet(
        id=document["id"],
        title=_text(document["title"]),
        first=document["from"],
        last=document["to"],
        wording=document["wording"],
        clocks=tuple(_rule(row) for row in document["clocks"]),
        yearly=document.get("annual"),
    )


def _rule(row: Mapping[str, Any]) -> ClockRule:
    applies = row["applies"]
    return ClockRule(
        id=row["id"],
        title=_text(row["title"]),
        to=_text(row["to"]),
        starts=Start(row["starts"]),
        limit=timedelta(**row["limit"]),
        met_by=frozenset(ReportForm(form) for form in row["met_by"] if form != CLASSIFIED),
        basis=_text(row["basis"]),
        confidence=Confidence(row["confidence"]),
        severities=frozenset(Severity(one) for one in applies.get("severity", ())),
        grave_only=applies.get("grave", False),
        since=row.get("since"),
        advice=row.get("advice", False),
        setting=row.get("setting", False),
        note=_text(row["note"]) if "note" in row else EMPTY,
        confirmed_by=row.get("confirmed_by", ""),
        confirmed_on=row.get("confirmed_on"),
    )


def _text(value: Mapping[str, str]) -> Text:
    return Text(value["vi"], value["en"])


def _day_of(year: int, text: str) -> date:
    month, day = text.split("-")
    return date(year, int(month), int(day))
