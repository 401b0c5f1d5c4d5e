"""What goes wrong on the way: 0.5 % of the ordinary lines, each kind counted for the truth file.

Lines of scenarios stay clean, so that a missed scenario is a fault of detection and never of the dice.
"""

from __future__ import annotations

import heapq
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from random import Random

from collectors.simulate.line import Line
from soc.raw import Transport

RATE = 0.005
LATEST = timedelta(hours=2)


class Dirt(StrEnum):
    """The kinds of dirt."""

    DUPLICATE = "duplicate"
    LATE = "late"
    TRUNCATED = "truncated"
    JOINED = "joined"
    DECOMPOSED = "decomposed"
    BROKEN = "broken"


@dataclass(slots=True)
class Soiler:
    """Passes lines on, some of them spoilt; `counts` is the truth about it."""

    draw: Random
    rate: float = RATE
    counts: Counter[Dirt] = field(default_factory=Counter)
    _held: list[tuple[float, int, Line]] = field(default_factory=list)
    _serial: int = 0

    def pass_on(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The lines by sending time. Late ones wait; what is still held at the end is sent then."""
        last = None
        for line in lines:
            yield from self._due(line)
            last = line
            if line.scenario or self.draw.random() >= self.rate:
                yield line
                continue
            yield from self._spoilt(line)
        while self._held and last is not None:
            late = heapq.heappop(self._held)[2]
            yield replace(late, at=max(last.at, min(late.at, last.at)))

    def _due(self, line: Line) -> Iterator[Line]:
        while self._held and self._held[0][0] <= line.at.timestamp():
            yield heapq.heappop(self._held)[2]

    def _spoilt(self, line: Line) -> Iterator[Line]:
        kind = self.draw.choice(tuple(Dirt))
        if kind is Dirt.JOINED and line.transport is not Transport.UDP:
            kind = Dirt.DUPLICATE  # only a datagram can hold two lines
        self.counts[kind] += 1
        if kind is Dirt.LATE:
            self._serial += 1
            at = line.at + timedelta(seconds=self.draw.uniform(60, LATEST.total_seconds()))
            heapq.heappush(self._held, (at.timestamp(), self._serial, replace(line, at=at)))
        elif kind is Dirt.DUPLICATE:
            yield line
            yield line
        else:
            yield replace(line, data=_SPOIL[kind](line.data, self.draw))


def _cut(data: bytes, draw: Random) -> bytes:
    return data[: draw.randint(min(40, len(data)), len(data))]


def _joined(data: bytes, draw: Random) -> bytes:
    return data + b"\n" + data


def _decomposed(data: bytes, draw: Random) -> bytes:
    return unicodedata.normalize("NFD", data.decode()).encode()


def _broken(data: bytes, draw: Random) -> bytes:
    return bytes(draw.randrange(128, 256) for _ in range(draw.randint(8, 60)))


_SPOIL: dict[Dirt, Callable[[bytes, Random], bytes]] = {
    Dirt.TRUNCATED: _cut,
    Dirt.JOINED: _joined,
    Dirt.DECOMPOSED: _decomposed,
    Dirt.BROKEN: _broken,
}
