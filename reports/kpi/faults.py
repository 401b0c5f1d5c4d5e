"""What is said of an item: codes, what they do to it, and the sentences of both languages (ioc-hub.md 4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reports.wording import Text


class Result(StrEnum):
    """What becomes of an item; the worst of its faults decides."""

    ACCEPTED = "accepted"
    WARNED = "accepted_with_warnings"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


QUARANTINE = frozenset({"KPI-W-JUMP", "KPI-W-CUMULATIVE-DECREASE", "KPI-W-TWO-SOURCES"})
NEVER_STORED = frozenset({"KPI-E-SENSITIVITY", "KPI-E-SECRET-MARK"})
"""Not even the fault repeats what was sent."""


@dataclass(frozen=True, slots=True)
class ItemFault:
    """One fault. `pointer`: JSON pointer within the batch. `retry`: sending the same again may be accepted."""

    code: str
    pointer: str
    text: Text
    retry: bool = False

    @property
    def body(self) -> dict[str, Any]:
        return {"code": self.code, "pointer": self.pointer, "message_vi": self.text.vi, "message_en": self.text.en}


def result_of(faults: Iterable[ItemFault]) -> Result:
    """Of all the faults of an item that is not a duplicate."""
    codes = {fault.code for fault in faults}
    if any(code.startswith("KPI-E-") for code in codes):
        return Result.REJECTED
    if codes & QUARANTINE:
        return Result.QUARANTINED
    return Result.WARNED if any(code.startswith("KPI-W-") for code in codes) else Result.ACCEPTED
