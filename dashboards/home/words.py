"""How a source stands, as mark and words, and the days of the week."""

from __future__ import annotations

from dashboards.shell.i18n import N_
from soc.watch import Standing

STANDINGS = {
    Standing.SILENT: ("lost", N_("connection lost")),
    Standing.LATE: ("late", N_("late")),
    Standing.PENDING: ("unknown", N_("waits for a unit")),
    Standing.NEVER: ("unknown", N_("never heard")),
    Standing.LIVE: ("ok", N_("live")),
    Standing.IMPORTED: ("ok", N_("imported")),
    Standing.PAUSED: ("unknown", N_("paused")),
    Standing.RETIRED: ("unknown", N_("retired")),
}

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
"""As `date.weekday()` counts."""
