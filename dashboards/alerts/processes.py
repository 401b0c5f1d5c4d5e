"""Processes from the events that start and end them: who started whom, with reused pids told apart by time.

Pure: events in, a tree out. A process is known by its entity id (Sysmon's GUID) or by its pid and its time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from soc.event import instant

MOST_ANCESTORS = 24


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `started` None: only told of by another event, its own start was not seen."""

    pid: int | None
    entity_id: str
    name: str
    command: str
    user: str
    started: datetime | None
    event_id: str = ""
    parent_pid: int | None = None
    parent_entity_id: str = ""
    parent_name: str = ""
    parent_command: str = ""

    @property
    def names_parent(self) -> bool:
        return bool(self.parent_pid is not None or self.parent_entity_id or self.parent_name)

    @property
    def parent(self) -> Process:
        """As much of the parent as the child tells."""
        return Process(self.parent_pid, self.parent_entity_id, self.parent_name, self.parent_command, "", None)


@dataclass(slots=True)
class Host:
    """All that is known of one machine's processes in a span of time."""

    starts: list[Process] = field(default_factory=list)
    _by_id: dict[str, Process] = field(default_factory=dict)
    _by_pid: dict[int, list[Process]] = field(default_factory=lambda: defaultdict(list))
    _ends: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, events: Iterable[Mapping[str, Any]]) -> Host:
        """From events in any order."""
        made = cls()
        for event in sorted(events, key=lambda event: str(event["@timestamp"])):
            made.add(event)
        return made

    def add(self, event: Mapping[str, Any]) -> None:
        """Later events after earlier ones."""
        if is_start(event):
            process = process_of(event)
            self.starts.append(process)
            if process.entity_id:
                self._by_id.setdefault(process.entity_id, process)
            if process.pid is not None:
                self._by_pid[process.pid].append(process)
        elif "end" in _texts(event, "event.type") and isinstance(pid := event.get("process.pid"), int):
            self._ends[pid].append(instant(str(event["@timestamp"])))

    def find(self, pid: int | None, entity_id: str, at: datetime) -> Process | None:
        """The process with that id; without one the last that had the pid and lived at that time."""
        if entity_id and entity_id in self._by_id:
            return self._by_id[entity_id]
        if pid is None:
            return None
        known = [process for process in self._by_pid.get(pid, []) if process.started and process.started <= at]
        # Another process of the same pid has another entity id: then it is none of ours.
        fitting = [one for one in known if not (entity_id and one.entity_id)]
        if not fitting or fitting[-1].started is None or self._ended(pid, fitting[-1].started, at):
            return None
        return fitting[-1]

    def children(self, of: Process) -> list[Process]:
        """What it started, oldest first."""
        return [child for child in self.starts if child is not of and self._is_parent(of, child)]

    def _is_parent(self, of: Process, child: Process) -> bool:
        if child.parent_entity_id and of.entity_id:
            return child.parent_entity_id == of.entity_id
        if of.pid is None or child.parent_pid != of.pid or child.started is None:
            return False
        if of.started is None:
            return child.parent_name.casefold() == of.name.casefold() if child.parent_name and of.name else True
        return of.started <= child.started and self.find(of.pid, "", child.started) is of

    def _ended(self, pid: int, started: datetime, at: datetime) -> bool:
        ends = self._ends.get(pid, [])
        place = bisect_right(ends, started)
        return place < len(ends) and ends[place] < at


def process_of(event: Mapping[str, Any]) -> Process:
    """The process that an event is about."""
    executable = str(event.get("process.executable") or event.get("process.name") or "")
    return Process(
        pid=_number(event, "process.pid"),
        entity_id=str(event.get("process.entity_id") or ""),
        name=executable,
        command=str(event.get("process.command_line") or ""),
        user=str(event.get("user.name") or ""),
        started=instant(str(event["@timestamp"])) if is_start(event) else None,
        event_id=str(event.get("event.id") or ""),
        parent_pid=_number(event, "process.parent.pid"),
        parent_entity_id=str(event.get("process.parent.entity_id") or ""),
        parent_name=str(event.get("process.parent.executable") or event.get("process.parent.name") or ""),
        parent_command=str(event.get("process.parent.command_line") or ""),
    )


def is_start(event: Mapping[str, Any]) -> bool:
    """A process began: Sysmon 1, Windows 4688, `execve` of auditd."""
    return "process" in _texts(event, "event.category") and "start" in _texts(event, "event.type")


def names_process(event: Mapping[str, Any]) -> bool:
    """Whether an event is about a process that can be looked up."""
    return bool(_number(event, "process.pid") is not None or event.get("process.entity_id"))


def _number(event: Mapping[str, Any], name: str) -> int | None:
    value = event.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(event: Mapping[str, Any], name: str) -> Iterator[str]:
    value = event.get(name)
    return iter(value if isinstance(value, list) else [value] if isinstance(value, str) else [])
