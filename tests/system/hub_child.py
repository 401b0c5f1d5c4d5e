"""A hub that takes one batch after the other and says which it has answered, until somebody kills it.

`python -m tests.system.hub_child DATA FIRST LAST`
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reports.kpi.hub import receive
from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.store import State
from tests.unit.reports.kpi.worlds import FINANCE, HEALTH, NOW, a_batch, a_correction, a_sender, a_world, an_item

ITEMS = 40


def batch(number: int) -> bytes:
    """Always the same for a number: new figures of two units, and the corrections of those of the batch before."""
    return a_batch(*_items(number), number=number)


def _items(number: int) -> Iterator[dict[str, Any]]:
    for index in range(ITEMS):
        if number and index % 4 == 0:
            yield a_correction(_item(number - 1, index), value=str(2_000 + index))
        yield _item(number, index)


def _item(number: int, index: int) -> dict[str, Any]:
    at = f"2026-11-{1 + number % 23:02d}T{number // 23 % 24:02d}:{index:02d}:00+07:00"
    unit = HEALTH if index % 2 else FINANCE
    return an_item("queue_now", str(1_000 + index), unit_id=unit, period={"type": "realtime", "at": at})


def main() -> None:
    folder, first, last = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    state = State.open(DataDir(folder), ManualClock(NOW))
    for number in range(first, last):
        receipt = receive(state, a_world(), batch(number), a_sender(), NOW)
        print(number, receipt.summary["accepted"], receipt.summary["rejected"], flush=True)


if __name__ == "__main__":
    main()
