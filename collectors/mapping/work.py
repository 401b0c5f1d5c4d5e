"""One line on its way through a mapping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from collectors.parser import Context
from soc.event import Event


@dataclass(slots=True)
class Work:
    """`keys`: what the codec found, and what patterns added. `event`: what is made of it. `trace`: lines of the
    cases that fitted, when somebody wants to know. `root`: the vendor's root in the event."""

    keys: dict[str, Any]
    event: Event
    context: Context
    quality: list[str] = field(default_factory=list)
    root: str = ""
    trace: set[int] | None = None

    def failed(self, target: str) -> None:
        """A step that fails says so, and takes nothing away."""
        self.quality.append(f"step_failed:{target}")


Step = Callable[[Any, Work], None]
"""One key's value, never None, on its way into the event."""

Act = Callable[[Work], None]
