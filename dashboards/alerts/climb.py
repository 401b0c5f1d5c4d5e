"""How a correlation came about: its base events in order of time, and the count that they reached step by step.

Pure: events in, steps out. What was not kept with the alert is not drawn; the page says how many of all it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from markupsafe import Markup

from dashboards.alerts.story import Sample, sample_of
from dashboards.shell import charts
from dashboards.shell.formats import Translate
from dashboards.shell.hostile import text_of
from dashboards.shell.i18n import N_
from soc.alert import CorrelationFacts
from soc.event import instant

EDGE = timedelta(seconds=30)
VALUES, RULES = "value_count", ("temporal", "temporal_ordered")


@dataclass(frozen=True, slots=True)
class Step:
    """One base event with the count after it. `counted`: what it was counted for; empty when it changed nothing."""

    at: datetime
    count: int
    rule: str = ""
    what: str = ""
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Climb:
    """`least`: what the rule asks for; None: it is no plain number. `whole`: every base event is among the steps."""

    steps: tuple[Step, ...]
    least: int | None
    whole: bool
    picture: Markup


def climb_of(
    facts: CorrelationFacts,
    samples: Sequence[Mapping[str, Any]],
    met: Sequence[str],
    ids: Iterable[str],
    *,
    fields: Sequence[str],
    least: int | None,
    translate: Translate,
) -> Climb:
    """`met`: the base rules of each sample. `ids`: of further base events, whose times are in them."""
    events = [_event(sample, rule) for sample, rule in zip(samples, met, strict=True)]
    if facts.type == "event_count":
        known = {str(sample.get("event.id")) for sample in samples}
        events += [(at, None, "") for name in ids if name not in known and (at := time_of(name)) is not None]
    steps = tuple(_steps(facts, sorted(events, key=lambda event: event[0]), fields))
    reached = steps[-1].count if steps else 0
    words = {"count": reached, "least": "?" if least is None else least, "events": len(steps)}
    picture = charts.climb(
        [(step.at, step.count) for step in steps],
        least,
        min([facts.first, *(step.at for step in steps)]) - EDGE,
        max([facts.last, *(step.at for step in steps)]) + EDGE,
        title=translate(N_("How the count rose")),
        desc=translate(N_("%(events)s base events reach %(count)s; the rule asks for %(least)s")) % words,
    )
    return Climb(steps, least, reached >= facts.count, picture)


def time_of(event_id: str) -> datetime | None:
    """An id begins with its event's time in milliseconds."""
    try:
        return datetime.fromtimestamp(int(event_id[:12], 16) / 1_000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


Known = tuple[datetime, Mapping[str, Any] | None, str]


def _event(sample: Mapping[str, Any], rule: str) -> Known:
    return instant(str(sample["@timestamp"])), sample, rule


def _steps(facts: CorrelationFacts, events: Sequence[Known], fields: Sequence[str]) -> Iterable[Step]:
    seen: set[str] = set()
    for number, (at, sample, rule) in enumerate(events, start=1):
        name = _counted(facts.type, sample or {}, rule, fields)
        fresh = name if name and name not in seen else ""
        seen |= {name} if name else set()
        told: Sample | None = sample_of(sample) if sample else None
        count = len(seen) if facts.type in (VALUES, *RULES) else number
        yield Step(at, count, rule, told.headline if told else "", fresh)


def _counted(kind: str, sample: Mapping[str, Any], rule: str, fields: Sequence[str]) -> str:
    """What makes an event count anew."""
    if kind in RULES:
        return rule
    if kind == VALUES:
        return ", ".join(text_of(sample[name]) for name in fields if sample.get(name) is not None)
    return ""
