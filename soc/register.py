"""What people enter about the province's systems: levels, expected sources, scans, weaknesses, figures of others.

All dates are local days. Nothing here is measured by us; posture and reports say where it came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from soc.alert import Level

LEVELS = range(1, 6)
"""System security levels."""

WEAKNESS_LEVELS = (Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.LOW)


@dataclass(frozen=True, slots=True)
class System:
    """One dated record of an information system. `level` None: not proposed yet. `decision_number`, `decision_date`:
    of the decision that approved the level; `deadline`: by when it must be approved."""

    id: str
    name: str
    unit: str
    valid_from: datetime
    level: int | None = None
    decision_number: str = ""
    decision_date: date | None = None
    deadline: date | None = None
    contact: str = ""
    retired: bool = False
    valid_to: datetime | None = None

    @property
    def approved(self) -> bool:
        return bool(self.decision_number and self.decision_date)

    def holds_at(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class Removal:
    """A wish to expect a source no more from `since` on. Until a second person approves, it counts as silent."""

    since: date
    reason: str
    asked_by: str
    asked_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExpectedSource:
    """A log source that a system owes from the day `since` on."""

    id: int
    system: str
    source: str
    unit: str
    since: date
    added_by: str
    added_at: datetime
    removal: Removal | None = None

    def expected_on(self, day: date) -> bool:
        """Whether it counts on that day; an unapproved removal changes nothing."""
        gone = self.removal
        return self.since <= day and not (gone and gone.approved_at is not None and gone.since <= day)


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan of a system for weaknesses, by whoever did it."""

    id: int
    system: str
    unit: str
    scanned_on: date
    by: str
    recorded_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Weakness:
    """A known weakness of a system. `code`: the CVE or another list's number."""

    id: int
    system: str
    unit: str
    code: str
    title: str
    level: Level
    found_on: date
    due: date
    recorded_at: datetime
    fixed_on: date | None = None
    revision: int = 1

    def overdue_on(self, day: date) -> bool:
        return self.due < day and (self.fixed_on is None or day < self.fixed_on)


@dataclass(frozen=True, slots=True)
class EndpointCount:
    """Endpoint protection in one unit on one day, as `given_by` counted it. `machines`: all that are known;
    `protected`: with the agent joined; `current`: of these, with new signatures; `detections`: of that day."""

    unit: str
    day: date
    given_by: str
    machines: int
    protected: int
    current: int | None = None
    detections: int | None = None
    recorded_by: str = ""
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BotnetAddress:
    """An address of a unit that a list of `given_by` named on that day."""

    unit: str
    day: date
    address: str
    given_by: str
    name: str = ""  # of the botnet
    recorded_by: str = ""
    recorded_at: datetime | None = None
