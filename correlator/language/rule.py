"""A single-event rule: what it says of itself, its log source, its condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from correlator.language.attributes import Attributes, Origin, read_attributes, read_logsource
from correlator.language.detection import Detection, read_detection
from correlator.language.form import KEYWORDS, Atoms, Form, Op, atoms_of
from correlator.language.placeholders import SiteValues
from correlator.language.problems import Place
from soc.alert import RuleCard
from soc.logsource import LogSource


@dataclass(frozen=True, slots=True)
class Rule:
    """Ready to be compiled for any route."""

    attributes: Attributes
    logsource: LogSource
    detection: Detection
    fields: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.attributes.card.id

    @property
    def card(self) -> RuleCard:
        return self.attributes.card

    @property
    def form(self) -> Form:
        return self.detection.form


def read_rule(
    document: Mapping[str, Any], place: Place, origin: Origin, site: SiteValues, atoms: Atoms | None = None
) -> Rule | None:
    """The rule, or None with every reason noted. `atoms`: those known already, which are shared."""
    attributes = read_attributes(document, place, origin)
    logsource = read_logsource(document, place)
    section = document.get("detection")
    if not isinstance(section, dict):
        (place / "detection").fault("SOC-1107", "detection must be a map with selections and a condition")
        return None
    detection = read_detection(section, place / "detection", site, atoms=atoms)
    if detection is None or not place.clean:
        return None
    return Rule(attributes, logsource, detection, fields_of(detection.form))


def fields_of(form: Form) -> tuple[str, ...]:
    """The rule's own field names, in the order of the rule."""
    found: dict[str, None] = {}
    for atom in atoms_of(form):
        if atom.field != KEYWORDS:
            found[atom.field] = None
        if atom.op is Op.FIELDREF and isinstance(atom.payload, tuple):
            found[str(atom.payload[0])] = None
    return tuple(found)
