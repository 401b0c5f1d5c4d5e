"""The chips of a filter, each with its way out, and the selects to narrow it by."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from dashboards.access.viewer import Viewer
from dashboards.alerts import story
from dashboards.alerts.queue import QueueView
from dashboards.alerts.queue_filter import AGES, QueueFilter
from dashboards.shell import formats
from dashboards.shell.choice import choice
from dashboards.shell.hostile import plain
from dashboards.shell.i18n import N_
from dashboards.shell.labels import LEVELS, STATUSES, TACTICS
from dashboards.shell.narrowing import Chip, Choice, Pairs, spoken
from dashboards.shell.render import language_of, translate
from dashboards.shell.unit_names import unit_choices, unit_name
from soc.access import Right
from soc.alert import Level, Status

LABELS = {
    "level": N_("Level"),
    "status": N_("State"),
    "unit": N_("Unit"),
    "rule": N_("Rule"),
    "entity": N_("Entity"),
    "tactic": N_("Tactic"),
    "age": N_("Age"),
    "owner": N_("Owner"),
    "picked": N_("Ticked"),
    "text": N_("Text"),
}
FIRST = {"status": N_("all of this view"), "unit": N_("all my units")}


def chips_of(request: Request, filter: QueueFilter, found: QueueView) -> list[Chip]:
    """In the order of the selects."""
    titles = {rule: story.title_of(alert, language_of(request)) for rule, alert in found.rules}
    names = found.names | titles
    return [
        Chip(label, _word(request, filter, name, names), filter.without(name).href())
        for name, label in LABELS.items()
        if getattr(filter, name)
    ]


def choices_of(request: Request, viewer: Viewer, found: QueueView) -> list[Choice]:
    """Level, state, unit, the rules on this page, tactic, age, owner."""
    units = unit_choices(viewer, Right.READ_ALERT_HEADS)
    pairs: dict[str, Pairs] = {
        "level": spoken(request, LEVELS.items()),
        "status": spoken(request, STATUSES.items()),
        "unit": tuple((unit.id, unit.label) for unit in units),
        "rule": tuple((rule, plain(story.title_of(alert, language_of(request)), 80)) for rule, alert in found.rules),
        "tactic": spoken(request, TACTICS.items()),
        "age": spoken(request, ((name, word) for name, (_, word) in AGES.items())),
        "owner": (("me", translate(request, N_("me"))), *found.colleagues),
    }
    any_word = N_("all")
    return [Choice(name, LABELS[name], FIRST.get(name, any_word), each) for name, each in pairs.items()]


def _word(request: Request, filter: QueueFilter, name: str, names: Mapping[str, str]) -> str:
    """A part of the filter as people say it."""
    value = str(getattr(filter, name))
    level, status = choice(Level, value), choice(Status, value)
    match name:
        case "level" if level:
            return translate(request, LEVELS[level]).lower()
        case "status" if status:
            return translate(request, STATUSES[status]).lower()
        case "unit":
            return unit_name(request)(value)
        case "age" if value in AGES:
            return translate(request, AGES[value][1])
        case "tactic":
            return translate(request, TACTICS[value]) if value in TACTICS else value
        case "owner" if value == "me":
            return translate(request, N_("me"))
        case "picked":
            return formats.number(value.count(",") + 1, language_of(request))
        case "entity":
            return value.partition(":")[2] or value
    return names.get(value, value)
