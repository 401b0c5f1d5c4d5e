"""One step of the hub's own work: warnings kept, reminders written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from reports.command.operating import Operating, shipped
from reports.command.raising import Kept, keep
from reports.command.reminding import Writer
from reports.command.signals import Watcher
from reports.kpi.world import World
from soc.state.store import State


@dataclass(slots=True)
class Command:
    """Reads without a lock, then writes once. What forecasts cost is remembered in the watcher."""

    state: State
    world: World
    operating: Operating = field(default_factory=shipped)
    _watcher: Watcher = field(init=False)

    def __post_init__(self) -> None:
        self._watcher = Watcher(self.world)

    def step(self, now: datetime) -> tuple[Kept, int]:
        """What changed of the warnings, and how many reminders were written."""
        writer = Writer(self.operating, self.world.calendar)
        with self.state.read() as tx:
            signals = self._watcher.signals(tx, now)
            figures = tuple(writer.of_figures(tx, self.world, now))
        with self.state.write() as tx:
            kept = keep(tx, signals, now, self.world.calendar)
            written = tx.reminders.write([*figures, *writer.of_warnings(kept, now), *writer.of_tasks(tx, now)])
        return kept, written
