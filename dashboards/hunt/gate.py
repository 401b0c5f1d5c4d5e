"""Places for running searches: two a person, four in all, twenty waiting; ingest never waits for a search."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass

from dashboards.errors import Refused

A_PERSON, IN_ALL, WAITING = 2, 4, 20


@dataclass(eq=False, slots=True)
class Ticket:
    """One search in the row."""

    account: str


class Gate:
    """First come, first served, but nobody waits for a person who has two running already."""

    def __init__(self, a_person: int = A_PERSON, in_all: int = IN_ALL, waiting: int = WAITING) -> None:
        self._a_person, self._in_all, self._most_waiting = a_person, in_all, waiting
        self._lock = threading.Lock()
        self._waiting: list[Ticket] = []
        self._running: list[Ticket] = []

    def join(self, account: str) -> Ticket:
        """A place in the row. Raises Refused (429) when the row is full."""
        ticket = Ticket(account)
        with self._lock:
            if len(self._waiting) >= self._most_waiting:
                raise Refused("many searches wait already - try again in a moment", code="SOC-1515", status=429)
            self._waiting.append(ticket)
            self._admit()
        return ticket

    def may_run(self, ticket: Ticket) -> bool:
        with self._lock:
            return ticket in self._running

    def leave(self, ticket: Ticket) -> None:
        """The search has ended, or gave up waiting."""
        with self._lock:
            for row in (self._waiting, self._running):
                if ticket in row:
                    row.remove(ticket)
            self._admit()

    @property
    def counts(self) -> tuple[int, int]:
        """Running and waiting."""
        with self._lock:
            return len(self._running), len(self._waiting)

    def _admit(self) -> None:
        for ticket in list(self._waiting):
            if len(self._running) >= self._in_all:
                return
            if Counter(one.account for one in self._running)[ticket.account] < self._a_person:
                self._waiting.remove(ticket)
                self._running.append(ticket)
