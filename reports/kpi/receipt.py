"""What the hub answers to a batch: counts, and every fault of every item that was not plainly accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reports.kpi.faults import NEVER_STORED, ItemFault, Result
from soc.state.receipts import StoredReceipt


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What became of one item."""

    index: int
    result: Result
    faults: tuple[ItemFault, ...] = ()

    @property
    def retry(self) -> bool:
        """Whether sending it again, as it is, may be accepted."""
        errors = [fault for fault in self.faults if fault.code.startswith("KPI-E-")]
        return bool(errors) and all(fault.retry for fault in errors)

    @property
    def body(self) -> dict[str, Any]:
        faults = [fault.body for fault in _tellable(self.faults)]
        return {"index": self.index, "result": str(self.result), "retry": self.retry, "faults": faults}


@dataclass(frozen=True, slots=True)
class Receipt:
    """`again`: the batch was received before, and this is the first answer."""

    batch_id: str
    received_at: datetime
    summary: Mapping[str, int]
    items: Sequence[Mapping[str, Any]]
    unknown: Sequence[str] = ()
    dry_run: bool = False
    again: bool = False

    def body(self, *, every: bool = False) -> dict[str, Any]:
        """As it is sent. `every`: plainly accepted items too."""
        items = list(self.items)
        if every:
            told = {item["index"] for item in items}
            total = sum(self.summary.values())
            plain: dict[str, Any] = {"result": str(Result.ACCEPTED), "retry": False, "faults": []}
            items += [{"index": index, **plain} for index in range(total) if index not in told]
            items.sort(key=lambda item: int(item["index"]))
        more: dict[str, Any] = {"unknown_fields": list(self.unknown)} if self.unknown else {}
        if self.dry_run:
            more["dry_run"] = True
        said = {"batch_id": self.batch_id, "received_at": self.received_at.isoformat(), "summary": dict(self.summary)}
        return said | {"items": items} | more


def receipt_of(batch_id: str, at: datetime, outcomes: Iterable[ItemOutcome], unknown: Sequence[str]) -> Receipt:
    """Counts every item once; keeps those that have anything to say."""
    outcomes = list(outcomes)
    counts = Counter(outcome.result for outcome in outcomes)
    summary = {str(result): counts[result] for result in Result}
    told = [outcome.body for outcome in outcomes if outcome.faults or outcome.result is not Result.ACCEPTED]
    return Receipt(batch_id, at, summary, told, unknown)


def receipt_from(stored: StoredReceipt) -> Receipt:
    """The first answer again."""
    return Receipt(stored.batch_id, stored.at, stored.summary, stored.items, stored.unknown, again=True)


def _tellable(faults: tuple[ItemFault, ...]) -> tuple[ItemFault, ...]:
    """Of an item that must not be kept, no fault may quote anything of it."""
    secret = tuple(fault for fault in faults if fault.code in NEVER_STORED)
    return secret if any(not fault.pointer.endswith("/sensitivity") for fault in secret) else faults
