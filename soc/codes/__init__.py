"""What each error code means, its usual cause and what to do, in both languages (one YAML file an area).

SOC-10xx settings and units · 11xx rules · 12xx mappings and log sources · 13xx records, files, listeners ·
14xx queries · 15xx journal and event store · 16xx state and the life of an alert · 17xx access
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Explanation:
    """One code in one language."""

    meaning: str
    cause: str
    fix: str


@cache
def explanations() -> dict[str, dict[str, Explanation]]:
    """Code -> language ('vi', 'en') -> explanation."""
    table: dict[str, dict[str, Explanation]] = {}
    for path in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".yml"):
            document = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}
            for code, texts in document.items():
                table[code] = {language: Explanation(**text) for language, text in texts.items()}
    return table
