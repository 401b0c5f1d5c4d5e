"""How the system itself fares: the conservation law by source and hour, lag, queues, disk, memory, rules."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.health.balance import WORDS, WORST_FIRST, Balance, Hour, hours_of, state_of, total
from dashboards.services import Beat, Services
from dashboards.shell.board import Known
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from soc.access import Right
from soc.role import RoleName
from soc.state.accounting import LedgerRow
from soc.store import StoreHealth
from soc.watch import Standing, Watched, watched

QUIET = timedelta(seconds=30)
HOUR = timedelta(hours=1)
SPAN = 24
SQUARES = 12
SLOW = timedelta(seconds=10)
"""A loop later than this is late; three quarters of it draw the notch."""

LABELS = {
    RoleName.RECEIVE: N_("Receive"),
    RoleName.NORMALISE: N_("Normalise"),
    RoleName.KEEP: N_("Keep"),
    RoleName.DETECT: N_("Detect"),
    RoleName.WEB: N_("Pages"),
}
ORDER = (RoleName.RECEIVE, RoleName.NORMALISE, RoleName.KEEP, RoleName.DETECT, RoleName.WEB)
LANES = {"live": N_("live"), "import": N_("import"), "events": N_("events")}


@dataclass(frozen=True, slots=True)
class BeatLine:
    """One loop, with how fresh its word is. `lag`: seconds, p95 of five minutes; None when it had nothing to do."""

    role: str
    label: str
    at: datetime
    position: tuple[tuple[str, int], ...]
    behind: int
    mark: str
    lag: float | None
    memory: int
    failure: str


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes of the volume, and what the event store grows by a day; None before a day of it is known."""

    free: int
    size: int
    a_day: float | None

    @property
    def days(self) -> float | None:
        return self.free / self.a_day if self.a_day else None


@dataclass(frozen=True, slots=True)
class HealthView:
    """Everything of the page. `hour`: the one whose figures the table shows; `evaluated`: up to when every event was
    put to the rules, None when nobody knows."""

    now: datetime
    since: datetime
    hour: datetime
    hours: tuple[datetime, ...]
    balances: tuple[Balance, ...]
    beats: tuple[BeatLine, ...]
    silent: tuple[Watched, ...]
    busy: bool | None
    evaluated: datetime | None
    store: StoreHealth | None
    disk: Disk | None
    known: Known | None
    blind: tuple[tuple[str, str, str], ...] = field(default=())
    review_due: datetime | None = None

    @property
    def sums(self) -> Hour:
        return total([line.total for line in self.balances])


def read(services: Services, viewer: Viewer, hour: datetime | None = None) -> HealthView:
    """The last 24 hours within the viewer's units; figures of machines for those who see the whole province."""
    now = services.clock.now()
    last = now.replace(minute=0, second=0, microsecond=0)
    hours = tuple(last - n * HOUR for n in range(SPAN - 1, -1, -1))
    scope = viewer.scope(Right.READ_SOURCES)
    with services.state.read() as tx:
        rows = tx.accounting.hourly(scope, hours[0])
        sources = {one.source.id: one for one in watched(tx, scope, now)}
        review_due = tx.reviews.due() if scope.units is None else None
    beats = sorted((_beat_line(beat, now) for beat in services.beats()), key=_place)
    busy = any(beat.behind for beat in beats) if beats else None
    chosen = hour if hour in hours else _shown(rows.values(), hours)
    balances = [
        _balance(name, rows.get(name, {}), sources.get(name), hours, chosen, busy=busy)
        for name in {*rows, *(one for one, row in sources.items() if row.standing is Standing.SILENT)}
    ]
    whole = scope.units is None
    store = services.events.health() if services.events is not None and whole else None
    known = services.board.known() if services.board else None
    return HealthView(
        now=now,
        since=hours[0],
        hour=chosen,
        hours=hours,
        balances=tuple(sorted(balances, key=lambda line: (WORST_FIRST.index(line.mark), line.name))),
        beats=tuple(beats),
        silent=tuple(one for one in sources.values() if one.standing is Standing.SILENT),
        busy=busy,
        evaluated=_evaluated(beats),
        store=store,
        disk=_disk(services, store) if whole else None,
        known=known,
        blind=_blind(known, viewer) if known else (),
        review_due=review_due,
    )


def _shown(rows: Iterable[dict[datetime, LedgerRow]], hours: tuple[datetime, ...]) -> datetime:
    """The last whole hour; the present one when nothing was received in it."""
    return hours[-2] if any(hours[-2] in one for one in rows) else hours[-1]


def _balance(
    source: str,
    rows: dict[datetime, LedgerRow],
    one: Watched | None,
    hours: tuple[datetime, ...],
    chosen: datetime,
    *,
    busy: bool | None,
) -> Balance:
    made = hours_of(rows, hours)
    states = tuple(state_of(hour, busy=busy, present=hour.at == hours[-1]) for hour in made)
    at = hours.index(chosen)
    silent = one is not None and one.standing is Standing.SILENT
    mark = states[at] if made[at].heard else "lost" if silent else "unknown"
    word = WORDS[mark]
    if mark in ("late", "ok") and made[at].missing:
        word = N_("on its way")
    return Balance(
        source=source,
        name=one.source.name if one else source,
        product=one.source.product if one and one.source.product != "auto" else "",
        hours=made,
        hour=made[at],
        mark="failed" if "failed" in states and mark == "ok" and at == len(states) - 1 else mark,
        word=word,
        states=states[-SQUARES:],
        silent_since=one.seen.last if silent and one and one.seen else None,
    )


def _beat_line(beat: Beat, now: datetime) -> BeatLine:
    lag = beat.figures.get("lag_p95")
    slow = lag is not None and lag > SLOW.total_seconds()
    stuck = bool(beat.behind) and lag is None
    mark = "failed" if now - beat.at > QUIET or beat.failure else "late" if slow or stuck else "ok"
    role = choice(RoleName, beat.role)
    label = LABELS[role] if role else beat.role
    memory = beat.rss_kib * 1024
    return BeatLine(beat.role, label, beat.at, _places(beat), beat.behind, mark, lag, memory, beat.failure or "")


def _places(beat: Beat) -> tuple[tuple[str, int], ...]:
    """Where it stands in each log; one in which there was never anything is no news."""
    return tuple((LANES.get(lane, lane), at) for lane, at in sorted(beat.position.items()) if at)


def _place(line: BeatLine) -> int:
    role = choice(RoleName, line.role)
    return ORDER.index(role) if role in ORDER else len(ORDER)


def _evaluated(beats: Iterable[BeatLine]) -> datetime | None:
    """When the last loop has nothing waiting, up to its last word; else by how late it is."""
    lines = {line.role: line for line in beats}
    detect = lines.get(RoleName.DETECT)
    if detect is None:
        return None
    late = max((lines[role].lag or 0.0 for role in (RoleName.NORMALISE, RoleName.DETECT) if role in lines), default=0)
    waiting = any(lines[role].behind for role in (RoleName.NORMALISE, RoleName.DETECT) if role in lines)
    return detect.at - timedelta(seconds=late) if waiting else detect.at


def _disk(services: Services, store: StoreHealth | None) -> Disk | None:
    if services.settings.data is None:
        return None
    usage = shutil.disk_usage(services.settings.data)
    a_day = None
    if store is not None and store.oldest is not None and store.newest is not None:
        days = (store.newest - store.oldest) / timedelta(days=1)
        a_day = store.bytes / days if days >= 1 else None
    return Disk(usage.free, usage.total, a_day)


def _blind(known: Known, viewer: Viewer) -> tuple[tuple[str, str, str], ...]:
    """(rule, its unit, the rule's two titles) of what is blind, one line a rule and unit."""
    scope = viewer.scope(Right.READ_SOURCES)
    return tuple(
        (row.card.id, unit, row.card.title_vi or row.card.title)
        for row in known.blind(scope)
        for unit in sorted(row.blind_in)
        if scope.sees(unit)
    )
