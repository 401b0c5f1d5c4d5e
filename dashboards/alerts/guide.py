"""The rule's guide for this alert: steps with their queries already filled, who ticked them, and what to do.

A rule without steps gets three ready questions made from the alert's entities; a high rule without a guide says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dashboards.alerts.asked import Thing, things_of
from dashboards.alerts.context import moment_of
from dashboards.alerts.story import Part, steps_of, values_of
from dashboards.shell import links
from dashboards.shell.formats import Translate
from dashboards.shell.hostile import text_of
from dashboards.shell.i18n import N_
from soc.alert import Alert, AlertEvent, Level
from soc.entity import EntityKind
from soc.errors import QuerySyntaxError
from soc.query.parse import parse
from soc.state.remarks import TICK
from soc.state.risk import RISK_RULE

_PLACE = re.compile(r"\{([^{}]{1,100})\}")
_CODE = re.compile(r"`([^`]{1,1000})`")
SPAN = timedelta(days=1)
LONG_SPAN = timedelta(days=30)
QUESTIONS = 3

ASK: dict[EntityKind, tuple[str, timedelta]] = {
    EntityKind.HOST: (N_("What happened on this machine within an hour"), timedelta(hours=1)),
    EntityKind.USER: (N_("Where else was this account seen in 7 days"), timedelta(days=7)),
    EntityKind.IP: (N_("Who else met this address in 30 days"), LONG_SPAN),
    EntityKind.DOMAIN: (N_("Who else asked for this domain in 30 days"), LONG_SPAN),
    EntityKind.HASH: (N_("Where else does this file lie, 30 days"), LONG_SPAN),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to check. `pivots`: query and link; `by`, `at`: who ticked it last, empty when it is open."""

    number: int
    parts: tuple[Part, ...]
    text: str
    pivots: tuple[tuple[str, str], ...] = ()
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A ready query for a rule that has no steps."""

    text: str
    thing: Thing
    href: str


@dataclass(frozen=True, slots=True)
class Guide:
    """`gap`: a rule of level high or critical that has no guide, which its owner should mend."""

    check: tuple[Step, ...] = ()
    act: tuple[tuple[Part, ...], ...] = ()
    questions: tuple[Question, ...] = ()
    gap: bool = False

    @property
    def ticked(self) -> int:
        return sum(step.at is not None for step in self.check)


def guide_of(
    alert: Alert,
    check: Sequence[str],
    act: Sequence[str],
    history: Iterable[AlertEvent],
    names: Mapping[str, str],
    *,
    now: datetime,
    translate: Translate,
) -> Guide:
    """The guide as this alert needs it."""
    ticks = _ticks(history)
    filled = steps_of(alert, tuple(check))
    steps = tuple(
        _step(alert, number, text, tuple(parts), now)
        for number, (text, parts) in enumerate(zip(check, filled, strict=True))
    )
    done = tuple(_ticked(step, ticks.get(step.number), names) for step in steps)
    return Guide(
        check=done,
        act=tuple(tuple(parts) for parts in steps_of(alert, tuple(act))),
        questions=() if steps else questions_of(alert, now=now, translate=translate),
        gap=not steps and not act and alert.level in (Level.HIGH, Level.CRITICAL) and alert.rule.id != RISK_RULE,
    )


def questions_of(alert: Alert, *, now: datetime, translate: Translate) -> tuple[Question, ...]:
    """At most three, one for each kind of entity first."""
    things = things_of(alert, tuple(ASK))
    first: dict[EntityKind, Thing] = {}
    for thing in things:
        first.setdefault(thing.kind, thing)
    at = moment_of(alert)
    found = []
    for thing in list(dict.fromkeys([*first.values(), *things]))[:QUESTIONS]:
        text, span = ASK[thing.kind]
        found.append(Question(translate(text), thing, links.hunt(thing.hunt, at - span, _end(at, span, now))))
    return tuple(found)


def _step(alert: Alert, number: int, text: str, parts: tuple[Part, ...], now: datetime) -> Step:
    at = moment_of(alert)
    pivots = []
    for query in _CODE.findall(text):
        filled = _filled(query, values_of(alert), now)
        if filled:
            pivots.append((filled, links.hunt(filled, at - SPAN, _end(at, SPAN, now))))
    words = tuple(part for part in parts if not part.code) if pivots else parts
    return Step(number, _trimmed(words), _CODE.sub("", text).strip(), tuple(pivots))


def _trimmed(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.value is not None or part.text.strip())


def _filled(query: str, values: Mapping[str, Any], now: datetime) -> str:
    """The query with the alert's values, quoted for the language; '' when one is missing or it cannot be read."""
    if any(values.get(name) is None for name in _PLACE.findall(query)):
        return ""
    text = _PLACE.sub(lambda found: _escaped(text_of(values[found.group(1)])), query)
    try:
        parse(text, now=now)
    except QuerySyntaxError:
        return ""
    return text


def _escaped(value: str) -> str:
    """Templates put places between quotes."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _end(at: datetime, span: timedelta, now: datetime) -> datetime:
    return max(min(at + span, now), at + timedelta(minutes=1))


def _ticks(history: Iterable[AlertEvent]) -> dict[int, AlertEvent]:
    """The last word on each step."""
    return {int(event.after["step"]): event for event in history if event.kind == TICK and "step" in event.after}


def _ticked(step: Step, tick: AlertEvent | None, names: Mapping[str, str]) -> Step:
    if tick is None or not tick.after.get("done"):
        return step
    return replace(step, by=names.get(tick.actor, tick.actor), at=tick.at)
