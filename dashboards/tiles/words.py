"""The words and marks of a tile's class and age."""

from __future__ import annotations

from dashboards.shell.i18n import N_
from reports.tiles import Arrow, Freshness, Standing

STANDINGS = {
    Standing.GOOD: ("ok", N_("On target")),
    Standing.WATCH: ("late", N_("To watch")),
    Standing.FAILED: ("failed", N_("Off target")),
    Standing.PLAIN: ("", ""),
    Standing.UNKNOWN: ("unknown", N_("Not known")),
}
"""Mark and word; PLAIN has neither."""

FRESHNESS = {
    Freshness.LIVE: ("ok", N_("up to date")),
    Freshness.DUE: ("due", N_("update due")),
    Freshness.LATE: ("late", N_("update overdue")),
    Freshness.LOST: ("lost", N_("connection lost")),
    Freshness.NEVER: ("unknown", N_("not connected yet")),
}

ARROWS = {Arrow.UP: "▲", Arrow.DOWN: "▼", Arrow.SAME: ""}
