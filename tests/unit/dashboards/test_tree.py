"""Process trees: parents to the root, children two levels, reused pids, and what nobody recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from dashboards.access.viewer import Viewer
from dashboards.alerts.processes import Host
from dashboards.alerts.tree import NODES, Missing, Tree, tree_of
from dashboards.services import Services
from soc.access import SYSTEM, Right
from soc.alert import Actor
from soc.clock import ManualClock
from soc.event import Event, encode
from soc.state.store import State
from soc.store import Cursor
from soc.store.memory import MemoryStore
from soc.unit import UnitTree
from tests.builders import NOON, an_event

SECOND = timedelta(seconds=1)
SERVICES = Services(cast(State, None), UnitTree([]), ManualClock(NOON))
"""Without a state: trees ask the event store alone."""

VIEWER = Viewer("an", "An", (), {Right.READ_EVENTS: SYSTEM}, UnitTree([]), NOON.date(), Actor("an"))


def started(pid: int, parent: int | None, after: float, name: str = "", *, guids: bool = False, **more: Any) -> Event:
    """A process start on ws-1, `after` seconds after noon."""
    event = an_event(NOON + after * SECOND, host_name="ws-1", user_name="an")
    event |= {"event.category": ["process"], "event.type": ["start"], "process.pid": pid}
    event |= {"process.executable": name or f"p{pid}.exe", "event.id": f"{pid}-{after}"}
    if parent is not None:
        event["process.parent.pid"] = parent
    if guids:
        event["process.entity_id"] = f"g{pid}"
        event["process.parent.entity_id"] = f"g{parent}"
    return event | more


def a_tree(events: Iterable[Event], chosen: Event, **more: Any) -> Tree:
    store = MemoryStore()
    store.append([encode(event) for event in events], Cursor("event", -1, 0))
    return tree_of(replace(SERVICES, events=store), VIEWER, [chosen], **more)


def told(tree: Tree) -> list[tuple[int, str, str]]:
    return [(twig.level, twig.process.name, twig.missing or ("*" if twig.matched else "")) for twig in tree.twigs]


def test_parents_to_the_root_and_two_levels_of_children() -> None:
    events = [started(4, None, -900, "System"), started(8, 4, -800), started(12, 8, 0), started(16, 12, 5)]
    events += [started(20, 16, 6), started(24, 20, 7)]
    tree = a_tree(events, events[2])
    assert told(tree) == [
        (0, "System", ""),
        (1, "p8.exe", ""),
        (2, "p12.exe", "*"),
        (3, "p16.exe", ""),
        (4, "p20.exe", ""),
    ]


def test_a_reused_pid_is_told_apart_by_time() -> None:
    events = [started(8, 4, -800, "old.exe"), started(8, 4, -100, "new.exe"), started(12, 8, 0), started(8, 4, 50)]
    events += [started(16, 12, 60), started(12, 8, 70, "other.exe"), started(20, 12, 80)]
    tree = a_tree(events, events[2])
    names = [name for _, name, _ in told(tree)]
    assert "new.exe" in names
    assert "old.exe" not in names
    assert "p16.exe" in names
    assert "p20.exe" not in names


def test_a_process_that_has_ended_is_nobodys_parent() -> None:
    end = started(8, None, -50) | {"event.type": ["end"], "event.id": "end"}
    tree = a_tree([started(8, 4, -800), end, child := started(12, 8, 0)], child)
    assert told(tree) == [(0, "", Missing.LOG), (1, "p12.exe", "*")]


def test_entity_ids_win_over_pids() -> None:
    events = [started(8, 4, -800, "right.exe", guids=True), started(8, 4, -100, "wrong.exe")]
    chosen = started(12, 8, 0, guids=True)
    tree = a_tree([*events, chosen], chosen)
    assert "right.exe" in [name for _, name, _ in told(tree)]


def test_a_parent_without_a_start_says_that_the_log_lacks_it_and_keeps_its_name() -> None:
    chosen = started(12, 8, 0) | {"process.parent.executable": "winword.exe"}
    tree = a_tree([chosen], chosen)
    assert told(tree) == [(0, "winword.exe", Missing.LOG), (1, "p12.exe", "*")]


def test_a_source_that_names_no_parent_is_said_so() -> None:
    chosen = started(12, None, 0)
    assert told(a_tree([chosen], chosen)) == [(0, "", Missing.SOURCE), (1, "p12.exe", "*")]


def test_a_parent_of_days_before_is_looked_for() -> None:
    chosen = started(12, 8, 0)
    tree = a_tree([started(8, 4, -200_000, "services.exe"), chosen], chosen)
    assert (1, "services.exe", "") in told(tree)


def test_at_most_two_hundred_processes_are_shown_and_the_rest_is_counted() -> None:
    chosen = started(12, 8, 0)
    tree = a_tree([chosen, *(started(1_000 + n, 12, 1 + n / 10) for n in range(400))], chosen)
    assert len(tree.twigs) == NODES + 1
    assert tree.twigs[-1].missing is Missing.MORE
    assert tree.twigs[-1].hidden == 402 - NODES


def test_an_event_that_is_no_start_finds_the_process_behind_it() -> None:
    network = an_event(NOON, host_name="ws-1") | {"process.pid": 12, "event.category": ["network"], "event.id": "n"}
    tree = a_tree([started(12, 8, -60), network], network)
    assert (1, "p12.exe", "*") in told(tree)


def test_a_source_without_process_starts_says_that_it_records_no_children() -> None:
    line = an_event(NOON, host_name="ws-1") | {"process.pid": 77, "process.name": "sshd", "event.id": "s"}
    tree = a_tree([line], line)
    assert told(tree) == [(0, "", Missing.SOURCE), (1, "sshd", "*"), (2, "", Missing.SOURCE)] or told(tree)[-1][2]


def test_without_a_store_the_event_alone_is_shown() -> None:
    tree = tree_of(SERVICES, VIEWER, [started(12, 8, 0)])
    assert not tree.asked
    assert tree.twigs[-1].matched


def test_an_alert_without_processes_has_no_tree() -> None:
    assert tree_of(SERVICES, VIEWER, [an_event()]) == Tree()


def test_the_chosen_event_wins() -> None:
    events = [started(12, 8, 0), started(16, 8, 1)]
    store = MemoryStore()
    store.append([encode(event) for event in events], Cursor("event", -1, 0))
    tree = tree_of(replace(SERVICES, events=store), VIEWER, events, event_id="16-1")
    assert [twig.process.pid for twig in tree.twigs if twig.matched] == [16]


def test_a_machine_knows_nothing_of_a_pid_before_its_time() -> None:
    machine = Host.of([started(12, 8, 0)])
    assert machine.find(12, "", NOON - timedelta(days=1)) is None
    assert machine.find(None, "", NOON) is None
    assert machine.find(12, "", datetime.max.replace(tzinfo=NOON.tzinfo)) is not None
