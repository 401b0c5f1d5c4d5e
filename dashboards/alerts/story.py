"""The alert in words: the rule's own sentence with this alert's values, its matched fields, events and history."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from dashboards.shell.choice import choice
from dashboards.shell.hostile import text_of
from dashboards.shell.i18n import N_
from dashboards.shell.labels import EVENT_KINDS, FIELDS, LEVELS, REASON_NAMES, TACTICS, VERDICTS
from dashboards.shell.telling import Part as Part
from dashboards.shell.telling import meaning_of as meaning_of
from dashboards.shell.telling import steps_of as steps_of
from dashboards.shell.telling import title_of as title_of
from dashboards.shell.telling import values_of as values_of
from soc.alert import ActorKind, Alert, AlertEvent, Level, Verdict
from soc.state.remarks import COMMENT, CORRECT

_HEADLINE = ("process.command_line", "url.original", "dns.question.name", "message", "event.action", "event.dataset")
_TECHNIQUE = re.compile(r"[tsg][0-9]{4}(\.[0-9]{3})?")
MOST_ENTITIES = 6
MOST_MARKS = 24
SHORTEST_MARK, LONGEST_MARK = 3, 200

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity with the word for its field."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One event as the page shows it. `met`: the base rules of a correlation that it met."""

    at: datetime
    headline: str
    raw: str | None
    fields: tuple[tuple[str, Any], ...]
    met: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of the history in words. `comment`: its number, if it is a remark of `account` that can be corrected;
    `newer`: the words that its author has put in place of its own."""

    at: datetime
    who: str
    what: str
    note: str
    account: str = ""
    comment: int = 0
    newer: str = ""


def entities_of(alert: Alert, translate: Translate) -> tuple[Entity, ...]:
    """For a rule without a sentence: its entities, named."""
    named = [(translate(FIELDS[name]) if name in FIELDS else name, value) for name, value in alert.entities]
    first = [(label[:1].upper() + label[1:], value) for label, value in named[:1]]
    return tuple(Entity(label, value) for label, value in [*first, *named[1:MOST_ENTITIES]])


def sample_of(event: Mapping[str, Any], met: str = "") -> Sample:
    """Time, one telling line, the raw line and all fields."""
    raw = event.get("event.original")
    headline = next((str(event[name]) for name in _HEADLINE if event.get(name)), str(event.get("event.id", "")))
    fields = tuple((name, event[name]) for name in sorted(event) if name != "event.original")
    at = datetime.fromisoformat(str(event.get("@timestamp", "1970-01-01T00:00:00+00:00")))
    return Sample(at, headline, None if raw is None else str(raw), fields, met)


def marks_of(alert: Alert) -> tuple[str, ...]:
    """What is pointed out in the raw line: the values that matched and the entities, if they tell anything."""
    found = [text_of(value) for value in alert.matched.values()] + [value for _, value in alert.entities]
    fitting = [text for text in found if SHORTEST_MARK <= len(text) <= LONGEST_MARK]
    # JSON writes a backslash twice.
    fitting += [text.replace("\\", "\\\\") for text in fitting if "\\" in text]
    return tuple(dict.fromkeys(fitting))[:MOST_MARKS]


def techniques_of(alert: Alert, translate: Translate) -> str:
    """The rule's tags as people write them: T1078, initial access, CVE-2021-44228."""
    pairs = (tag.split(".", 1) for tag in alert.rule.tags)
    found = [_technique(pair[0], pair[1], translate) for pair in pairs if len(pair) == 2]
    return ", ".join(sorted(found, key=lambda text: not text[:1].isupper()))


def history_of(events: tuple[AlertEvent, ...], names: Mapping[str, str], translate: Translate) -> list[HistoryLine]:
    """Newest first, people by name; a corrected remark stands where it stood, with its last words."""
    newer = {int(event.after["of"]): event.note for event in events if event.kind == CORRECT}
    shown = [event for event in events if event.kind != CORRECT]
    return [
        replace(_line(event, names, translate), newer=newer.get(event.seq, "") if event.kind == COMMENT else "")
        for event in reversed(shown)
    ]


def link_of(alert: Alert) -> str:
    """The rule's link, if it is one that a browser may follow: upstream rules are foreign text too."""
    return alert.rule.link if urlsplit(alert.rule.link).scheme == "https" else ""


def _technique(space: str, name: str, translate: Translate) -> str:
    if space == "attack" and name in TACTICS:
        return translate(TACTICS[name]).lower()
    if space == "attack":
        return name.upper() if _TECHNIQUE.fullmatch(name) else name.replace("-", " ").replace("_", " ")
    return f"{space}-{name}".upper() if space == "cve" else f"{space}.{name}"


def _line(event: AlertEvent, names: Mapping[str, str], translate: Translate) -> HistoryLine:
    after = event.after
    level, verdict = choice(Level, after.get("level")), choice(Verdict, after.get("verdict"))
    words = {
        "owner": names.get(str(after.get("owner")), str(after.get("owner", ""))),
        "level": translate(LEVELS[level]).lower() if level else "",
        "verdict": translate(VERDICTS[verdict]).lower() if verdict else "",
        "reason": translate(REASON_NAMES.get(str(after.get("reason")), str(after.get("reason", "")))).lower(),
    }
    system = event.actor_kind is ActorKind.SYSTEM
    who = translate(N_("The system")) if system else names.get(event.actor, event.actor)
    kind = "untick" if event.kind == "tick" and not after.get("done") else event.kind
    text = EVENT_KINDS.get(kind, event.kind)
    note = event.note or str((after.get("question") or {}).get("text", "")) or str(after.get("text", ""))
    remark = event.seq if event.kind == COMMENT else 0
    return HistoryLine(event.at, who, translate(text) % words, note, event.actor, remark)
