"""The questions that come with the product."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dashboards.hunt.asked import Asked


@dataclass(frozen=True, slots=True)
class Shipped:
    """One question of the library; `titles` and `abouts` by language."""

    id: str
    titles: dict[str, str]
    abouts: dict[str, str]
    asked: Asked

    def title(self, language: str) -> str:
        return self.titles.get(language, self.titles["en"])

    def about(self, language: str) -> str:
        return self.abouts.get(language, self.abouts["en"])

    @property
    def href(self) -> str:
        return self.asked.href()


@cache
def shipped() -> tuple[Shipped, ...]:
    """In the order of the file."""
    text = files("dashboards.hunt").joinpath("library.yml").read_text("utf-8")
    rows: list[dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return tuple(_shipped(row) for row in rows)


def _shipped(row: dict[str, Any]) -> Shipped:
    asked = Asked(q=row["q"], since=row["since"], by=row.get("by", ""), common=row.get("common", False))
    languages = ("vi", "en")
    return Shipped(
        row["id"],
        {language: row[language]["title"] for language in languages},
        {language: row[language]["about"] for language in languages},
        asked,
    )
