"""Writes the reminders that are due into the outbox: one a unit and day for figures, never twice (ioc-hub.md 6, 13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from reports.command.operating import Operating
from reports.command.raising import Kept
from reports.kpi.board import Reader, View
from reports.kpi.freshness import State
from reports.kpi.world import World
from reports.wording import EMPTY, Text
from soc.access import SYSTEM
from soc.calendar import ZONE, Calendar
from soc.period import PeriodType
from soc.reminder import Receiver, ReminderKind, may_be_sent, task_points
from soc.state.reminders import Reminder
from soc.state.store import Tx
from soc.state.warnings import Warned
from soc.task import WITH_LEAD
from soc.warning import WarningLevel

NAMED_MOST = 3
FIGURES = {State.DUE_SOON: (ReminderKind.FIGURES_DUE, Receiver.FOCAL_POINT)}
FIGURES |= {State.LATE: (ReminderKind.FIGURES_LATE, Receiver.UNIT_HEAD)}
"""At due to the focal point, after grace to the unit's head."""


@dataclass(frozen=True, slots=True)
class Writer:
    """What reminders are written with."""

    operating: Operating
    calendar: Calendar

    def of_tasks(self, tx: Tx, now: datetime) -> Iterator[Reminder]:
        for task in tx.tasks.all(SYSTEM, states=sorted(WITH_LEAD)):
            for kind, key in task_points(task, now, self.calendar, self.operating.task):
                receiver = Receiver.UNIT_HEAD if kind is ReminderKind.TASK_OVERDUE else Receiver.FOCAL_POINT
                what = f"{task.name} {task.text[:120]}"
                yield self._made(f"{kind}:{key}", task.lead, kind, receiver, {"what": what}, f"/tasks/{task.id}", now)

    def of_warnings(self, kept: Kept, now: datetime) -> Iterator[Reminder]:
        """Serious ones each and at once; of the others one a unit, receiver and day."""
        for kind, some in ((ReminderKind.WARNING_NEW, kept.raised), (ReminderKind.WARNING_UP, kept.passed_up)):
            groups: dict[tuple[str, Receiver], list[Warned]] = {}
            for one in some:
                if one.level is WarningLevel.SERIOUS:
                    yield self._of_warning(one, kind, now)
                else:
                    groups.setdefault((one.unit, one.receiver), []).append(one)
            for _, group in sorted(groups.items()):
                yield self._of_warnings(group, kind, now)

    def of_figures(self, tx: Tx, world: World, now: datetime) -> Iterator[Reminder]:
        """One a unit and day, whatever the number of its figures."""
        day = now.astimezone(ZONE).date()
        for (unit, state), names in sorted(waiting(tx, world, now).items()):
            kind, receiver = FIGURES[state]
            shown = ", ".join(one.vi for one in names[:NAMED_MOST]), ", ".join(one.en for one in names[:NAMED_MOST])
            more = "" if len(names) <= NAMED_MOST else ", …"
            values: dict[str, str | int | Text] = {"count": len(names)}
            values["names"] = Text(shown[0] + more, shown[1] + more)
            yield self._made(f"{kind}:{unit}:{day.isoformat()}", unit, kind, receiver, values, "/figures", now)

    def _of_warning(self, one: Warned, kind: ReminderKind, now: datetime) -> Reminder:
        what = {"what": Text(one.sentence.vi, one.sentence.en)}
        key = f"{kind}:{one.id}:{one.receiver}"
        return self._made(key, one.unit, kind, one.receiver, what, f"/warnings/{one.id}", now, urgent=True)

    def _of_warnings(self, group: list[Warned], kind: ReminderKind, now: datetime) -> Reminder:
        first, more = group[0], len(group) - 1
        link = f"/warnings?of={first.unit}" if more else f"/warnings/{first.id}"
        rest = Text(f" (+{more})", f" (+{more})") if more else EMPTY
        what = {"what": Text(first.sentence.vi + rest.vi, first.sentence.en + rest.en)}
        key = f"{kind}:{first.unit}:{first.receiver}:{now.astimezone(ZONE).date().isoformat()}"
        return self._made(key, first.unit, kind, first.receiver, what, link, now)

    def _made(
        self, key: str, unit: str, kind: ReminderKind, receiver: Receiver, values: Mapping[str, str | int | Text],
        link: str, now: datetime, *, urgent: bool = False,
    ) -> Reminder:  # fmt: skip
        text = self.operating.texts[kind].filled(**values)
        at = may_be_sent(now, self.calendar, self.operating.quiet, urgent=urgent)
        return Reminder(key, unit, kind, receiver, {"vi": text.vi, "en": text.en}, link, now, at)


def waiting(tx: Tx, world: World, now: datetime) -> dict[tuple[str, State], list[Text]]:
    """Figures that are due or late, by unit. Instants have no reminder of the day: their source is watched instead."""
    reader, day = Reader(world, View(SYSTEM, now)), now.astimezone(ZONE).date()
    names = {name for one in world.profile.subsystems for name in _kpis(world, one)}
    books = reader.books(tx, sorted(names))
    found: dict[tuple[str, State], list[Text]] = {}
    for name in sorted(names):
        kpi = world.catalogue.kpis[name]
        if kpi.period is PeriodType.REALTIME:
            continue
        for unit in reader.expected(kpi, day).units:
            state = books[name].standing(unit, now).state
            if state in FIGURES:
                found.setdefault((unit, state), []).append(kpi.title)
    return found


def _kpis(world: World, subsystem: str) -> Iterable[str]:
    return (kpi.id for kpi in world.catalogue.subsystems[subsystem].kpis)
