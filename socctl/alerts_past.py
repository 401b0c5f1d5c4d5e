"""The demo's past of alerts: some weeks of the province through the real loops in one process, on a virtual clock.

What a sender said in October is received in October, its alerts are raised, taken and closed in October; so figures,
limits and reports of that month are those that somebody would have seen then.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from collectors.simulate.chance import chance
from collectors.simulate.line import Line
from collectors.simulate.office import office_minute
from collectors.simulate.province import SCENARIOS, play, playable
from collectors.simulate.world import build_world
from reports import publisher
from soc.access import SYSTEM
from soc.alert import REASONS, Action, Actor, ActorKind, Status, Verdict
from soc.calendar import ZONE
from soc.clock import ManualClock
from soc.errors import SocError
from soc.journal import Lane
from soc.period import PeriodType, Reporting, period_of, previous
from soc.raw import RawRecord
from soc.role import Role, RoleName
from soc.state.moves import act
from soc.state.queue import AlertFilter
from soc.state.store import State
from soc.unit import UnitTree
from socctl import demo, wiring
from socctl.wiring import Site

HOUR = timedelta(hours=1)
RATE = 0.6
"""Lines a second in the one minute of each hour that is played; a whole day would be a hundred times as much."""

TAKEN_AFTER, CLOSED_AFTER = HOUR, 4 * HOUR
LEFT_OPEN = 12
"""Of a hundred alerts nobody takes these."""

DUTY = Actor("demo", ActorKind.PERSON)
Say = Callable[[str], None]


def write_past(place: Site, tree: UnitTree, seed: int, until: datetime, say: Say) -> int:
    """From the first day of the last whole reporting month until then; answers how many lines were sent."""
    first = beginning(until)
    clock = ManualClock(first)
    played = list(lines(seed, tree, first, until))
    _make_known(place, played, tree)
    life = Life(Site(place.settings, place.data, clock), clock, seed)
    try:
        for line in played:
            life.pass_until(line.at)
            life.take(line)
        life.pass_until(until)
        life.drain()
    finally:
        life.close()
    say(f"{life.sent} lines of the past since {first:%Y-%m-%d}")
    return life.sent


def beginning(until: datetime) -> datetime:
    """The first instant of the last whole reporting month."""
    return previous(period_of(PeriodType.MONTH, until.astimezone(ZONE).date(), Reporting.ADMIN), Reporting.ADMIN).begins


def lines(seed: int, tree: UnitTree, first: datetime, until: datetime) -> Iterator[Line]:
    """By time: a minute of each hour, and one scenario a day."""
    world = build_world(seed, tree, until.date())
    names = [name for name in SCENARIOS if playable(name, world)]

    def office() -> Iterator[Line]:
        at = first
        while at < until - HOUR:
            draw = chance(seed, "minute", at.isoformat())
            yield from office_minute(seed, world, at + timedelta(minutes=draw.randrange(50)), RATE)
            at += HOUR

    def attacks() -> Iterator[Line]:
        # Kept short of the end: nothing of the past may reach into what is played live.
        for number in range((until - first).days - 1):
            draw = chance(seed, "past", number)
            at = first + timedelta(days=number, hours=draw.uniform(7, 20))
            yield from sorted(play(seed, world, names[number % len(names)], at, number).lines, key=lambda one: one.at)

    merged = heapq.merge(office(), attacks(), key=lambda line: line.at)
    return (line for line in merged if line.at < until)


def _make_known(place: Site, played: Sequence[Line], tree: UnitTree) -> None:
    """Computers that spoke in the past and are silent in the hours that are played through the sockets."""
    state = wiring.state(place)
    with state.write() as tx:
        there = tx.sources.table().current
        for name, sender in demo.senders_of(played).items():
            if name not in there:
                demo.register(tx, name, sender, tree, place.clock.now())
    state.close()


class Life:
    """The loops of one process; an hour passes when the next line is of a later one."""

    def __init__(self, place: Site, clock: ManualClock, seed: int) -> None:
        from collectors.books import Books
        from collectors.inbox import Inbox
        from collectors.receive import Receive

        self._clock, self._seed, self.sent = clock, seed, 0
        self._state: State = wiring.state(place)
        log = wiring.raw_log(place, Lane.LIVE)
        log.continue_above(wiring.read_up_to(place, Lane.LIVE))
        self._inbox = Inbox()
        self._receive = Receive(
            {Lane.LIVE: log}, self._inbox, Books(RoleName.RECEIVE, self._state, clock, (Lane.LIVE,))
        )
        self._reading = (wiring.normalise(place), wiring.detect(place))
        self._keep, self._world = wiring.keep(place), wiring.world(place)
        self._last_kept = clock.now().date()

    def take(self, line: Line) -> None:
        """As its socket would have handed it over."""
        self.sent += 1
        at = int(line.at.timestamp() * 1_000_000_000)
        record = RawRecord("demo", line.source, at, line.peer, line.transport, line.data, "", str(self.sent))
        self._inbox.put(record)

    def pass_until(self, at: datetime) -> None:
        while at - self._clock.now() >= HOUR:
            self._clock.advance(HOUR)
            self._step()
            self._people()
            if self._clock.now().date() != self._last_kept:
                self._last_kept = self._clock.now().date()
                self._settle(self._keep)
                self._figures()

    def drain(self) -> None:
        """Everything that came is worked off and kept."""
        for _ in range(3):
            self._clock.advance(timedelta(seconds=5))
            self._step()
            self._settle(self._keep)

    def close(self) -> None:
        for role in (self._receive, *self._reading, self._keep):
            role.close()
        self._state.close()

    def _step(self) -> None:
        self._receive.drain(self._clock.now())
        for role in self._reading:
            self._settle(role)

    def _settle(self, role: Role) -> None:
        """Until it has nothing more to do at this moment."""
        before: dict[str, int] | None = None
        while before != role.position():
            before = role.position()
            role.step(self._clock.now())

    def _figures(self) -> None:
        """Each morning the SOC hands in what the day before came to."""
        if self._world is not None:
            now = self._clock.now()
            publisher.publish(self._state, self._world, now, now, instants=False)

    def _people(self) -> None:
        """The duty shift: takes what has waited an hour, closes what it has had for some; some is left lying."""
        now = self._clock.now()
        with self._state.read() as tx:
            alerts = tx.queue.page(AlertFilter(), SYSTEM, limit=500).alerts
        for alert in alerts:
            draw = chance(self._seed, "duty", alert.id)
            lies = draw.randrange(100) < LEFT_OPEN
            if lies and now - alert.raised_at < timedelta(days=draw.randrange(1, 6)):
                continue
            if alert.status is Status.NEW and now - alert.raised_at >= TAKEN_AFTER * draw.uniform(0.2, 2):
                self._move(alert.id, alert.revision, Action.TAKE)
            elif alert.status is not Status.NEW and now - alert.raised_at >= CLOSED_AFTER * draw.uniform(0.5, 8):
                verdict = draw.choices(tuple(Verdict), weights=(5, 3, 2, 1))[0]
                reason = draw.choice(REASONS[verdict][:-1])
                self._move(alert.id, alert.revision, Action.CLOSE, verdict=verdict, reason=reason, note="Đã kiểm tra")

    def _move(self, alert_id: str, revision: int, action: Action, **said: object) -> None:
        request = f"past-{alert_id}-{revision}"
        try:
            with self._state.write() as tx:
                act(
                    tx, alert_id, action, by=DUTY, scope=SYSTEM, revision=revision, at=self._clock.now(),
                    request_id=request, **said,  # type: ignore[arg-type]  # what one closing needs
                )  # fmt: skip
        except SocError:
            # Some closings need a second person or an answer of the unit: the alert stays where it is.
            return
