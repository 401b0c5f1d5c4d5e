"""A message form: a pattern and the fields that it means. Parsers of prose are lists of these.

Patterns are ours, reviewed, linear: one greedy run at most before a literal tail, possessive runs elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from collectors.enrich.addresses import put
from soc.event import Event

LONGEST = 8_192
"""Longer messages are read to here; the whole line stays in `event.original`."""

Found = dict[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """`fields` are written as they stand, `named` maps a group of the pattern to a field, `more` does the rest.
    `starts`: a literal that the text must begin with, tested before the pattern."""

    pattern: re.Pattern[str]
    fields: Event
    named: dict[str, str] = field(default_factory=dict)
    more: Callable[[Event, Found], None] | None = None
    starts: tuple[str, ...] = ()


def form(
    pattern: str,
    fields: Event,
    named: dict[str, str] | None = None,
    more: Callable[[Event, Found], None] | None = None,
    starts: str | tuple[str, ...] = (),
) -> Form:
    """A form with its pattern compiled; it must fit from the first character."""
    literals = (starts,) if isinstance(starts, str) else starts
    return Form(re.compile(pattern), fields, named or {}, more, literals)


def read_forms(forms: Iterable[Form], text: str) -> Event | None:
    """The fields of the first form that fits. Lists are copied: an event must not share them with the next."""
    text = text[:LONGEST]
    for entry in forms:
        if entry.starts and not text.startswith(entry.starts):
            continue
        match = entry.pattern.match(text)
        if match is None:
            continue
        event: Event = {key: list(value) if isinstance(value, list) else value for key, value in entry.fields.items()}
        found = {key: value for key, value in match.groupdict().items() if value}
        for group, name in entry.named.items():
            if group in found:
                event[name] = found[group]
        if entry.more is not None:
            entry.more(event, found)
        return event
    return None


def source(event: Event, found: Found) -> None:
    """Groups `ip` and `port` as the source end."""
    put(event, "source", found.get("ip", ""), found.get("port", ""))


def authentication(action: str, outcome: str) -> Event:
    """Somebody logs on, or is refused."""
    return _act(action, ["authentication"], ["start"], outcome)


def session(action: str, kind: str) -> Event:
    """A session starts or ends."""
    return _act(action, ["session"], [kind], "success")


def account(action: str, kinds: list[str], outcome: str = "success") -> Event:
    """An account, group or right changes."""
    return _act(action, ["iam"], kinds, outcome)


def process(action: str, outcome: str = "success") -> Event:
    """A command is run, or refused."""
    return _act(action, ["process"], ["start"], outcome)


def configuration(action: str) -> Event:
    """A setting changes."""
    return _act(action, ["configuration"], ["change"], "success")


def host(action: str, kind: str) -> Event:
    """A service or the machine changes its state."""
    return {"event.action": action, "event.category": ["host"], "event.type": [kind]}


def network(action: str, kinds: list[str]) -> Event:
    """A connection opens, closes or fails before anybody has said who he is."""
    return {"event.action": action, "event.category": ["network"], "event.type": kinds}


def _act(action: str, category: list[str], kinds: list[str], outcome: str) -> Event:
    return {"event.action": action, "event.category": category, "event.type": kinds, "event.outcome": outcome}
