"""Bars 5, 6 and 7 of workspace.md through the real loop: event log, rules, grouping, storm guard, state store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from correlator.detect import Detect
from correlator.pack import Pack
from soc.access import SYSTEM
from soc.alert import Alert, Lane, Level
from soc.clock import ManualClock
from soc.event import Event, encode
from soc.journal.body import LINES
from soc.journal.memory_log import MemoryLog
from soc.logsource import load_table
from soc.paths import DataDir
from soc.state.ordering import refresh
from soc.state.queue import AlertFilter
from soc.state.store import State
from tests.builders import NOON, an_event

RULE = """
title: {title}
id: 11111111-1111-4111-8111-{number:012d}
level: {level}
logsource: {{product: linux, service: sshd}}
soc: {{entities: [host.name, user.name]}}
detection: {{selection: {{event.action: act-{number}}}, condition: selection}}
"""
MACHINES = 20
BATCH = 2_000


class Line:
    """An event log, the loop, and the state behind it."""

    def __init__(self, folder: Path, levels: Sequence[str]) -> None:
        self.clock = ManualClock(NOON)
        self.state = State.open(DataDir(folder / "data").make(), self.clock)
        self.log = MemoryLog(form=LINES)
        rules = folder / "rules"
        rules.mkdir()
        texts = (RULE.format(title=f"Act {number}", number=number, level=level) for number, level in enumerate(levels))
        (rules / "rules.yml").write_text("---".join(texts))
        self.loop = Detect(self.log, self.state, Pack([rules]), load_table(), self.clock)

    def take(self, events: Sequence[Event]) -> None:
        for start in range(0, len(events), BATCH):
            self.log.append([encode(event) for event in events[start : start + BATCH]], at_ns=0)
            self.loop.step(self.clock.now())
        assert not self.loop.errors

    def queue(self, *lanes: Lane) -> tuple[Alert, ...]:
        with self.state.read() as tx:
            return tx.queue.page(AlertFilter(lanes=lanes or (Lane.QUEUE,)), SYSTEM, limit=500).alerts

    def hits(self, alert: Alert) -> int:
        """As many as can be paged through behind an alert."""
        seen, after = 0, None
        with self.state.read() as tx:
            while page := tx.hits.of_alert(alert.id, SYSTEM, after=after, limit=1_000):
                seen += len(page)
                after = (page[-1].at, page[-1].id)
        return seen


def act(number: int, serial: int, *, host: str, user: str = "an", at: timedelta = timedelta(0)) -> Event:
    fields = {"host.name": host, "user.name": user, "event.action": f"act-{number}", "soc.route": "linux.sshd"}
    return an_event(NOON + at, message=str(serial)) | {**fields, "unit.id": "so_y_te"}


def test_ten_thousand_equal_hits_in_a_minute_are_one_alert_with_an_exact_count(tmp_path: Path) -> None:
    line = Line(tmp_path, ["high"])
    line.take([act(0, n, host="pc-1", at=timedelta(milliseconds=6 * n)) for n in range(10_000)])
    (alert,) = line.queue()
    with line.state.read() as tx:
        assert (alert.count, len(tx.alerts.get(alert.id, SYSTEM).samples)) == (10_000, 20)
    assert line.hits(alert) == 10_000


def test_the_noisy_month_leaves_at_most_fifteen_alerts_and_hides_no_high_one(tmp_path: Path) -> None:
    """5,463 low and 11 high hits on 20 machines, over 30 days."""
    line = Line(tmp_path, ["low"] * 4 + ["high"] * 3)
    for day in range(30):
        low = range(day * 5_463 // 30, (day + 1) * 5_463 // 30)
        events = [act(n % 4, n, host=f"pc-{n % MACHINES}", at=timedelta(days=day, seconds=n % 80_000)) for n in low]
        if day % 3 == 1 and day < 30:
            events.append(act(4 + day % 2, day, host=f"pc-{day % 3}", at=timedelta(days=day)))
        if day == 29:
            events.append(act(6, day, host="pc-7", at=timedelta(days=day)))
        line.take(events)
        line.clock.advance(timedelta(days=1))
        refresh(line.state, line.clock.now())
    shown = line.queue()
    high = [alert for alert in shown if alert.level is Level.HIGH]
    assert len(shown) <= 15
    assert sum(alert.count for alert in high) == sum(line.hits(alert) for alert in high) == 11
    assert sum(line.hits(alert) for alert in shown) == 5_463 + 11
    assert [alert.level for alert in shown][: len(high)] == [Level.HIGH] * len(high)


def test_a_storm_of_one_rule_hides_no_other_alert(tmp_path: Path) -> None:
    """5,000 alerts of one rule, a user each."""
    line = Line(tmp_path, ["high", "medium"])
    storm = [act(0, n, host="pc-1", user=f"user-{n}") for n in range(5_000)]
    line.take([*storm[:2_500], act(1, 0, host="pc-2"), *storm[2_500:]])
    refresh(line.state, line.clock.now())
    assert [alert.level for alert in line.queue()] == [Level.MEDIUM]
    with line.state.read() as tx:
        (row,) = tx.queue.storms(SYSTEM)
        assert row.alerts == 5_000
        assert sum(tx.queue.lanes(SYSTEM).values()) == tx.queue.count(AlertFilter(), SYSTEM) == 5_001
