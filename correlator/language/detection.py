"""The `detection` section (and the selections of a filter): maps are AND, lists are OR (sigma-engine.md 1.4, 1.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from correlator.language.condition import Tree, form_of, names_in, read_condition
from correlator.language.form import FALSE, KEYWORDS, Atoms, Form, all_of, any_of, interned
from correlator.language.modifiers import item_form
from correlator.language.placeholders import SiteValues
from correlator.language.problems import Place


@dataclass(frozen=True, slots=True)
class Detection:
    """`form`: the whole condition. `selections`: each name's own form, for explanations."""

    form: Form
    tree: Tree
    selections: Mapping[str, Form]
    condition: str


def read_detection(
    section: Mapping[str, Any],
    place: Place,
    site: SiteValues,
    *,
    apart: tuple[str, ...] = (),
    atoms: Atoms | None = None,
) -> Detection | None:
    """The detection of a rule; with `apart` = the other keys of a filter section. None where it is refused.
    `atoms`: those known already, which are shared."""
    names = [name for name in section if name not in ("condition", *apart)]
    for name in [name for name in names if not isinstance(name, str)]:
        place.fault("SOC-1107", f"the name of a selection must be text: quote {name!r}")
        names.remove(name)
    if "timeframe" in section:
        place.fault("SOC-1141", "`timeframe` is gone - write a correlation rule with a timespan")
    if not names:
        place.fault("SOC-1106", "no selection - add one beside the condition")
    known = {} if atoms is None else atoms
    forms = {name: interned(selection_form(section[name], place / name, site), known) for name in names}
    if "condition" not in section:
        place.fault("SOC-1106", "no condition - add `condition:` with the names of the selections")
        return None
    tree = read_condition(section["condition"], names, place / "condition")
    if tree is None:
        return None
    for name in names:
        if name not in names_in(tree):
            (place / name).warn("SOC-1170", f"the selection '{name}' is not used by the condition")
    return Detection(form_of(tree, forms), tree, forms, _shown(section["condition"]))


def _shown(condition: object) -> str:
    if isinstance(condition, list):
        return " or ".join(f"({each})" for each in condition)
    return " ".join(str(condition).split())


def selection_form(value: Any, place: Place, site: SiteValues) -> Form:
    """One selection: a map, a list of maps and keywords, or a single keyword."""
    if isinstance(value, dict):
        return _map(value, place, site)
    if not isinstance(value, list):
        return _keywords(value, place, site)
    if not value:
        place.fault("SOC-1110", "an empty selection - give it at least one test")
    return any_of(
        _map(each, place / index, site) if isinstance(each, dict) else _keywords(each, place / index, site)
        for index, each in enumerate(value)
    )


def _map(items: Mapping[Any, Any], place: Place, site: SiteValues) -> Form:
    if not items:
        place.fault("SOC-1110", "an empty selection - give it at least one test")
        return FALSE
    forms = []
    for key, value in items.items():
        if isinstance(key, str):
            forms.append(item_form(key, value, place / key, site))
        else:
            place.fault("SOC-1107", f"a field name must be text, not {key!r} - quote it")
    return all_of(forms)


def _keywords(value: Any, place: Place, site: SiteValues) -> Form:
    if value is None:
        place.fault("SOC-1110", "an empty selection - give it at least one test")
        return FALSE
    if isinstance(value, list):
        place.fault("SOC-1112", "a list inside a list - keywords are plain values")
        return FALSE
    return item_form(KEYWORDS, value, place, site)
