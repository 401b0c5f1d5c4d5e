"""The process tree of an alert: its process, the parents up to the root, and two levels of what it started."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from dashboards.access.viewer import Viewer
from dashboards.alerts.processes import MOST_ANCESTORS, Host, Process, names_process, process_of
from dashboards.services import Services
from soc.access import Right, Scope
from soc.event import Event, instant
from soc.query import Query
from soc.query.ast import And, Equals, Node, Or
from soc.store import EventStore

BEFORE, AFTER = timedelta(hours=2), timedelta(hours=2)
LONG_BEFORE, HURRIED_BEFORE = timedelta(days=7), timedelta(days=1)
STARTS = 2_000
NODES = 200
NOBODY = Process(None, "", "", "", "", None)
LEVELS = 2
LOOKUPS = 6
"""So many parents are looked for outside of the hours around; each costs one search."""
HURRY = 0.25
"""Seconds after which a page that people wait for looks for no further parent; the tree's own page does."""


class Missing(StrEnum):
    """Why a process that must have been is not shown with its own start."""

    LOG = "log"  # the source records starts, but this one lies before its log or in a gap
    TIME = "time"  # it was not looked for any more: that would have taken too long
    SOURCE = "source"  # the source does not record it
    MORE = "more"  # there are more than are shown


@dataclass(frozen=True, slots=True)
class Twig:
    """One line of the tree. `missing`: its start was not seen, or (`MORE`, `SOURCE`) it stands for others."""

    process: Process
    level: int
    matched: bool = False
    missing: Missing | None = None
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    """In the order of the page. Empty when no event of the alert names a process."""

    host: str = ""
    twigs: tuple[Twig, ...] = ()
    asked: bool = True

    @property
    def depth(self) -> int:
        return max((twig.level for twig in self.twigs), default=0)


def tree_of(
    services: Services,
    viewer: Viewer,
    events: Sequence[Mapping[str, Any]],
    *,
    event_id: str = "",
    seconds: float | None = None,
) -> Tree:
    """Of the chosen event, else of the first that names a process; `seconds`: for parents of days before."""
    able = [event for event in events if names_process(event) and host_of(event)]
    chosen = next((event for event in able if event.get("event.id") == event_id), able[0] if able else None)
    if chosen is None:
        return Tree()
    host, at = host_of(chosen), instant(str(chosen["@timestamp"]))
    if services.events is None:
        return Tree(
            host, _grown(process_of(chosen), Host.of([chosen]), at, lambda process, when: Missing.LOG), asked=False
        )
    scope = viewer.scope(Right.READ_EVENTS)
    known = _near(services.events, host, at, scope)
    known = known if any(event.get("event.id") == chosen.get("event.id") for event in known) else [*known, dict(chosen)]
    machine = Host.of(known)
    asker = _Asker(services.events, host, scope, seconds)
    return Tree(host, _grown(process_of(chosen), machine, at, asker.parent))


def host_of(event: Mapping[str, Any]) -> str:
    return str(event.get("host.name") or event.get("host.hostname") or "")


class _Asker:
    """Looks for a parent's start in the days before; a bounded number of times, and no longer than it may."""

    def __init__(self, store: EventStore, host: str, scope: Scope, seconds: float | None) -> None:
        self._store, self._host, self._scope = store, host, scope
        self._left = LOOKUPS
        self._span = LONG_BEFORE if seconds is None else HURRIED_BEFORE
        self._end = None if seconds is None else time.monotonic() + seconds

    def parent(self, of: Process, before: datetime) -> Process | Missing:
        parent = of.parent
        if parent.pid is None:
            return Missing.LOG
        if self._left <= 0 or (self._end is not None and time.monotonic() >= self._end):
            return Missing.TIME
        self._left -= 1
        tests = (*_lives(self._host), Equals("process.pid", parent.pid))
        query = Query(And(tests), before - self._span, before + timedelta(microseconds=1), self._scope)
        # Whoever had the pid last is the parent, or the parent's start is not there: one event tells.
        found = self._store.search(query, limit=1, newest_first=True).events
        return Host.of(found).find(parent.pid, parent.entity_id, before) or (
            Missing.LOG if self._end is None else Missing.TIME
        )


Ask = Callable[[Process, datetime], Process | Missing]
"""The start of a process's parent before a time, or why it is not known."""


def _grown(focus: Process, machine: Host, at: datetime, ask: Ask) -> tuple[Twig, ...]:
    """The chain from the root, the process itself, and what it started."""
    own = machine.find(focus.pid, focus.entity_id, at)
    start = own or focus
    chain = list(_ancestors(start, machine, at, ask))
    twigs = [replace(twig, level=level) for level, twig in enumerate(reversed(chain))]
    level = len(twigs)
    twigs.append(Twig(start, level, matched=True, missing=None if start.started else Missing.LOG))
    twigs += _below(start, machine, level + 1, LEVELS)
    if not machine.starts:
        twigs.append(Twig(NOBODY, level + 1, missing=Missing.SOURCE))
    if len(twigs) <= NODES:
        return tuple(twigs)
    return (*twigs[:NODES], Twig(NOBODY, level + 1, missing=Missing.MORE, hidden=len(twigs) - NODES))


def _ancestors(start: Process, machine: Host, at: datetime, ask: Ask) -> Iterator[Twig]:
    """Nearest first; ends at the root, or at the first parent whose start nobody saw."""
    child, seen = start, {start.event_id}
    for _ in range(MOST_ANCESTORS):
        when = child.started or at
        if not child.names_parent:
            if child.started is None or not _is_root(child):
                yield Twig(NOBODY, 0, missing=Missing.SOURCE)
            return
        parent = machine.find(child.parent_pid, child.parent_entity_id, when) or ask(child, when)
        if isinstance(parent, Missing) or parent.event_id in seen:
            yield Twig(child.parent, 0, missing=parent if isinstance(parent, Missing) else Missing.LOG)
            return
        seen.add(parent.event_id)
        yield Twig(parent, 0)
        child = parent


def _is_root(process: Process) -> bool:
    """The kernel's own: nothing started it."""
    return process.pid in (0, 1, 4)


def _below(of: Process, machine: Host, level: int, levels: int) -> Iterator[Twig]:
    for child in machine.children(of) if levels else ():
        yield Twig(child, level)
        yield from _below(child, machine, level + 1, levels - 1)


def _near(store: EventStore, host: str, at: datetime, scope: Scope) -> list[Event]:
    """Starts and ends of the machine's processes in the hours around."""
    query = Query(And(_lives(host)), at - BEFORE, at + AFTER, scope)
    earlier = store.search(replace(query, until=at), limit=STARTS, newest_first=True).events
    later = store.search(replace(query, since=at), limit=STARTS, newest_first=False).events
    return [*reversed(earlier), *later]


def _lives(host: str) -> tuple[Node, ...]:
    """Starts and ends: a process that has ended is nobody's parent."""
    either = Or((Equals("event.type", "start"), Equals("event.type", "end")))
    return _on(host), Equals("event.category", "process"), either


def _on(host: str) -> Node:
    return Equals("host.name", host)
