"""What matched and why: each matched field beside the parts of the rule that speak of it.

The parts are read from the rule's own text, and only while that text is the one that the alert was raised with
(same SHA-256); else the page shows the matched values alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from soc.alert import Alert, RuleCard

RULE_MOST = 262_144


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its value, the name of the part, and what that part asks for."""

    field: str
    value: Any
    part: str = ""
    wants: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The lines, and the rule's condition where its text is at hand."""

    lines: tuple[Line, ...]
    condition: str = ""


def explain(alert: Alert, folders: Sequence[Path]) -> Why:
    """Every matched field at least once."""
    detection = _detection(alert.rule, folders)
    parts = list(_parts(detection))
    lines = []
    for field, value in alert.matched.items():
        spoken = [Line(field, value, part, wants) for name, part, wants in parts if name == field]
        lines += spoken or [Line(field, value)]
    condition = detection.get("condition", "")
    return Why(tuple(lines), condition if isinstance(condition, str) else "; ".join(map(str, condition)))


def _detection(rule: RuleCard, folders: Sequence[Path]) -> Mapping[str, Any]:
    for text in _texts(rule, folders):
        if hashlib.sha256(text).hexdigest() != rule.version:
            continue
        for document in yaml.load_all(text, Loader=yaml.CSafeLoader):
            if isinstance(document, Mapping) and document.get("id") == rule.id:
                found = document.get("detection")
                return found if isinstance(found, Mapping) else {}
    return {}


def _texts(rule: RuleCard, folders: Sequence[Path]) -> Iterator[bytes]:
    """The rule's file under each folder, its path told from the folder or from beside it; never one outside."""
    for folder in folders if rule.file else ():
        for base in (folder, folder.parent):
            path = (base / rule.file).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file() and path.stat().st_size <= RULE_MOST:
                yield path.read_bytes()


def _parts(detection: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(field, part, what it asks for) for every item of every search."""
    for part, search in detection.items():
        if part in ("condition", "timeframe"):
            continue
        for item in search if isinstance(search, list) else [search]:
            if isinstance(item, Mapping):
                for key, wanted in item.items():
                    field, *modifiers = str(key).split("|")
                    yield field, str(part), _wants(modifiers, wanted)


def _wants(modifiers: Sequence[str], wanted: Any) -> str:
    values = wanted if isinstance(wanted, list) else [wanted]
    joint = " & " if "all" in modifiers else " | "
    words = " ".join(modifier for modifier in modifiers if modifier != "all")
    return f"{words + ': ' if words else ''}{joint.join(str(value) for value in values)}"
