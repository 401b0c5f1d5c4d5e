"""What a role is: one loop of the pipeline that can be stepped.

A role gets its clock, randomness, files, sockets and stores from outside, so that whole lives of the chain
run simulated in one process, seeded, on a virtual clock, and can be killed between any two steps.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class RoleName(StrEnum):
    """The roles, in the order in which the supervisor starts them."""

    DETECT = "detect"
    KEEP = "keep"
    NORMALISE = "normalise"
    RECEIVE = "receive"
    WEB = "web"


class Role(Protocol):
    """One loop. `step` does one bounded piece of work and says when it wants to be called next:
    `now` itself when there is more to do, a later time when it is idle."""

    name: RoleName

    def step(self, now: datetime) -> datetime: ...

    def position(self) -> dict[str, int]:
        """Where the role stands, by lane; for its beat, the lag and the health page."""
        ...

    def close(self) -> None:
        """Let go of files and sockets; what was acknowledged is on disk already."""
        ...


class Chore(Protocol):
    """What a role does beside its loop now and then, such as dropping what may go from its log."""

    def run(self, now: datetime) -> object: ...
