"""Keeps scores: the running value every minute, a snapshot of each day that is over, and its restatements.

A snapshot holds its inputs, so that it can be computed again; when something of a day is told later, the day is stated
anew as revision n + 1 with the reason `late_input`, and the former statement stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from reports.posture.coverage import NOTHING, Coverage
from reports.posture.gather import gather
from reports.posture.inputs import ProvinceInputs, TechniqueInput, UnitInputs
from reports.posture.method import Method, method
from reports.posture.province import ProvinceScore, member, province
from reports.posture.score import Score, places, score
from reports.posture.sight import agree_slots, watched_all
from soc.access import ROOT, SYSTEM
from soc.calendar import ZONE
from soc.incident import Severity
from soc.state.posture import CLOSE, LATE_INPUT, PostureRow
from soc.state.store import State, Tx
from soc.state.types import canonical
from soc.unit import UnitTree

DAY = timedelta(days=1)
RESTATED_DAYS = 7
"""Days that are looked at again; what is told even later stands in the corrections of the next report."""

DAYS_AT_ONCE = 10
FIRST_DAYS = 60
CHECK = timedelta(hours=1)
FACT = "posture_checked"


@dataclass(frozen=True, slots=True)
class Standing:
    """All scores of one moment. `province` None: no unit takes part."""

    at: datetime
    units: tuple[tuple[UnitInputs, Score], ...]
    whole: ProvinceInputs
    province: ProvinceScore | None


def standing(inputs: Iterable[UnitInputs], at: datetime, how: Method) -> Standing:
    """Scores of these units and of the province that they are."""
    scored = tuple((one, score(one, how)) for one in inputs)
    members = tuple(member(one, found, how) for one, found in scored)
    serious = any(
        incident.severity is Severity.SERIOUS and not incident.contained
        for one, _ in scored
        for incident in one.incidents
    )
    whole = ProvinceInputs(members, serious)
    return Standing(at, scored, whole, province(whole, how))


def run(state: State, units: UnitTree, now: datetime, coverage: Coverage = NOTHING) -> Standing:
    """The running value."""
    how = method()
    with state.read() as tx:
        inputs = gather(tx, SYSTEM, units, now, how, state.limits, coverage=coverage)
    made = standing(inputs, now, how)
    with state.write() as tx:
        tx.posture.stands(_rows(made))
    return made


def close_days(state: State, units: UnitTree, now: datetime, coverage: Coverage = NOTHING) -> tuple[date, ...]:
    """States every day that is over and was not stated yet, some at once, the last one first; once an hour looks at
    the last ones again. Answers the days that were written; none while it is not known yet how often each source has
    to be heard."""
    yesterday = now.astimezone(ZONE).date() - DAY
    with state.write() as tx:
        if not watched_all(tx, SYSTEM):
            return ()
        agree_slots(tx, SYSTEM, now, method())
    with state.read() as tx:
        known = {row.day for row in tx.posture.closed(SYSTEM, yesterday - FIRST_DAYS * DAY, yesterday, unit=ROOT)}
        checked = tx.facts.get(FACT)
        begin = _first_day(tx, yesterday)
    missing = [day for day in reversed(_days(begin, yesterday)) if day not in known][:DAYS_AT_ONCE]
    for day in missing:
        close_day(state, units, day, now, coverage)
    again: list[date] = []
    if checked is None or now - datetime.fromisoformat(checked) >= CHECK or now < datetime.fromisoformat(checked):
        recent = _days(yesterday - (RESTATED_DAYS - 1) * DAY, yesterday)
        again = [day for day in recent if day in known and close_day(state, units, day, now, coverage)]
        with state.write() as tx:
            tx.facts.put(FACT, now.isoformat(), at=now)
    return (*missing, *again)


def close_day(state: State, units: UnitTree, day: date, now: datetime, coverage: Coverage = NOTHING) -> int:
    """States one day, or restates what has changed of it; answers how many rows were written. What could be detected
    then is not told later: a restatement keeps it."""
    how, at = method(), midnight_after(day)
    with state.read() as tx:
        inputs = gather(tx, SYSTEM, units, at, how, state.limits, coverage=coverage)
        before = {row.unit: row for row in tx.posture.closed(SYSTEM, day, day)}
    made = standing((_as_detected(one, before.get(one.unit)) for one in inputs), at, how)
    rows = [
        replace(row, at=now, day=day, revision=old.revision + 1 if old else 1, reason=LATE_INPUT if old else CLOSE)
        for row in _rows(made)
        if (old := before.get(row.unit)) is None or canonical(old.inputs) != canonical(row.inputs)
    ]
    with state.write() as tx:
        tx.posture.close(rows)
    return len(rows)


def again(row: PostureRow) -> Score | ProvinceScore | None:
    """The score computed anew from what a row has stored, by its own version."""
    how = method(row.version)
    if row.unit == ROOT:
        return province(msgspec.convert(row.inputs, ProvinceInputs), how)
    return score(inputs_of(row), how)


def inputs_of(row: PostureRow) -> UnitInputs:
    return msgspec.convert(row.inputs, UnitInputs)


def province_inputs_of(row: PostureRow) -> ProvinceInputs:
    return msgspec.convert(row.inputs, ProvinceInputs)


def midnight_after(day: date) -> datetime:
    """The end of a local day."""
    return datetime.combine(day + DAY, time(), ZONE)


def _rows(made: Standing) -> list[PostureRow]:
    rows = [_row(one.unit, made.at, found, found.shown, msgspec.to_builtins(one)) for one, found in made.units]
    if made.province is not None:
        rows.append(_row(ROOT, made.at, made.province, made.province.shown, msgspec.to_builtins(made.whole)))
    return rows


def _row(
    unit: str, at: datetime, found: Score | ProvinceScore, shown: int | None, inputs: Mapping[str, Any]
) -> PostureRow:
    exact, raw, trust = (places(value) for value in (found.capped, found.raw, found.trust))
    return PostureRow(unit, at, found.version, exact, raw, shown, found.letter.letter, trust, inputs)


def _as_detected(one: UnitInputs, before: PostureRow | None) -> UnitInputs:
    if before is None:
        return one
    stored = msgspec.convert(before.inputs["techniques"], tuple[TechniqueInput, ...])
    return replace(one, techniques=stored)


def _first_day(tx: Tx, yesterday: date) -> date:
    """Before anybody was heard there is nothing to state."""
    heard = tx.watch.first_heard(SYSTEM)
    begin = heard.astimezone(ZONE).date() if heard else yesterday + DAY
    return max(begin, yesterday - (FIRST_DAYS - 1) * DAY)


def _days(first: date, last: date) -> list[date]:
    return [first + number * DAY for number in range(max(0, (last - first).days + 1))]
