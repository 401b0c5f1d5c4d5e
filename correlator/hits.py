"""From a match to the hit that is stored and shown; the same offline, live and in hunts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b

import orjson

from correlator.compile import UNIT, Match
from correlator.language.values import Values
from correlator.windows.correlator import Episode
from soc.access import UNASSIGNED
from soc.alert import CorrelationFacts, Hit, Level
from soc.event import EventView, instant
from soc.fold import fold
from soc.logsource import Route

NOWHERE = frozenset({"", "-", "N/A"})
TIMES = ("@timestamp", "UtcTime", "timestamp", "TimeCreated", "SystemTime", "EventTime", "time")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hit_id(rule: str, event: str) -> str:
    """A function of rule and event: a repeated batch gives the same hit again."""
    return blake2b(f"{rule}\0{event}".encode(), digest_size=16).hexdigest()


def hit_of(match: Match, event: EventView, route: Route | None) -> Hit:
    """The hit of one match. Entities are those that the rule declares, else those of its log source."""
    identity = str(event.get("event.id") or _identity(event))
    return Hit(
        hit_id(match.rule.id, identity),
        match.rule.card,
        time_of(event),
        str(event.get(UNIT) or UNASSIGNED),
        entities(match.rule.attributes.entities or (route.entities if route else ()), match.read),
        match.fields,
        (identity,),
        (dict(event),),
        weak_filter=match.weak_filter,
    )


def hit_of_episode(episode: Episode) -> Hit:
    """The hit of an episode: its time is when the condition first held. The group's values are the entities, those
    that the correlation declares beside its group come from the first member."""
    correlation = episode.correlation
    group = dict(episode.group)
    sample = episode.samples[0] if episode.samples else {}
    declared = {name: group.get(name) or sample.get(name) for name in correlation.attributes.entities or tuple(group)}
    named = ((name, Values(value)) for name, value in declared.items())
    found = tuple((name, first(values)) for name, values in named if first(values) not in NOWHERE)
    return Hit(
        episode.id,
        correlation.card,
        episode.at,
        episode.unit or UNASSIGNED,
        found,
        dict(group),
        episode.event_ids,
        episode.samples,
        CorrelationFacts(
            correlation.type.value,
            episode.group,
            episode.first,
            episode.last,
            episode.value,
            correlation.condition,
            episode.rules,
        ),
        episode.count,
    )


def time_of(event: EventView) -> datetime:
    """The event's time; foreign events name it as they like, and may have none (then EPOCH)."""
    for name in TIMES:
        value = event.get(name)
        if isinstance(value, str) and value:
            try:
                at = instant(value)
            except ValueError:
                continue
            return at if at.tzinfo else at.replace(tzinfo=UTC)
    return EPOCH


def entities(names: tuple[str, ...], read: Callable[[str], Values]) -> tuple[tuple[str, str], ...]:
    """(field, value) of every named field that the event has; of a list the first."""
    found = ((name, first(read(name))) for name in names)
    return tuple((name, value) for name, value in found if value not in NOWHERE)


def first(values: Values) -> str:
    return values.texts[0] if values.texts else ""


def _identity(event: EventView) -> str:
    return blake2b(orjson.dumps(dict(event), default=str), digest_size=16).hexdigest()


def fingerprint(hit: Hit) -> str:
    """What groups hits into one alert (workspace.md 2.1): rule, unit, and as many entities as the level asks for."""
    kept = hit.entities if hit.rule.level in (Level.CRITICAL, Level.HIGH) else hit.entities[:1]
    if hit.rule.level in (Level.LOW, Level.INFORMATIONAL):
        kept = ()
    text = "\0".join((hit.rule.id, hit.unit, *(f"{name}={fold(value)}" for name, value in kept)))
    return blake2b(text.encode(), digest_size=16).hexdigest()
