"""Random work on alerts: moves, jobs, undo, comments, ticks, late units, over the API and below it. What the rows say
is what the history says, and the figures of that history are those of an independent sum.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboards.app import create_app
from soc.access import SYSTEM
from soc.alert import MOVES, REASONS, Action, Actor, Level, Status, Verdict
from soc.errors import StateError
from soc.limits import DEFAULT
from soc.state import bulk, moves, remarks
from soc.state.jobs import BulkWish, Job
from soc.state.late import resume_late
from soc.state.matching import AlertFilter
from soc.state.metrics import measure
from soc.state.moves import Question
from tests.builders import NOON
from tests.unit.dashboards.life import ANALYST, Life, a_life, an_alert

STEPS = 100_000 if os.environ.get("SOC_PROOF") else 800
ALERTS = 60
PEOPLE = ("an.nt", "binh.tv", "yen.lh")


class Work:
    """One province at work, all of it decided by the seed."""

    def __init__(self, life: Life, seed: int) -> None:
        self.life = life
        self.random = Random(seed)
        self.jobs: list[Job] = []
        self.client = TestClient(create_app(life.services), headers={"Sec-Fetch-Site": "same-origin"})
        levels = list(Level)[:4]
        life.raise_alerts(an_alert(f"{i}", level=levels[i % 4], raised_at=NOON, count=1) for i in range(ALERTS))
        self.kinds = [self.move] * 12 + [self.comment, self.tick, self.api, self.bulk, self.undo, self.late]

    def step(self) -> None:
        self.life.clock.advance(timedelta(seconds=self.random.randint(1, 400)))
        try:
            self.random.choice(self.kinds)()
        except StateError as error:
            if error.code not in {"SOC-1601", "SOC-1607", "SOC-1609", "SOC-1610", "SOC-1613", "SOC-1616"}:
                raise

    @property
    def about(self) -> str:
        return f"alert-{self.random.randrange(ALERTS)}"

    @property
    def by(self) -> Actor:
        return Actor(self.random.choice(PEOPLE))

    @property
    def told(self) -> dict[str, Any]:
        return {"by": self.by, "scope": SYSTEM, "at": self.life.clock.now(), "request_id": "r"}

    def move(self) -> None:
        verdict = self.random.choice(list(Verdict))
        deadline = self.life.clock.now() + timedelta(minutes=self.random.randint(5, 3_000))
        with self.life.state.write() as tx:
            alert = tx.alerts.get(self.about, SYSTEM)
            legal = [*MOVES[alert.status], self.random.choice(list(Action))]
            moves.act(
                tx,
                alert.id,
                self.random.choice(legal),
                revision=alert.revision - (self.random.random() < 0.05),
                verdict=verdict,
                reason=self.random.choice(REASONS[verdict]),
                note="a note of some length",
                owner=self.random.choice(PEOPLE),
                question=Question("Máy này của ai?", "Phòng CNTT", deadline),
                **self.told,
            )

    def comment(self) -> None:
        with self.life.state.write() as tx:
            about, told = self.about, self.told
            remarks.comment(tx, about, "đã xem", **told)
            line = tx.alerts.history(about, SYSTEM)[-1]
            remarks.correct(tx, about, line.seq, "đã xem kỹ", **told)

    def tick(self) -> None:
        with self.life.state.write() as tx:
            remarks.tick(tx, self.about, self.random.randrange(6), "bước", done=True, **self.told)

    def api(self) -> None:
        self.client.cookies.set("soc-local", self.life.session("an.nt"))
        path = f"/api/v1/alerts/{self.about}"
        head = self.client.get(path)
        body = {"action": self.random.choice(["take", "assign", "reopen"]), "owner": "an.nt"}
        answer = self.client.post(f"{path}/actions", json=body, headers={"If-Match": head.headers["etag"]})
        assert answer.status_code in (200, 409), answer.text

    def bulk(self) -> None:
        status = self.random.choice(list(Status))
        action = self.random.choice([Action.CLOSE, Action.TAKE, Action.REOPEN, Action.ASSIGN])
        wish = BulkWish(action, Verdict.BENIGN_TRUE, "planned_work", owner="binh.tv")
        with self.life.state.write() as tx:
            position = tx.jobs.position()
            wanted = AlertFilter(statuses=(status,))
            self.jobs.append(tx.jobs.start(wish, wanted, as_of=position, described={}, **self.told))
        self._finish(self.jobs[-1])

    def undo(self) -> None:
        if not self.jobs:
            return
        with self.life.state.write() as tx:
            job = bulk.begin_undo(tx, tx.jobs.get(self.jobs[-1].id), self.life.clock.now())
        self._finish(job)

    def late(self) -> None:
        resume_late(self.life.state, self.life.clock.now())

    def _finish(self, job: Job) -> None:
        while job.running:
            job = bulk.step(self.life.state, job.id, self.life.clock.now())


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    life = a_life(Path(tmp_path_factory.mktemp("work")))
    for name in PEOPLE:
        life.person(name, name, *ANALYST)
    work = Work(life, seed=4)
    for _ in range(STEPS):
        work.step()
    yield life
    life.state.close()


def test_every_row_is_what_its_history_says(worked: Life) -> None:
    with worked.state.read() as tx:
        assert list(tx.alerts.differences(SYSTEM)) == []
        assert tx.audit.verify() is None


def test_the_figures_of_every_alert_equal_an_independent_sum(worked: Life) -> None:
    with worked.state.read() as tx:
        for number in range(ALERTS):
            history = tx.alerts.history(f"alert-{number}", SYSTEM)
            alert = tx.alerts.get(f"alert-{number}", SYSTEM)
            found = measure(history, alert.unit, DEFAULT)
            kept = [
                line for line in history if f"{line.request_id}" not in {f"job:{e.after.get('job')}" for e in history}
            ]
            closes = [line.at for line in kept if line.after.get("status") == "closed"]
            assert (found.resolve is None) == (not closes)
            if found.resolve is not None:
                wall = DEFAULT.elapsed(found.level, alert.raised_at, closes[-1])
                assert found.resolve == wall - found.paused
            # An undone take never happened; one that stands gives the row its time.
            assert (found.acknowledge is None) == (alert.taken_at is None)


@pytest.mark.parametrize("statement", ["UPDATE alert_event SET note = 'x'", "DELETE FROM alert_event"])
def test_the_history_takes_no_change(worked: Life, statement: str) -> None:
    with pytest.raises(StateError, match="append-only"), worked.state.write() as tx:
        tx.connection.exec_driver_sql(statement)
