"""An alert in the words of its rule: the title, the sentence and the steps, filled with this alert's values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboards.shell.hostile import text_of
from soc.alert import Alert

_PLACE = re.compile(r"\{([^{}]{1,100})\}")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of the sentence: our words, or a `value` from the log (then `text` is its field). `code`: a query."""

    text: str
    value: Any = None
    code: bool = False


def title_of(alert: Alert, language: str) -> str:
    """The rule's title in the reader's language, the upstream title where there is no other."""
    return (alert.rule.title_vi if language == "vi" else "") or alert.rule.title


def meaning_of(alert: Alert, language: str) -> tuple[Part, ...]:
    """The rule's sentence; `{field}` is filled from the alert. Empty when the rule has none."""
    text = alert.rule.meaning_vi if language == "vi" else alert.rule.meaning_en
    text = text or alert.rule.meaning_en or alert.rule.meaning_vi
    return tuple(_filled(text, values_of(alert)))


def steps_of(alert: Alert, steps: tuple[str, ...]) -> list[list[Part]]:
    """A guide's steps, filled; what stands in backticks is a query."""
    values = values_of(alert)
    return [
        [
            replace(part, code=bool(place % 2))
            for place, run in enumerate(step.split("`"))
            for part in _filled(run, values)
        ]
        for step in steps
    ]


def values_of(alert: Alert) -> dict[str, Any]:
    """What a placeholder may name, most specific last."""
    values: dict[str, Any] = dict(alert.samples[0]) if alert.samples else {}
    values |= alert.matched
    if alert.correlation is not None:
        values |= dict(alert.correlation.group) | {"count": int(alert.correlation.count)}
    gathered: dict[str, list[str]] = {}
    for name, value in alert.entities:
        gathered.setdefault(name, []).append(value)
    values |= {name: _several(found) for name, found in gathered.items()}
    return {"count": alert.count} | values


def _several(found: list[str]) -> str:
    return found[0] if len(found) == 1 else f"{found[0]} (+{len(found) - 1})"


def _filled(text: str, values: Mapping[str, Any]) -> Iterator[Part]:
    """Words and values in turn; a field that the alert does not have keeps its name in brackets."""
    end = 0
    for match in _PLACE.finditer(text):
        if match.start() > end:
            yield Part(text[end : match.start()])
        name = match.group(1)
        yield Part(name, values[name]) if values.get(name) is not None else Part(f"({name})")
        end = match.end()
    if text[end:]:
        yield Part(text[end:])


def said(parts: Iterable[Part]) -> str:
    """The run as one text."""
    return "".join(part.text if part.value is None else text_of(part.value) for part in parts)
