"""What every scenario works with: the world, its own randomness, and a clock that it moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from collectors.simulate.line import Attack, Line, Truth
from collectors.simulate.world import World


@dataclass(slots=True)
class Stage:
    """One performance. `at` is the moment of the next act; `serial` tells performances of one scenario apart."""

    world: World
    draw: Random
    at: datetime
    serial: int = 0
    lines: list[Line] = field(default_factory=list)

    def wait(self, low: float, high: float | None = None) -> datetime:
        """Some seconds pass; the new moment."""
        self.at += timedelta(microseconds=round(self.draw.uniform(low, low if high is None else high) * 1_000_000))
        return self.at

    def send(self, line: Line) -> None:
        self.lines.append(line)

    def attacker(self) -> str:
        """An address of an outside party; documentation network, never used by the ordinary day."""
        return f"203.0.113.{1 + (self.serial * 7 + self.draw.randrange(7)) % 250}"

    def port(self) -> int:
        return self.draw.randint(49_152, 65_535)

    def done(
        self,
        scenario: str,
        title: str,
        *,
        units: Iterable[str],
        entities: Mapping[str, str],
        must: tuple[str, ...],
        may: tuple[str, ...] = (),
        techniques: tuple[str, ...],
        alerts_at_most: int,
    ) -> Attack:
        """The finished scenario: lines by time, marked with its id."""
        name = f"{scenario}-{self.serial}"
        lines = tuple(replace(line, scenario=name) for line in sorted(self.lines, key=lambda line: line.at))
        return Attack(
            Truth(
                name,
                title,
                tuple(units),
                dict(entities),
                lines[0].at,
                lines[-1].at,
                must,
                may,
                techniques,
                alerts_at_most,
                len(lines),
            ),
            lines,
        )
