"""Which subsystems are in use, and why the others are not (ioc-hub.md 2.4).

A reason is from a closed list: two are set here, with figures; the others by a named person, with a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from reports.kpi.freshness import Standing, State
from reports.wording import EMPTY, Text

LIVE_SHARE = Decimal("0.8")
DAYS = 7
LOOK_BACK = timedelta(days=30)


class Ready(StrEnum):
    """How a subsystem stands."""

    LIVE = "live"
    PARTIAL = "partial"
    NOT_CONNECTED = "not_connected"


LABELS = {
    Ready.LIVE: Text("đang vận hành", "in use"),
    Ready.PARTIAL: Text("vận hành một phần", "partly in use"),
    Ready.NOT_CONNECTED: Text("chưa kết nối", "not connected"),
}


class Reason(StrEnum):
    """Why one is not live. UNKNOWN: nobody has said."""

    NO_SOFTWARE = "no_software"
    DATA_LATE = "data_late"
    DATA_INCOMPLETE = "data_incomplete"
    NO_AGREEMENT = "no_agreement"
    NO_CONNECTION = "no_connection"
    UNDER_REVIEW = "under_review"
    UNKNOWN = "unknown"


REASONS = {
    Reason.NO_SOFTWARE: Text("chưa có phần mềm quản lý", "no software yet"),
    Reason.DATA_LATE: Text("số liệu cập nhật chưa kịp thời", "figures come late"),
    Reason.DATA_INCOMPLETE: Text("dữ liệu chưa hoàn thiện", "figures are incomplete"),
    Reason.NO_AGREEMENT: Text("chưa thống nhất chia sẻ dữ liệu", "no agreement on sharing"),
    Reason.NO_CONNECTION: Text("chưa kết nối kỹ thuật", "not connected technically"),
    Reason.UNDER_REVIEW: Text("đang rà soát số liệu", "figures are under review"),
    Reason.UNKNOWN: Text("chưa rõ nguyên nhân", "reason not known"),
}
GIVEN_BY_PEOPLE = frozenset({Reason.NO_SOFTWARE, Reason.NO_AGREEMENT, Reason.NO_CONNECTION, Reason.UNDER_REVIEW})


@dataclass(frozen=True, slots=True)
class GivenReason:
    """What a person said, with the next step and its deadline."""

    reason: Reason
    by: str
    on: date
    next_step: str = ""
    deadline: date | None = None

    def __post_init__(self) -> None:
        if self.reason not in GIVEN_BY_PEOPLE:
            raise ValueError(f"'{self.reason}' is set by the hub, not by a person")


@dataclass(frozen=True, slots=True)
class Pairs:
    """KPIs and units of one subsystem on one day: how many were due, and which were not fresh."""

    due: int
    late: frozenset[tuple[str, str]] = frozenset()
    never: frozenset[tuple[str, str]] = frozenset()

    @property
    def fresh(self) -> int:
        return self.due - len(self.late) - len(self.never)

    @property
    def share(self) -> Decimal | None:
        """None when nothing was due."""
        return Decimal(self.fresh) / self.due if self.due else None

    @property
    def missing_units(self) -> tuple[str, ...]:
        return tuple(sorted({unit for _, unit in self.late | self.never}))


@dataclass(frozen=True, slots=True)
class Readiness:
    """One row of the board. `share`: mean of the last days, None when nothing was due. `asked`: who is asked for the
    reason, None when it is known or nobody has the function."""

    subsystem: str
    state: Ready
    share: Decimal | None
    today: Pairs
    last_accepted: datetime | None
    reason: Reason | None = None
    words: Text = EMPTY
    given: GivenReason | None = None
    asked: str | None = None


def pairs_of(standings: Mapping[tuple[str, str], Standing]) -> Pairs:
    """Of what was due on one day, by how each figure stood."""
    never = frozenset(pair for pair, one in standings.items() if one.state is State.NEVER)
    late = frozenset(pair for pair, one in standings.items() if pair not in never and not is_fresh(one))
    return Pairs(len(standings), late, never)


def is_fresh(one: Standing) -> bool:
    """In time, and its link not dead where that matters; a restricted figure that is in time is fresh."""
    if one.state is State.WITHHELD:
        return one.due_at is not None
    return one.current


def readiness(
    subsystem: str,
    days: Sequence[Pairs],
    last_accepted: datetime | None,
    now: datetime,
    *,
    given: GivenReason | None = None,
    responsible: str | None = None,
) -> Readiness:
    """`days`: the last ones, today's at the end."""
    shares = [one.share for one in days[-DAYS:] if one.share is not None]
    share = sum(shares, Decimal(0)) / len(shares) if shares else None
    today = days[-1] if days else Pairs(0)
    state = _state(share, last_accepted, now)
    if state is Ready.LIVE:
        return Readiness(subsystem, state, share, today, last_accepted)
    reason = given.reason if given else _found(state, today)
    asked = responsible if reason is Reason.UNKNOWN else None
    words = _words(reason, today, by_hub=given is None)
    return Readiness(subsystem, state, share, today, last_accepted, reason, words, given, asked)


def counted(board: Iterable[Readiness]) -> tuple[int, int]:
    """How many are live, of how many: 2/9."""
    some = tuple(board)
    return sum(one.state is Ready.LIVE for one in some), len(some)


def _state(share: Decimal | None, last_accepted: datetime | None, now: datetime) -> Ready:
    if last_accepted is None or now - last_accepted > LOOK_BACK:
        return Ready.NOT_CONNECTED
    return Ready.LIVE if share is not None and share >= LIVE_SHARE else Ready.PARTIAL


def _found(state: Ready, today: Pairs) -> Reason:
    """What the figures themselves say; of a subsystem that sends nothing they say nothing."""
    if state is Ready.NOT_CONNECTED or not today.late | today.never:
        return Reason.UNKNOWN
    return Reason.DATA_INCOMPLETE if len(today.never) > len(today.late) else Reason.DATA_LATE


def _words(reason: Reason, today: Pairs, *, by_hub: bool) -> Text:
    said = REASONS[reason]
    if not by_hub or reason is Reason.UNKNOWN:
        return said
    count = len(today.late if reason is Reason.DATA_LATE else today.never)
    return Text(f"{said.vi}: {count}/{today.due} số liệu", f"{said.en}: {count}/{today.due} figures")
