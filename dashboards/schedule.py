"""What the web role does by itself: tasks at their times in threads of its own. A task that fails is counted and
logged, and tried again at its next time; it never takes the loop with it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog

from dashboards.posture import service as posture
from dashboards.services import Services
from dashboards.tiles.service import looked_at
from reports import hub_figures, publisher, snapshot
from reports.command.step import Command
from reports.kpi.forecasting import Forecaster
from reports.kpi.world import World
from soc import watch
from soc.calendar import SATURDAY, vietnam
from soc.errors import SocError
from soc.state import bulk
from soc.state.idle_accounts import disable_idle
from soc.state.late import resume_late
from soc.state.ordering import refresh
from soc.state.tables.work import JobState

log = structlog.get_logger(__name__)

FAILURES_MOST = 5
"""A job whose chunk fails so often in a row stops and says why."""


@dataclass(slots=True)
class Task:
    """`run(now)` every `every` seconds. `failures`: how often it failed since the start."""

    name: str
    every: float
    run: Callable[[datetime], object]
    runs: int = 0
    failures: int = 0
    due: float = field(default=float("-inf"))


class Schedule:
    """Some tasks in one thread, one after the other."""

    def __init__(self, services: Services, tasks: Sequence[Task], name: str) -> None:
        self.tasks = tuple(tasks)
        self._services = services
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._pause = min((task.every for task in tasks), default=1.0) / 2

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the task in hand is done."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def step(self) -> None:
        """Runs what is due."""
        for task in self.tasks:
            passed = self._services.clock.monotonic()
            if task.due <= passed and not self._stop.is_set():
                task.due = passed + task.every
                self._run(task)

    def _run(self, task: Task) -> None:
        task.runs += 1
        try:
            task.run(self._services.clock.now())
        except SocError as error:
            task.failures += 1
            log.error("scheduled task failed", task=task.name, code=error.code, detail=error.message)
        except Exception:  # a defect of one task must not end the others
            task.failures += 1
            log.exception("scheduled task crashed", task=task.name)

    def _loop(self) -> None:
        while not self._stop.is_set():
            self.step()
            self._stop.wait(self._pause)


def schedules(services: Services) -> tuple[Schedule, ...]:
    """Jobs of people go in a thread of their own: nobody who waits for one waits for a figure. So do warnings, which
    cost forecasts."""
    state, units = services.state, services.units
    days = vietnam()

    def holiday(day: date) -> bool:
        return day.weekday() < SATURDAY and not days.is_worked(day)

    tasks = (
        Task("order", 15, lambda now: refresh(state, now)),
        Task("late units", 15, lambda now: resume_late(state, now)),
        Task("silent sources", 30, lambda now: watch.check(state, now, holiday=holiday)),
        Task("figures", 60, lambda now: snapshot.keep(state, units, now, looked_at(services))),
        Task("posture", 60, lambda now: posture.run(services, now)),
        Task("posture days", 60, lambda now: posture.close_days(services, now)),
        *_forecasts(services),
        Task("idle accounts", 3600, lambda now: disable_idle(state, now)),
    )
    found = [Schedule(services, tasks, "tasks"), Schedule(services, [_jobs(services)], "jobs")]
    if services.world is not None:
        command = Command(state, services.world)
        found.append(Schedule(services, [Task("warnings", 120, command.step)], "warnings"))
        found.append(Schedule(services, _publishers(services, services.world), "publishers"))
    if services.prove is not None:
        found.append(Schedule(services, [Task("rule tests", 60, services.prove)], "rule tests"))
    return tuple(found)


def _forecasts(services: Services) -> tuple[Task, ...]:
    """Nothing where no figures are kept."""
    if services.world is None:
        return ()
    maker = Forecaster(services.state, services.world)
    return (Task("forecasts", 60, maker.step),)


def _jobs(services: Services) -> Task:
    worker = JobWorker(services)
    return Task("jobs", 0.2, worker.run)


def _publishers(services: Services, world: World) -> tuple[Task, ...]:
    """The SOC and the hub hand in their own figures, through the door of all others."""
    state = services.state
    return (
        Task("own figures", 600, lambda now: publisher.publish(state, world, now, looked_at(services))),
        Task("figures of the hub", 600, lambda now: hub_figures.publish(state, world, now)),
    )


class JobWorker:
    """One chunk of each open job at a time, until none is left; a restarted role goes on with what it finds."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._failed: dict[str, int] = {}

    def run(self, now: datetime) -> None:
        state = self._services.state
        while True:
            with state.read() as tx:
                waiting = tx.jobs.open()
            for job in waiting:
                self._chunk(job.id)
            if not waiting:
                return

    def _chunk(self, job_id: str) -> None:
        state, now = self._services.state, self._services.clock.now()
        try:
            bulk.step(state, job_id, now)
            self._failed.pop(job_id, None)
        except SocError as error:
            self._failed[job_id] = self._failed.get(job_id, 0) + 1
            log.error("job chunk failed", job=job_id, code=error.code, detail=error.message)
            if self._failed[job_id] >= FAILURES_MOST:
                with state.write() as tx:
                    tx.jobs.advance(job_id, JobState.STOPPED, at=now, trouble=f"{error.code} {error.message}"[:500])
