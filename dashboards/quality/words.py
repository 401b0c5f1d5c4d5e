"""Words of the pages of quality."""

from __future__ import annotations

from decimal import Decimal

from dashboards.shell.i18n import N_
from reports.kpi.quality import Method, Score

KINDS = {
    Score.ACCURACY: N_("figures that passed the checks, of those that came"),
    Score.INTEGRITY: N_("figures that came, of those that were owed"),
    Score.CONSISTENCY: N_("figures without an open contradiction, of those that came"),
    Score.TIMELINESS: N_("figures in time, of those that were due"),
}
METHODS = {Method.AUTOMATIC: N_("automatic"), Method.FILE: N_("file"), Method.FORM: N_("form")}
GOOD, WATCH = 95, 80


def grade(value: Decimal | None) -> str:
    """The mark beside a score."""
    if value is None:
        return "unknown"
    return "ok" if value >= GOOD else "late" if value >= WATCH else "lost"
