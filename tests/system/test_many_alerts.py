"""Bar 1 of workspace.md on a small file in every run, and on a million alerts with SOC_PROOF=1."""

from __future__ import annotations

import os
from pathlib import Path

from bench import queue
from bench.many_alerts import NOW
from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.queue import AlertFilter, GroupBy
from soc.state.store import State

ALERTS = 1_000_000 if os.environ.get("SOC_PROOF") else 10_000


def test_lists_filters_counts_and_groups_answer_in_time(tmp_path: Path) -> None:
    timings = queue.measured(tmp_path, alerts=ALERTS)
    assert queue.p95(timings) <= 300, "\n".join(map(str, sorted(timings, key=lambda each: -each.worst)[:10]))
    state = State.open(DataDir(tmp_path), ManualClock(NOW))
    with state.read() as tx:
        assert sum(tx.queue.counts(SYSTEM).values()) == ALERTS
        assert sum(tx.queue.lanes(SYSTEM).values()) == sum(
            number for _, number in tx.queue.group(AlertFilter(), SYSTEM, GroupBy.RULE, limit=1_000)
        )
    state.close()
