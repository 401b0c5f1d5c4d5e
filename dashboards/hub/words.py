"""Words of the pages of figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.shell.i18n import N_
from reports.kpi.world import World
from reports.wording import Text

ANSWERS = {
    "explained": N_("The figure is right"),
    "corrected": N_("It was corrected"),
    "rule_wrong": N_("The check is wrong"),
}
RESULTS: dict[str, tuple[str, str]] = {
    "accepted": ("ok", N_("accepted")),
    "accepted_with_warnings": ("late", N_("accepted, with a warning")),
    "unchanged": ("ok", N_("not changed")),
    "duplicate": ("ok", N_("known already")),
    "quarantined": ("late", N_("waits for confirmation")),
    "rejected": ("lost", N_("refused")),
}
"""Mark and word of what becomes of a row."""

DONE = {
    "confirmed": N_("Confirmed; the figure counts from now on."),
    "said": N_("The reason is kept by name and day."),
    "answered": N_("The answer is kept with the figure."),
    "taken": N_("The figures are stored; the receipt is below."),
}
STATUSES = {
    "preliminary": N_("preliminary"),
    "official": N_("official"),
    "estimated": N_("estimated"),
    "missing": N_("no figure"),
}


def title_of(world: World | None, kpi: str, language: str) -> str:
    """The KPI's name; its id when the catalogue does not know it."""
    found = world.catalogue.kpis.get(kpi) if world else None
    return found.title.of(language) if found else kpi


def told(texts: Text | Mapping[str, Any], language: str) -> str:
    """Of both languages the one of the page."""
    return texts.of(language) if isinstance(texts, Text) else str(texts.get(language) or texts.get("vi") or "")
