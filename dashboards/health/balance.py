"""The conservation law by source and hour: received = stored + quarantined + dropped, and what is missing where.

A record may be received at the end of one hour and judged in the next, so an hour alone need not add up: missing is
what still is not there at the end of all hours, told at the hour in which it stayed away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboards.shell.i18n import N_
from soc.state.accounting import LedgerRow

WORST_FIRST = ("failed", "lost", "unknown", "late", "ok")


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one source; `missing` stayed away for good, or is on its way while the loops have work."""

    at: datetime
    received: int
    stored: int
    quarantined: int
    dropped: int
    missing: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def heard(self) -> bool:
        return bool(self.received or self.stored or self.quarantined or self.dropped)

    @property
    def why(self) -> str:
        """What was set aside, and for what reason."""
        return ", ".join(f"{name} {n}" for name, n in self.reasons)


@dataclass(frozen=True, slots=True)
class Balance:
    """One source over the hours asked for, oldest first. `state` of the chosen hour, `states` of the last twelve."""

    source: str
    name: str
    product: str
    hours: tuple[Hour, ...]
    hour: Hour
    mark: str
    word: str
    states: tuple[str, ...]
    silent_since: datetime | None = None

    @property
    def total(self) -> Hour:
        """All hours together."""
        return total(self.hours)


def hours_of(rows: Mapping[datetime, LedgerRow], hours: Sequence[datetime]) -> tuple[Hour, ...]:
    """The hours of one source, with what is missing where it began to be."""
    ledger = [rows.get(at, LedgerRow("")) for at in hours]
    run, sums = 0, []
    for row in ledger:
        run += row.in_flight
        sums.append(run)
    # More judged than received is the rest of the hour before the first one.
    base = min(0, sums[-1]) if sums else 0
    lasting, low = [0] * len(sums), sums[-1] - base if sums else 0
    for n in range(len(sums) - 1, -1, -1):
        low = min(low, sums[n] - base)
        lasting[n] = max(low, 0)
    return tuple(
        Hour(
            at=at,
            received=row.received,
            stored=row.stored,
            quarantined=sum(row.quarantined.values()),
            dropped=sum(row.dropped.values()),
            missing=lasting[n] - (lasting[n - 1] if n else 0),
            reasons=tuple((row.quarantined | row.dropped).items()),
        )
        for n, (at, row) in enumerate(zip(hours, ledger, strict=True))
    )


def state_of(hour: Hour, *, busy: bool | None, present: bool = False) -> str:
    """The mark of one hour; `busy`: the loops still have work, so the rest is on its way; None: nobody knows. In the
    `present` hour something is always on its way."""
    if not hour.heard:
        return "unknown"
    if hour.missing:
        return "unknown" if busy is None else ("ok" if present else "late") if busy else "failed"
    return "late" if hour.dropped else "ok"


WORDS = {
    "ok": N_("balanced"),
    "late": N_("balanced, some dropped"),
    "failed": N_("missing"),
    "lost": N_("silent"),
    "unknown": N_("not known"),
}


def total(hours: Sequence[Hour]) -> Hour:
    """The sums; the reasons are added up by name."""
    reasons: dict[str, int] = {}
    for name, n in (pair for hour in hours for pair in hour.reasons):
        reasons[name] = reasons.get(name, 0) + n
    sums = {
        name: sum(getattr(hour, name) for hour in hours)
        for name in ("received", "stored", "quarantined", "dropped", "missing")
    }
    return Hour(at=hours[0].at if hours else datetime.min.replace(tzinfo=UTC), reasons=tuple(reasons.items()), **sums)
