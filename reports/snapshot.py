"""The figures of every hour, kept for the trend; the scheduler calls `keep` as often as it likes."""

from __future__ import annotations

from datetime import datetime

from reports import soc_figures
from reports.wording import ZONE
from soc.access import SYSTEM
from soc.state.store import State
from soc.unit import UnitTree


def keep(state: State, units: UnitTree, now: datetime, looked: datetime | None) -> bool:
    """Writes once an hour; answers whether it did. `looked`: when the detecting loop was last heard."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    with state.read() as tx:
        last = tx.figures.latest()
        if last is not None and last >= hour:
            return False
        found = soc_figures.read(tx, SYSTEM, units, day=now.astimezone(ZONE).date(), now=now, looked=looked)
    with state.write() as tx:
        tx.figures.keep(found.rows(), at=hour)
    return True
