"""What a report reads, by name and version: rows as they were known at `as_of` (posture-and-reports.md 5.5).

A query that changes its meaning gets a new version; an issued package names the one that it was made with.
Every time in a row is ISO text in UTC, so that rows have one canonical form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from reports.clocks import clocks_of, punctuality
from reports.monthly.figures import Asked, Row, Rows
from soc.access import Scope
from soc.calendar import ZONE
from soc.incident import HAPPENED, UNDER_WAY, Incident
from soc.limits import LimitRules
from soc.period import Period
from soc.register import BotnetAddress, EndpointCount, ExpectedSource
from soc.state.alert_past import AlertThen
from soc.state.source_table import Source as LogSource
from soc.state.store import Tx
from soc.state.tables.sources import SourceState
from soc.unit import UnitTree

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DELAYED = timedelta(hours=24)
"""An alert about something older was raised from an import, a replay or late delivery: no measure of people's work."""

NEVER = "none"
KEPT, MISSED, OPEN = "kept", "missed", "open"


@dataclass(frozen=True, slots=True)
class Source:
    """Whence queries read. `scope`: of the report, not of whoever looks at it."""

    tx: Tx
    scope: Scope
    units: UnitTree
    limits: LimitRules


Query = Callable[[Source, Asked], Rows]


def of_period(period: Period) -> dict[str, str]:
    """The parameters that say from which instant to which."""
    return {"since": _text(period.begins), "until": _text(period.over)}


def alerts(source: Source, asked: Asked) -> Rows:
    """Alerts raised in the period. `ack`, `resolve`: kept, missed, open (its limit still runs) or none (it has none).
    Minutes are of the calendar of the level, without pauses of the first limit."""
    found = source.tx.alert_past.raised(source.scope, *_span(asked), as_of=asked.as_of)
    columns = (
        *("id", "unit", "level", "rule", "title", "tactic", "status", "verdict", "day", "hour", "ack", "resolve"),
        *("ack_minutes", "resolve_minutes", "delayed", "reopened"),
    )
    return Rows.of(columns, (_alert_row(one, source.limits, asked.as_of) for one in found))


def open_alerts(source: Source, asked: Asked) -> Rows:
    """Alerts that were open at the end of the period, whenever they were raised."""
    _, until = _span(asked)
    found = source.tx.alert_past.alive(source.scope, until, until, as_of=min(asked.as_of, until))
    rows = ((one.id, one.unit, one.level.value, one.status.value, _late(one, until)) for one in found)
    return Rows.of(("id", "unit", "level", "status", "overdue"), rows)


def events(source: Source, asked: Asked) -> Rows:
    """Records and events of each source by local day of receipt. An hour that was not over at `as_of` is left out: its
    sums still grew."""
    since, until = _span(asked)
    sums: dict[tuple[str, str], list[int]] = {}
    owner = {one.id: one.unit for one in _known(source, min(until, asked.as_of))}
    for name, hours in source.tx.accounting.hourly(source.scope, since).items():
        for hour, row in hours.items():
            if hour + HOUR <= min(until, asked.as_of):
                day = hour.astimezone(ZONE).date().isoformat()
                had = sums.setdefault((name, day), [0, 0, 0, 0])
                for place, n in enumerate((row.received, row.events, row.pipeline_errors, int(row.events > 0))):
                    had[place] += n
    rows: Iterable[Row] = ((name, owner.get(name, ""), day, *counts) for (name, day), counts in sums.items())
    return Rows.of(("source", "unit", "day", "received", "events", "errors", "hours"), rows)


def sources(source: Source, asked: Asked) -> Rows:
    """Sources that were counted on in the period: hours with at least one event that was read, of the hours since each
    was approved. A broken parser is blindness: an hour of lines that could not be read is not a living one."""
    since, until = _span(asked)
    until = min(until, asked.as_of)
    until -= (until - since) % HOUR
    hours = source.tx.accounting.hourly(source.scope, since)
    began = source.tx.sources.table().began
    rows: list[Row] = []
    for one in _known(source, until):
        first = max(since, began(one.id) or until)
        expected = max(int((until - first) / HOUR), 0)
        if one.state is not SourceState.ACTIVE or not expected:
            continue
        alive = sum(row.events > 0 for hour, row in hours.get(one.id, {}).items() if first <= hour < until)
        last = max((hour for hour, row in hours.get(one.id, {}).items() if row.events and hour < until), default=None)
        rows.append((one.id, one.unit, min(alive, expected), expected, _text(last) if last else None))
    return Rows.of(("source", "unit", "alive", "expected", "last"), rows)


def source_hours(source: Source, asked: Asked) -> Rows:
    """Every hour that was counted on, one row each: whether a readable event of the source came in it."""
    whole = sources(source, asked)
    rows: list[Row] = []
    for name, unit, alive, expected, _ in whole.rows:
        rows += [(name, unit, number, int(number < int(alive or 0))) for number in range(int(expected or 0))]
    return Rows.of(("source", "unit", "number", "alive"), rows)


def givers(source: Source, asked: Asked) -> Rows:
    """Who has handed over figures of others so far, and the last day of them: a list of nobody is not a zero."""
    _, until = _span(asked)
    last = (min(until, asked.as_of) - MINUTE).astimezone(ZONE).date()
    external = source.tx.external
    counts, listed = external.endpoints(source.scope, until=last), external.botnet(source.scope, until=last)
    found = {("endpoints", one.given_by) for one in counts if _told(one, asked)}
    found |= {("botnet", one.given_by) for one in listed if _told(one, asked)}
    return Rows.of(("kind", "given_by"), found)


def incidents(source: Source, asked: Asked) -> Rows:
    """Incidents confirmed in the period; what was dismissed is none."""
    since, until = _span(asked)
    found = source.tx.incidents.as_of(source.scope, asked.as_of)
    mine = (one for one in found if one.state in HAPPENED and one.confirmed_at and since <= one.confirmed_at < until)
    return _incidents(mine, asked.as_of, _levels(source, asked))


def open_incidents(source: Source, asked: Asked) -> Rows:
    """Incidents under way at `as_of`, whenever they were confirmed."""
    found = source.tx.incidents.as_of(source.scope, asked.as_of)
    return _incidents((one for one in found if one.state in UNDER_WAY), asked.as_of, _levels(source, asked))


def reports_owed(source: Source, asked: Asked) -> Rows:
    """Every report that the law asks for about incidents detected in the period; advice left out."""
    since, until = _span(asked)
    rows = [
        (one.number, one.unit, one.severity.value, clock.rule.id, clock.standing.value, _text(clock.due))
        for one in source.tx.incidents.as_of(source.scope, asked.as_of)
        if since <= one.t0 < until
        for clock in clocks_of(one, asked.as_of)
        if not clock.rule.advice
    ]
    return Rows.of(("number", "unit", "severity", "clock", "standing", "due"), rows)


def systems(source: Source, asked: Asked) -> Rows:
    """The register at the end of the period: level, whether its level is approved, whether any source watches it."""
    _, until = _span(asked)
    at = min(until, asked.as_of)
    day = at.astimezone(ZONE).date()
    watched = {one.system for one in source.tx.systems.expected(source.scope) if _owed(one, day, asked.as_of)}
    rows = (
        (one.id, one.unit, one.level, int(one.approved), _day(one.deadline), int(one.id in watched))
        for one in source.tx.systems.all(source.scope, at=at)
        if not one.retired
    )
    return Rows.of(("system", "unit", "level", "approved", "deadline", "watched"), rows)


def endpoints(source: Source, asked: Asked) -> Rows:
    """Endpoint protection: of each unit and giver the newest count up to the end of the period."""
    _, until = _span(asked)
    last = (min(until, asked.as_of) - MINUTE).astimezone(ZONE).date()
    newest: dict[tuple[str, str], EndpointCount] = {}
    for one in source.tx.external.endpoints(source.scope, until=last):
        if _told(one, asked):
            newest.setdefault((one.unit, one.given_by), one)
    found = newest.values()
    rows = ((one.unit, one.given_by, _day(one.day), one.machines, one.protected, one.current) for one in found)
    return Rows.of(("unit", "given_by", "day", "machines", "protected", "current"), rows)


def botnet(source: Source, asked: Asked) -> Rows:
    """Addresses of ours on a botnet list on any day of the period."""
    since, until = _span(asked)
    first, last = (one.astimezone(ZONE).date() for one in (since, until - MINUTE))
    found = source.tx.external.botnet(source.scope, since=first, until=last)
    rows = {(one.unit, one.address, one.given_by) for one in found if _told(one, asked)}
    return Rows.of(("unit", "address", "given_by"), rows)


def _known(source: Source, at: datetime) -> Iterator[LogSource]:
    """The sources of the scope by their records of that time, by id."""
    table = source.tx.sources.table()
    for id in sorted(table.current):
        found = table.at(id, at)
        if found is not None and found.valid_from <= at and source.scope.sees(found.unit):
            yield found


def _alert_row(one: AlertThen, limits: LimitRules, as_of: datetime) -> Row:
    local = one.raised_at.astimezone(ZONE)
    return (
        *(one.id, one.unit, one.level.value, one.rule, one.title, one.tactics[0] if one.tactics else None),
        *(one.status.value, one.verdict.value if one.verdict else None, local.date().isoformat(), local.hour),
        *(_in_time(one.ack_due, one.taken_at, as_of), _in_time(one.resolve_due, one.closed_at, as_of)),
        *(_minutes(limits, one, one.taken_at), _minutes(limits, one, one.closed_at)),
        *(int(one.raised_at - one.first_event > DELAYED), one.reopened),
    )


def _in_time(due: datetime | None, done: datetime | None, as_of: datetime) -> str:
    if due is None:
        return NEVER
    if done is not None:
        return KEPT if done <= due else MISSED
    return OPEN if as_of <= due else MISSED


def _minutes(limits: LimitRules, one: AlertThen, end: datetime | None) -> int | None:
    return None if end is None else limits.elapsed(one.level, one.raised_at, end) // MINUTE


def _late(one: AlertThen, at: datetime) -> int:
    return int(one.resolve_due is not None and one.resolve_due < at)


def _owed(one: ExpectedSource, day: date, as_of: datetime) -> bool:
    """As known then: an approval that came later had not removed it yet."""
    gone = one.removal
    later = gone is not None and gone.approved_at is not None and gone.approved_at > as_of
    return one.added_at <= as_of and (one.since <= day if later else one.expected_on(day))


def _told(one: EndpointCount | BotnetAddress, asked: Asked) -> bool:
    return one.recorded_at is None or one.recorded_at <= asked.as_of


def _levels(source: Source, asked: Asked) -> dict[str, int]:
    found = source.tx.systems.all(source.scope, at=asked.as_of)
    return {one.id: one.level for one in found if one.level is not None}


def _incidents(found: Iterable[Incident], as_of: datetime, levels: Mapping[str, int]) -> Rows:
    columns = (
        *("number", "unit", "category", "severity", "state", "level", "t0", "confirmed", "contained", "closed"),
        *("punctual", "hours_to_contain"),
    )
    return Rows.of(columns, (_incident_row(one, as_of, levels) for one in found))


def _incident_row(one: Incident, as_of: datetime, levels: Mapping[str, int]) -> Row:
    times = (one.t0, one.confirmed_at, one.contained_at, one.closed_at)
    known = [levels[system] for system in one.systems if system in levels]
    contained = None if one.contained_at is None else int((one.contained_at - one.t0) / HOUR)
    return (
        *(one.number, one.unit, one.category.value, one.severity.value, one.state.value, max(known, default=None)),
        *(None if at is None else _text(at) for at in times),
        *(punctuality(one, as_of).value, contained),
    )


def _span(asked: Asked) -> tuple[datetime, datetime]:
    since, until = (datetime.fromisoformat(str(asked.params[name])) for name in ("since", "until"))
    return since, until


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
