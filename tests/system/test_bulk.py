"""Bulk close of 10,000 alerts by filter within 5 s, and an undo that restores all of them (workspace.md, bar 2)."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from soc.access import SYSTEM
from soc.alert import Action, Actor, Level, Status, Verdict
from soc.state import bulk, remarks
from soc.state.jobs import BulkWish, Job
from soc.state.matching import AlertFilter
from soc.state.ordering import refresh
from tests.builders import NOON
from tests.unit.dashboards.life import Life, a_life, an_alert

PROOF = "SOC_PROOF" in os.environ
ALERTS = 10_000 if PROOF else 1_500
SECONDS, EVERY = 5.0, 2.0
ME = Actor("an.nt")


def finish(life: Life, job: Job) -> Job:
    while job.running:
        job = bulk.step(life.state, job.id, life.clock.now())
    return job


def test_ten_thousand_alerts_are_closed_and_restored(tmp_path: Path) -> None:
    life = a_life(tmp_path)
    levels = (Level.LOW, Level.MEDIUM, Level.HIGH)
    for start in range(0, ALERTS, 500):
        life.raise_alerts(
            an_alert(f"{i}", level=levels[i % 3], raised_at=NOON - timedelta(minutes=i % 600))
            for i in range(start, start + 500)
        )

    with reordered(life):
        close_and_undo(life)
    with life.state.read() as tx:
        assert tx.audit.verify() is None
    life.state.close()


def close_and_undo(life: Life) -> None:
    begun, worked = time.perf_counter(), time.thread_time()
    with life.state.write() as tx:
        wish = BulkWish(Action.CLOSE, Verdict.FALSE_POSITIVE, "rule_logic")
        position = tx.jobs.position()
        told: dict[str, Any] = {"by": ME, "scope": SYSTEM, "at": life.clock.now(), "request_id": "r"}
        job = tx.jobs.start(wish, AlertFilter(), as_of=position, described={}, **told)
    job = finish(life, job)
    took = time.perf_counter() - begun

    assert (job.done, job.failed) == (ALERTS, 0)
    with life.state.write() as tx:
        remarks.comment(tx, "alert-7", "changed since", **told)
        undoing = bulk.begin_undo(tx, job, life.clock.now())
    begun = time.perf_counter()
    undone = finish(life, undoing)
    back, worked = time.perf_counter() - begun, time.thread_time() - worked

    assert (undone.undone, undone.skipped) == (ALERTS - 1, 1)
    with life.state.read() as tx:
        assert [one.alert_id for one in tx.jobs.troubles(job.id)] == ["alert-7"]
        assert tx.queue.count(AlertFilter(statuses=(Status.NEW,)), SYSTEM, most=ALERTS) == ALERTS - 1
    print(f"bulk over {ALERTS}: closed in {took:.2f} s, restored in {back:.2f} s, {worked:.2f} s of processor in all")
    # One machine may be slower than the reference; ten times slower is a defect.
    most = SECONDS if PROOF else SECONDS * 10 * ALERTS / 10_000
    assert took <= most, f"{took:.1f} s"
    assert back <= most, f"{back:.1f} s"


@contextmanager
def reordered(life: Life) -> Iterator[None]:
    """The order of the queue is looked at meanwhile, more often than the web role does."""
    over = threading.Event()

    def run() -> None:
        late = life.clock.now()
        while not over.wait(EVERY):
            late += timedelta(minutes=20)
            refresh(life.state, late)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()
