"""A meeting over figures that stand still: a numbered set of tiles frozen at one moment, and what was decided
(ioc-hub.md 14.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

TILES_MOST = 40
TEXT_MOST = 2_000


class MeetingState(StrEnum):
    """PREPARED: tiles may still be frozen anew. ENDED: kept as it was."""

    PREPARED = "prepared"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class FrozenTile:
    """One tile as it was shown. `content`: the whole of it, as `reports/meeting/frozen.py` wrote it."""

    position: int
    tile: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided over a tile (None: over no single one); `task`: the task it became."""

    number: int
    text: str
    lead: str
    due: datetime
    task: str
    decided_by: str
    at: datetime
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """`unit`: whose figures it looks at. `at`: when it is held; `as_of`: the moment of its figures."""

    id: str
    number: int
    unit: str
    title: str
    at: datetime
    as_of: datetime
    agenda: str
    prepared_by: str
    state: MeetingState = MeetingState.PREPARED
    revision: int = 1

    @property
    def name(self) -> str:
        """HOP-0012."""
        return f"HOP-{self.number:04d}"
