"""The conservation law per source, and where each loop stands (collectors.md 1.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.services import Beat, Services
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from soc.access import Right
from soc.role import RoleName
from soc.state.accounting import LedgerRow
from soc.store import StoreHealth

QUIET = timedelta(seconds=30)
SPAN = timedelta(hours=24)
LABELS = {
    RoleName.RECEIVE: N_("Receive"),
    RoleName.NORMALISE: N_("Normalise"),
    RoleName.KEEP: N_("Keep"),
    RoleName.DETECT: N_("Detect"),
    RoleName.WEB: N_("Pages"),
}
LANES = {"live": N_("live"), "import": N_("import"), "events": N_("events")}
WORST_FIRST = ("failed", "unknown", "late", "ok")


@dataclass(frozen=True, slots=True)
class Balance:
    """One source's sums; `mark` and `word` say whether they add up, `reasons` what was set aside and why."""

    source: str
    name: str
    received: int
    stored: int
    quarantined: int
    dropped: int
    in_flight: int
    reasons: tuple[tuple[str, int], ...]
    mark: str
    word: str


@dataclass(frozen=True, slots=True)
class BeatLine:
    """One loop, with how fresh its word is."""

    role: str
    label: str
    at: datetime
    position: tuple[tuple[str, int], ...]
    behind: int
    mark: str


@dataclass(frozen=True, slots=True)
class HealthView:
    """Everything of the page."""

    since: datetime
    balances: tuple[Balance, ...]
    beats: tuple[BeatLine, ...]
    store: StoreHealth | None


def read(services: Services, viewer: Viewer) -> HealthView:
    """Sums since 24 hours ago, rounded down to the hour, within the viewer's units."""
    now = services.clock.now()
    since = (now - SPAN).replace(minute=0, second=0, microsecond=0)
    scope = viewer.scope(Right.READ_SOURCES)
    with services.state.read() as tx:
        ledger = tx.accounting.ledger(scope, since=since)
        names = {source.id: source.name for source in tx.sources.all(scope)}
    beats = tuple(services.beats())
    balances = (_balance(row, names.get(row.source, row.source), beats) for row in ledger)
    return HealthView(
        since=since,
        balances=tuple(sorted(balances, key=lambda line: (WORST_FIRST.index(line.mark), line.name))),
        beats=tuple(_beat_line(beat, now) for beat in beats),
        store=services.events.health() if services.events is not None and scope.units is None else None,
    )


def totals(balances: Iterable[Balance]) -> tuple[tuple[str, int], ...]:
    """The sums over all sources, in the order of the law."""
    found = tuple(balances)
    return (
        (N_("Received"), sum(line.received for line in found)),
        (N_("= Stored"), sum(line.stored for line in found)),
        (N_("+ Quarantined"), sum(line.quarantined for line in found)),
        (N_("+ Dropped, counted"), sum(line.dropped for line in found)),
        (N_("+ In flight"), sum(line.in_flight for line in found)),
    )


def _balance(row: LedgerRow, name: str, beats: tuple[Beat, ...]) -> Balance:
    mark, word = _result(row, beats)
    return Balance(
        source=row.source,
        name=name,
        received=row.received,
        stored=row.stored,
        quarantined=sum(row.quarantined.values()),
        dropped=sum(row.dropped.values()),
        in_flight=row.in_flight,
        reasons=tuple((row.quarantined | row.dropped).items()),
        mark=mark,
        word=word,
    )


def _result(row: LedgerRow, beats: tuple[Beat, ...]) -> tuple[str, str]:
    """In flight is fine while a loop still has work; without a loop's word nobody can tell."""
    if row.in_flight == 0:
        return ("late", N_("balanced, some dropped")) if row.dropped else ("ok", N_("balanced"))
    if row.in_flight < 0:
        return "failed", N_("more stored than received")
    if not beats:
        return "unknown", N_("not known")
    return ("late", N_("on its way")) if any(beat.behind for beat in beats) else ("failed", N_("missing"))


def _beat_line(beat: Beat, now: datetime) -> BeatLine:
    mark = "failed" if now - beat.at > QUIET else "late" if beat.behind else "ok"
    role = choice(RoleName, beat.role)
    label = LABELS[role] if role else beat.role
    return BeatLine(beat.role, label, beat.at, _places(beat), beat.behind, mark)


def _places(beat: Beat) -> tuple[tuple[str, int], ...]:
    """Where it stands in each log; one in which there was never anything is no news."""
    return tuple((LANES.get(lane, lane), at) for lane, at in sorted(beat.position.items()) if at)
