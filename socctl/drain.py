"""Working off what lies in the logs: by the running system, or by stepping the loops here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from soc.errors import SourceError
from soc.journal import EVENTS, Lane, Log
from soc.role import Role, RoleName
from socctl import beat, wiring
from socctl.wiring import Site

ORDER = (RoleName.NORMALISE, RoleName.KEEP, RoleName.DETECT)
POLL_SECONDS = 0.2
STALLED_SECONDS = 120.0
BLOCKED_SECONDS = 15.0  # three tries of the loop that waits longest
SAY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Backlog:
    """Records and events that still wait, by role."""

    waiting: dict[RoleName, int]

    @property
    def done(self) -> bool:
        return not any(self.waiting.values())


def backlog(place: Site) -> Backlog:
    """What every loop has still to do, read from the logs and the stored positions."""
    raw = {lane: wiring.raw_log(place, lane, read_only=True) for lane in Lane}
    events = wiring.event_log(place, read_only=True)
    store = wiring.event_store(place, read_only=True)
    opened = wiring.state(place)
    try:
        origins, end = events.origins(), events.end()
        with opened.read() as tx:
            detected = tx.positions.get(RoleName.DETECT, EVENTS)
            counted = {lane: tx.accounting.upto(RoleName.NORMALISE, lane.value) for lane in Lane}
        # A record is worked off when it is in the books, too: what a command prints behind it must add up.
        done = {lane: min(counted[lane], origins.get(lane.value, -1)) for lane in Lane}
        unread = sum(log.end() - done[lane] for lane, log in raw.items())
        return Backlog(
            {
                RoleName.NORMALISE: unread,
                RoleName.KEEP: end - store.cursor(EVENTS),
                RoleName.DETECT: end - detected,
            }
        )
    finally:
        for log in (*raw.values(), events):
            log.close()
        store.close()
        opened.close()


def ends(place: Site) -> dict[str, dict[str, int]]:
    """Where the log of each role ends, by lane: what the role has to reach."""
    raw = {lane.value: _end(wiring.raw_log(place, lane, read_only=True)) for lane in Lane}
    events = {EVENTS: _end(wiring.event_log(place, read_only=True))}
    return {RoleName.NORMALISE: raw, RoleName.KEEP: events, RoleName.DETECT: events}


def _end(log: Log) -> int:
    try:
        return log.end()
    finally:
        log.close()


def drain(place: Site, *, running: bool, say: Callable[[Backlog], None] = lambda _: None) -> None:
    """Returns when keep and detect have passed everything that lies in the logs now. `running`: other processes do
    the work; else the caller holds the data directory and the loops are stepped here."""
    if running:
        _wait(place, say)
    else:
        roles = [wiring.ROLES[name](place) for name in ORDER]
        try:
            step_all(place, roles, say)
        finally:
            for role in roles:
                role.close()
        say(backlog(place))


def step_all(place: Site, roles: Sequence[Role], say: Callable[[Backlog], None] = lambda _: None) -> None:
    """Steps the loops in turn until none has anything left; their flush times are honoured by the real clock.
    Raises SourceError when a loop cannot go on: a full log, a full disk."""
    places, since, told = [role.position() for role in roles], time.monotonic(), 0.0
    while True:
        now = place.clock.now()
        wakes = [role.step(now) for role in roles]
        if time.monotonic() - told > SAY_SECONDS:
            told = time.monotonic()
            say(backlog(place))
        if min(wakes) <= now:
            places, since = [role.position() for role in roles], time.monotonic()
            continue
        left = backlog(place)
        if left.done:
            return
        if (reached := [role.position() for role in roles]) != places:
            places, since = reached, time.monotonic()
        elif time.monotonic() - since > BLOCKED_SECONDS:
            raise _stalled(left, [failure for role in roles if (failure := getattr(role, "failure", None))])
        time.sleep(0.01)


def _wait(place: Site, say: Callable[[Backlog], None]) -> None:
    last, since = -1, time.monotonic()
    while True:
        left = backlog(place)
        say(left)
        if left.done:
            return
        total = sum(left.waiting.values())
        if total != last:
            last, since = total, time.monotonic()
        elif time.monotonic() - since > STALLED_SECONDS:
            signs = [beat.read(place.data.beat(role)) for role in RoleName]
            raise _stalled(left, [sign.failure for sign in signs if sign and sign.failure])
        time.sleep(POLL_SECONDS)


def _stalled(left: Backlog, failures: Sequence[str]) -> SourceError:
    stuck = ", ".join(f"{role} ({n})" for role, n in left.waiting.items() if n)
    why = "; ".join(failures) or "no role says why: see their messages"
    text = f"nothing moves any more; waiting: {stuck}. {why}. What was taken in is safe and goes on with the next start"
    return SourceError(text, code="SOC-1333")
