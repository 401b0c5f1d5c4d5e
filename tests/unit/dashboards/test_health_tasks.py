"""Each thing that is wrong says what to do about it, worst first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dashboards.health.balance import Balance, Hour
from dashboards.health.service import BeatLine, Disk, HealthView
from dashboards.health.tasks import Task, tasks
from dashboards.shell.formats import duration
from soc.rhythm import Rhythm
from soc.state.source_table import Source
from soc.store import StoreHealth
from soc.watch import NO_RHYTHM, Standing, Watched
from tests.builders import NOON

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
QUIET_HOUR = Hour(NOON, 0, 0, 0, 0, 0, ())
BEAT = BeatLine("detect", "Detect", NOON, (), 0, "ok", 0.1, 0, "")
BACKUP = "The age of the last backup is not known"


def english(text: str, **values: Any) -> str:
    return text % values if values else text


def told(**changes: Any) -> list[Task]:
    """Of a healthy system but for `changes`, without the word on the backup."""
    view = HealthView(
        now=NOON,
        since=NOON - DAY,
        hour=NOON,
        hours=(NOON,),
        balances=(),
        beats=(BEAT,),
        silent=(),
        busy=False,
        evaluated=NOON,
        store=None,
        disk=None,
        known=None,
    )
    found = tasks(replace(view, **changes), english, lambda length: duration(length, english))
    return [task for task in found if task.title != BACKUP]


def books(hour: Hour) -> Balance:
    return Balance("fw", "Tường lửa", "", (QUIET_HOUR, hour), hour, "ok", "", ())


def silent(rhythm: Rhythm = NO_RHYTHM) -> Watched:
    source = Source("fw", "Tường lửa", NOON)
    return Watched(source, None, rhythm, Standing.SILENT, DAY, DAY, timedelta(hours=5))


def test_a_healthy_system_lacks_a_backup_and_nothing_else() -> None:
    assert told() == []


def test_what_is_missing_is_an_order_and_what_is_on_its_way_is_not() -> None:
    lacks = books(replace(QUIET_HOUR, received=9, stored=2, missing=7))
    (task,) = told(balances=(lacks,))
    assert (task.mark, task.title, task.href) == ("failed", "Tường lửa lacks 7 records since 12:00", "/sources/fw")
    assert told(balances=(lacks,), busy=True) == []


def test_what_was_dropped_says_why() -> None:
    (task,) = told(balances=(books(replace(QUIET_HOUR, received=9, dropped=9, reasons=(("queue_full", 9),))),))
    assert (task.mark, task.title) == ("late", "Tường lửa dropped 9 records: queue_full")


@pytest.mark.parametrize(
    ("beat", "mark", "title"),
    [
        ({"at": NOON - 31 * SECOND}, "failed", "has not been heard since"),
        ({"failure": "disk full"}, "failed", "Detect: disk full"),
        ({"lag": 11.0}, "late", "Detect is 11.0 s late, more than 10 s"),
    ],
)
def test_a_loop_that_is_quiet_fails_or_is_slow_is_named(beat: dict[str, Any], mark: str, title: str) -> None:
    (task,) = told(beats=(replace(BEAT, **beat),))
    assert task.mark == mark
    assert title in task.title


def test_no_loop_at_all_is_not_known() -> None:
    (task,) = told(beats=())
    assert (task.mark, task.act) == ("unknown", "Start the system: socctl up.")


@pytest.mark.parametrize(
    ("disk", "found"),
    [
        (Disk(4, 100, None), [("failed", "The disk is nearly full: 4 % free")]),
        (Disk(60, 100, 10.0), [("late", "The disk is full in 6 days at this pace")]),
        (Disk(60, 100, 1.0), []),
        (Disk(60, 100, None), []),
    ],
)
def test_a_full_disk_is_told_before_it_is_full(disk: Disk, found: list[tuple[str, str]]) -> None:
    assert [(task.mark, task.title) for task in told(disk=disk)] == found


def test_a_damaged_store_says_how_to_mend_it() -> None:
    store = StoreHealth(1, 1, 1, None, None, problems=("SOC-1514: event file a is missing",))
    (task,) = told(store=store)
    assert (task.mark, task.title) == ("failed", "SOC-1514: event file a is missing")
    assert "backup" in task.act
    assert told(store=replace(store, problems=())) == []


def test_silent_sources_are_named_with_the_rules_that_are_blind_for_it() -> None:
    blind = (("rule", "unit", "Title"), ("rule", "other", "Title"))
    (task,) = told(silent=(silent(), silent()), blind=blind)
    assert (task.mark, task.title, task.href) == (
        "late",
        "2 sources are silent, 1 rules blind",
        "/sources?state=silent",
    )
    assert "Tường lửa (5 h 00)" in task.act


@pytest.mark.parametrize(("due", "found"), [(None, 0), (NOON + DAY, 0), (NOON - 5 * DAY, 1)])
def test_an_overdue_review_of_access_is_red(due: datetime | None, found: int) -> None:
    some = told(review_due=due)
    assert len(some) == found
    if some:
        assert (some[0].mark, some[0].href) == ("failed", "/admin/review")
        assert "5 days overdue" in some[0].title


def test_the_worst_stands_first() -> None:
    found = told(silent=(silent(),), beats=(), review_due=NOON - DAY)
    assert [task.mark for task in found] == ["failed", "late", "unknown"]
