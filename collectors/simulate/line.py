"""What the simulator gives: lines to send, and the truth about what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from soc.event import timestamp
from soc.raw import Transport


@dataclass(frozen=True, slots=True)
class Line:
    """One datagram or document. `at`: when it is sent, which is not always the time that it tells.
    `source`: the sender's name; `peer`: its address; `product`: the parser that understands it;
    `scenario`: '' for ordinary traffic."""

    at: datetime
    source: str
    transport: Transport
    peer: str
    data: bytes
    product: str
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a scenario did, and what must come of it. `must`: rules that fire; `may`: rules that are no surprise."""

    scenario: str
    title: str
    units: tuple[str, ...]
    entities: Mapping[str, str]
    first: datetime
    last: datetime
    must: tuple[str, ...]
    may: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    alerts_at_most: int = 0
    lines: int = 0

    def record(self) -> dict[str, Any]:
        """One line of `truth.ndjson`."""
        return {
            "kind": "scenario",
            "id": self.scenario,
            "title": self.title,
            "units": list(self.units),
            "entities": dict(self.entities),
            "first": timestamp(self.first),
            "last": timestamp(self.last),
            "must": list(self.must),
            "may": list(self.may),
            "techniques": list(self.techniques),
            "alerts_at_most": self.alerts_at_most,
            "lines": self.lines,
        }


@dataclass(frozen=True, slots=True)
class Attack:
    """A scenario as it is played: its lines by time, and its truth."""

    truth: Truth
    lines: tuple[Line, ...] = field(repr=False)
