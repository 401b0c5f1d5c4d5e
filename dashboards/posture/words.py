"""Marks and words of classes, and where each reason leads."""

from __future__ import annotations

from urllib.parse import quote

from dashboards.access.viewer import Viewer
from dashboards.shell.i18n import N_
from reports.posture.reasons import Item
from soc.access import Right

KINDS = {"department": N_("Departments and bodies of the province"), "commune": N_("Communes and wards")}

MARKS = {"A": "ok", "B": "ok", "C": "late", "D": "failed", "E": "failed"}
"""The mark beside a letter; a hidden score has that of the unknown."""

PLACES = {
    Item.SOURCE: ("/sources/{id}", Right.READ_SOURCES),
    Item.GROUP: ("/alerts/{id}", Right.READ_ALERT_HEADS),
    Item.INCIDENT: ("/registers/incidents/{id}", Right.READ_REGISTERS),
    Item.SYSTEM: ("/registers/systems/{id}", Right.READ_REGISTERS),
}
"""Where the list or thing behind a reason is, and who may go there."""


def place_of(item: str, name: str, unit: str, viewer: Viewer) -> str:
    """An address of ours, empty where the viewer may not go."""
    address, right = PLACES[Item(item)]
    return address.format(id=quote(name, safe="")) if viewer.scope(right).sees(unit) else ""
