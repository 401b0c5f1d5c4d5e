"""A province that is led: a warning with its task, an overdue one, two meetings over real figures, reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from dashboards.meeting.freezing import freeze, rows_by_key
from reports.command.step import Command
from reports.kpi.world import World
from soc.access import ROOT, SYSTEM
from soc.alert import SYSTEM_ACTOR, Actor
from soc.meeting import Decision, Meeting
from soc.observation import NaturalKey, Observation, Status
from soc.period import PeriodType, Reporting, period_of
from soc.task import Link, LinkKind, Task, TaskState
from tests.unit.dashboards.life import FINANCE, HEALTH, Life
from tests.unit.reports.kpi.test_board import DONE, OVERDUE, a_share
from tests.unit.reports.kpi.test_board import a_world as a_board_world

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MEETING, EARLIER, TASK, LATE = "meeting-1", "meeting-0", "task-1", "task-0"
TILES = (OVERDUE, DONE, "bed_occupancy")


def led(life: Life, days: int = 12) -> World:
    """Everything of it; the world whose figures they are."""
    world, now = a_board_world(units=(FINANCE, HEALTH)), life.clock.now()
    figures = []
    for back in range(days):
        day = period_of(PeriodType.DAY, (now - (back + 1) * DAY).date(), Reporting.ADMIN)
        for place, unit in enumerate((FINANCE, HEALTH)):
            value = Decimal(9 + 3 * place + (back * 7) % 5)
            key = NaturalKey(OVERDUE, unit, day)
            figures.append(Observation(f"{unit}:{OVERDUE}:{day.key}", key, value, Status.OFFICIAL, 0))
            figures.append(a_share(unit, day, 61 + back if place else 96, 100))
    with life.state.write() as tx:
        tx.observations.add(figures, batch="led", sender="vanban", at=now - 8 * HOUR)
    _meetings(life, world)
    Command(life.state, world).step(now)
    return world


def _meetings(life: Life, world: World) -> None:
    """Both over the same tiles; the first one's decision is overdue."""
    now, by = life.clock.now(), Actor("keeper")
    rows = [row for row in rows_by_key(replace(life.services, world=world)).values() if row.headline.kpi in TILES]
    agenda = "1. Nhiệm vụ quá hạn\n2. Số liệu y tế\n3. Kết luận"
    with life.state.write() as tx:
        for name, ago in ((EARLIER, 20 * DAY), (MEETING, HOUR)):
            as_of = now - ago - 3 * HOUR
            draft = Meeting(name, 0, ROOT, "Giao ban điều hành tháng", now - ago, as_of, agenda, "keeper")
            made = tx.meetings.prepare(draft, freeze(tx, world, SYSTEM, ROOT, as_of, rows), SYSTEM, at=now - ago)
            due, task = (now - 2 * DAY, LATE) if name == EARLIER else (now + 6 * DAY, TASK)
            link, text = Link(LinkKind.MEETING, name, made.name), "Giải quyết dứt điểm nhiệm vụ quá hạn của quý III"
            whose = (f"leader@{ROOT}", "keeper", now - ago)
            given = Task(task, 0, text, HEALTH, (FINANCE,), *whose, due, link=link)
            tx.tasks.assign(given, SYSTEM, by=by, at=now - ago)
            tile = tx.meetings.tiles(made, SYSTEM)[0]
            tx.meetings.decide(made, Decision(0, text, HEALTH, due, task, "keeper", now - ago, 1), tile.tile, SYSTEM)
        old = tx.tasks.get(TASK, SYSTEM)
        reported = replace(old, state=TaskState.REPORTED, answer="Đã rà soát 12 nhiệm vụ.", reported_at=now)
        tx.tasks.record(old, reported, SYSTEM, "report", "", by=SYSTEM_ACTOR, at=now)


def a_warning(life: Life) -> str:
    with life.state.read() as tx:
        return tx.warnings.all(SYSTEM)[0].id
