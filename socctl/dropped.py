"""The worker of one dropped file: `python -m socctl.dropped ID` (security.md 9).

The part that looks inside the file runs in a process of its own with hard limits; waiting for the rules does not.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from soc.access import SYSTEM
from soc.journal import EVENTS, Batch, Lane, Log
from soc.role import RoleName
from soc.state.drops import Drop
from soc.state.store import State
from soc.state.tables.figures import DropState
from socctl import wiring
from socctl.importing import Became, Result
from socctl.wiring import Site

READ = "--read"
POLL_SECONDS, SAY_SECONDS, STALLED_SECONDS = 0.1, 1.0, 120.0


def main() -> int:
    """0 when the file has come to its end, good or bad."""
    place = wiring.site()
    opened = wiring.state(place)
    try:
        with opened.read() as tx:
            drop = tx.drops.get(sys.argv[1], SYSTEM)
        if READ in sys.argv:
            return read(place, opened, drop)
        return work(place, opened, drop)
    finally:
        opened.close()


def work(place: Site, opened: State, drop: Drop) -> int:
    """Lets the file be read, waits until its events are judged, and ties its alerts to it."""
    events = wiring.event_log(place, read_only=True)
    before = events.end()
    done = subprocess.run([sys.executable, "-m", "socctl.dropped", drop.id, READ], check=False)
    if done.returncode:
        return done.returncode
    with opened.read() as tx:
        drop = tx.drops.get(drop.id, SYSTEM)
    judged = wait(place, opened, lambda left: _judging(opened, drop, left))
    gave = given(events, drop, after=before)
    events.close()
    with opened.write() as tx:
        found = tx.drops.link(drop)
        fine = judged and (gave.events > 0 or found > 0)
        if gave.events:
            tx.drops.gave(drop.id, gave.events)
        if gave.errors:
            tx.drops.noted(
                drop.id,
                (*drop.problems, (drop.name, f"SOC-1848: {gave.errors} × event.kind:pipeline_error")),
            )
        tx.drops.end(drop.id, DropState.DONE if fine else DropState.FAILED, at=place.clock.now())
    return 0


def read(place: Site, opened: State, drop: Drop) -> int:
    """Into the raw log, under limits. What could not be read is noted by name."""
    from soc.confine import confine
    from socctl.importing import Importer, Wanted

    confine()
    path, seen = place.data.uploads / drop.id, 0

    def advance(n: int) -> None:
        nonlocal seen
        seen += n
        with opened.write() as tx:
            tx.drops.reading(drop.id, read=min(seen, drop.bytes))

    importer = Importer(place, opened, Wanted(source=drop.source, unit=drop.unit), advance=advance)
    importer.run([path])
    bad = [one for one in importer.results if one.state is not Became.IMPORTED]
    records = sum(one.records for one in importer.results)
    kind = importer.results[0].kind if len(importer.results) == 1 else drop.kind
    with opened.write() as tx:
        tx.drops.reading(drop.id, read=drop.bytes, records=records, kind=kind)
        named = ((one.name.replace(str(path), drop.name), _why(one).replace(str(path), drop.name)) for one in bad)
        tx.drops.noted(drop.id, named)
    return 0


def _why(result: Result) -> str:
    """Always with a code in front, which the page explains in the reader's language."""
    code = {Became.EMPTY: "SOC-1846: ", Became.KNOWN: "SOC-1847: "}.get(result.state, "")
    return code + result.note


def wait(place: Site, opened: State, say: Callable[[int], None]) -> bool:
    """Until everything that was imported so far is stored and judged; False when nothing moves any more.
    The live traffic that goes on beside it is not waited for."""
    raw, events = wiring.raw_log(place, Lane.IMPORT, read_only=True), wiring.event_log(place, read_only=True)
    store = wiring.event_store(place, read_only=True)
    try:
        last, target = raw.end(), -1
        moved, least, told = time.monotonic(), 1 << 62, 0.0
        while True:
            left = last - events.origins().get(Lane.IMPORT.value, -1)
            if left <= 0 and target < 0:
                target = events.end()
            if left <= 0:
                with opened.read() as tx:
                    judged = tx.positions.get(RoleName.DETECT, EVENTS)
                left = max(0, target - min(judged, store.cursor(EVENTS)))
                if not left:
                    return True
            now = time.monotonic()
            if left != least:
                least, moved = left, now
            if now - moved > STALLED_SECONDS:
                return False
            if now - told > SAY_SECONDS:
                told = now
                say(left)
            time.sleep(POLL_SECONDS)
    finally:
        for each in (raw, events, store):
            each.close()


@dataclass(frozen=True, slots=True)
class Gave:
    """Events of a file; `errors` of them are records that nobody understood."""

    events: int = 0
    errors: int = 0


def given(events: Log, drop: Drop, *, after: int) -> Gave:
    """What came into the event log from this file since; found in the bytes, which costs no decoding."""
    mine, bad = f'"soc.source.id":"{drop.source}"'.encode(), b'"event.kind":"pipeline_error"'
    found = errors = 0
    for batch in events.read(after, max_records=10**9):
        if not isinstance(batch, Batch) or batch.origin is None or batch.origin.lane != Lane.IMPORT:
            continue
        own = [line for line in batch.records if mine in line]
        found += len(own)
        errors += sum(bad in line for line in own)
    return Gave(found, errors)


def _judging(opened: State, drop: Drop, left: int) -> None:
    with opened.write() as tx:
        tx.drops.judging(drop.id, waiting=left)


if __name__ == "__main__":
    sys.exit(main())
