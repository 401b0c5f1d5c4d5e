"""What matched and why: each matched field beside the parts of the rule that speak of it.

The parts are read from the rule's own text, and only while that text is the one that the alert was raised with
(same SHA-256); else the page shows the matched values alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from correlator.language.attributes import Texts
from correlator.language.documents import read_documents
from correlator.language.form import KEYWORDS
from correlator.language.rule import Rule
from correlator.language.values import NOTHING, Values
from correlator.oracle import satisfied, test_of
from soc.alert import Alert, RuleCard

RULE_MOST = 262_144
WORDS = "keywords"
"""How an alert names what matched anywhere in an event."""


@dataclass(frozen=True, slots=True)
class Line:
    """One field with its value, the name of the part, and what that part asks for."""

    field: str
    value: Any
    part: str = ""
    wants: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The lines, and from the rule's text, where it is at hand, its condition, what to check and what to do."""

    lines: tuple[Line, ...]
    condition: str = ""
    check: tuple[str, ...] = ()
    act: tuple[str, ...] = ()


def explain(alert: Alert, folders: Sequence[Path], language: str) -> Why:
    """Every matched field at least once; only parts that the matched values satisfy, by the engine's own judgement."""
    text = _text(alert.rule, folders)
    detection = _detection(alert.rule, text)
    rule = _rule(alert.rule, text)
    fulfilled = None if rule is None else _fulfilled(rule, alert)
    guide = None if rule is None else _guide(rule, language)
    lines = []
    for field, value in alert.matched.items():
        spoken = [
            Line(field, value, part, wants)
            for name, part, wants in _parts(detection)
            if name == field and (fulfilled is None or (part, name) in fulfilled)
        ]
        lines += spoken or [Line(field, value)]
    condition = detection.get("condition", "")
    said = condition if isinstance(condition, str) else "; ".join(map(str, condition))
    return Why(tuple(lines), said, guide.check if guide else (), guide.act if guide else ())


def _rule(card: RuleCard, text: bytes) -> Rule | None:
    """The rule as the engine reads it; None where it needs values that we do not have here."""
    for document in read_documents(text, card.file, {}, everything=True) if text else ():
        if isinstance(document.content, Rule) and document.content.id == card.id:
            return document.content
    return None


def _fulfilled(rule: Rule, alert: Alert) -> set[tuple[str, str]]:
    """(part, field) of every test that the matched values pass."""
    view: dict[str, Values] = defaultdict(lambda: NOTHING)
    view |= {name: Values(value) for name, value in alert.matched.items()}
    view[KEYWORDS] = view[WORDS]
    true = {part: form for part, form in rule.detection.selections.items() if test_of(form, str)(view)}
    return {(part, atom.field or WORDS) for part, form in true.items() for atom in satisfied(form, view, str)}


def _guide(rule: Rule, language: str) -> Texts:
    """The steps in the reader's language, in the other one where that is empty."""
    first, second = rule.attributes.vi, rule.attributes.en
    first, second = (first, second) if language == "vi" else (second, first)
    return first if first.check or first.act else second


def _detection(rule: RuleCard, text: bytes) -> Mapping[str, Any]:
    for document in yaml.load_all(text, Loader=yaml.CSafeLoader):
        if isinstance(document, Mapping) and document.get("id") == rule.id:
            found = document.get("detection")
            return found if isinstance(found, Mapping) else {}
    return {}


def _text(rule: RuleCard, folders: Sequence[Path]) -> bytes:
    """The text that the alert was raised with, empty where it is not at hand."""
    texts = (text for text in _texts(rule, folders) if hashlib.sha256(text).hexdigest() == rule.version)
    return next(texts, b"")


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
                    yield field or WORDS, str(part), _wants(modifiers, wanted)
            else:
                yield WORDS, str(part), str(item)


def _wants(modifiers: Sequence[str], wanted: Any) -> str:
    values = wanted if isinstance(wanted, list) else [wanted]
    joint = " & " if "all" in modifiers else " | "
    words = " ".join(modifier for modifier in modifiers if modifier != "all")
    return f"{words + ': ' if words else ''}{joint.join(str(value) for value in values)}"
