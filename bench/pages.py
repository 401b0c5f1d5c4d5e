"""Every page a person waits for, asked of the real system under load (workspace.md 3, row "speed").

A year of alerts and two weeks of events lie in the directory; all roles run as `socctl up` starts them; fifty pages
listen to the stream, and logons arrive by syslog while the routes are asked in turn.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import httpx2

from bench.province import built, sessions
from bench.routes import Route, routes
from bench.traffic import STREAMS_OF_SESSION, arriving, listening
from soc.role import RoleName
from tests.system.running import up

REQUESTS_OF_SESSION = 400
FRAGMENT = {"HX-Request": "true"}


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; as it stands, that of the bars."""

    alerts: int = 1_000_000
    events: int = 5_000_000
    streams: int = 50
    a_second: int = 500
    rounds: int = 20


SMALL = Size(2_000, 20_000, 6, 50, 3)


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds of each answer to one route, sorted, and the size of the largest."""

    route: Route
    seconds: tuple[float, ...]
    octets: int

    @property
    def p95(self) -> float:
        return self.seconds[int(len(self.seconds) * 0.95)]

    @property
    def kept(self) -> bool:
        return self.p95 <= self.route.bar

    def __str__(self) -> str:
        middle = self.seconds[len(self.seconds) // 2]
        mark = "" if self.kept else "   MISSED"
        return (
            f"{self.route.name:<34}{middle * 1000:>8.0f} ms{self.p95 * 1000:>8.0f} ms"
            f"   bar {self.route.bar * 1000:>5.0f} ms{self.octets / 1024:>7.0f} KB{mark}"
        )


@dataclass(frozen=True, slots=True)
class Load:
    """All routes, the memory of the web role before and after in KiB, and how many events were sent meanwhile."""

    waited: tuple[Waited, ...]
    before: int
    after: int
    sent: int
    streams: int
    heard: int

    @property
    def growth(self) -> float:
        return self.after / self.before - 1 if self.before else 0.0


def measured(folder: Path, size: Size) -> Load:
    """Builds `folder`/data when it is not there yet, starts the roles on it and asks."""
    place = built(folder / "data", alerts=size.alerts, events=size.events)
    # Faster than a person asks, so by several people: one session has its pace.
    askers = len(routes(place)) * size.rounds // REQUESTS_OF_SESSION + 1
    people = sessions(place.folder, max(-(-size.streams // STREAMS_OF_SESSION), askers))
    with up(folder, "") as system, ExitStack() as open_pages:
        address = system.beat(RoleName.WEB).address
        ears = open_pages.enter_context(listening(address, people, size.streams))
        traffic = open_pages.enter_context(arriving(system, size.a_second))
        asks = [httpx2.Client(base_url=address, cookies={"soc-local": one}, timeout=60) for one in people]
        for client in asks:
            open_pages.enter_context(closing(client))
        before = 0
        found: dict[str, Waited] = {}
        turns = itertools.cycle(asks)
        for _ in _rounds(routes(place), size.rounds, turns, found):
            before = before or system.beat(RoleName.WEB).rss_kib
        return Load(
            tuple(found.values()), before, system.beat(RoleName.WEB).rss_kib, traffic.sent, size.streams, ears.heard
        )


def _rounds(
    asked: Sequence[Route], rounds: int, turns: Iterator[httpx2.Client], found: dict[str, Waited]
) -> Iterator[int]:
    """The first round warms the caches that a server of many hours has warm; it is not counted."""
    times: dict[str, list[float]] = {route.name: [] for route in asked}
    for number in range(rounds + 1):
        for route in asked:
            address = route.addresses[number % len(route.addresses)]
            start = time.perf_counter()
            answer = next(turns).get(address, headers=FRAGMENT if route.fragment else {})
            took = time.perf_counter() - start
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status_code} {answer.text[:300]}")
            if number:
                times[route.name].append(took)
                octets = max(len(answer.content), found[route.name].octets if route.name in found else 0)
                found[route.name] = Waited(route, tuple(sorted(times[route.name])), octets)
        yield number


def report(load: Load) -> Iterator[str]:
    """Lines for the screen: each route's middle, its p95, the bar and the size; then what went on beside."""
    yield f"{'route':<34}{'p50':>11}{'p95':>11}"
    yield from map(str, load.waited)
    missed = sum(not one.kept for one in load.waited)
    yield (
        f"{len(load.waited)} routes, {missed} missed; web role {load.before / 1024:.0f} -> {load.after / 1024:.0f} MB "
        f"({load.growth:+.1%}); {load.sent} events sent, {load.heard} messages to open pages"
    )
