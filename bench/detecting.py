"""All SigmaHQ rules on recorded Windows events, one core, as a ratio to the decode of the same lines."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench.figure import Figure, cpu, decode_seconds
from collectors.senders import OneSender
from correlator.compile import RuleSet
from correlator.pack import Pack
from soc.event import Event
from soc.logsource import load_table
from soc.raw import RawRecord, Transport
from soc.unit import UnitTree
from socctl import wiring

EVERY = 6
PROCESS = "process_creation"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def figures(rules: Path, folder: Path, *, most: int) -> list[Figure]:
    """Every sixth event of the corpus (at most `most`), and the process creations among them."""
    start = time.perf_counter()
    pack = Pack([rules])
    loading = time.perf_counter() - start
    ruleset = RuleSet(pack.rules, load_table(), filters=pack.filters)
    lines = list(islice(_lines(folder), most))
    events = _events(lines)
    created = [(line, event) for line, event in zip(lines, events, strict=True) if _is_process(event)]
    _evaluate(ruleset, events[:: max(len(events) // 200, 1)])  # compiles the programs of all routes
    mixed = cpu(lambda: _evaluate(ruleset, events))
    process = cpu(lambda: _evaluate(ruleset, [event for _, event in created]))
    return [
        Figure("read SigmaHQ rules", len(pack.documents), "rules", loading),
        Figure(
            "all rules on every 6th Windows event", len(events), "events", mixed, decode_seconds(lines), "bar: <= 50 x"
        ),
        Figure(
            "all rules on process creations",
            len(created),
            "events",
            process,
            decode_seconds([line for line, _ in created]),
            "bar: >= 150 /s",
        ),
    ]


def _evaluate(ruleset: RuleSet, events: Sequence[Event]) -> int:
    return sum(len(ruleset.evaluate(event)) for event in events)


def _is_process(event: Event) -> bool:
    return str(event.get("soc.route", "")).endswith(PROCESS)


def _events(lines: Sequence[bytes]) -> list[Event]:
    normaliser = wiring.normaliser(OneSender("bench", "windows"), UnitTree([]))
    found = []
    for number, line in enumerate(lines):
        record = RawRecord("bench", "bench", time.time_ns(), "", Transport.FILE, line, str(number), product="windows")
        found.append(normaliser.events(record, ingested=NOW)[0])
    return found


def _lines(folder: Path) -> Iterator[bytes]:
    """Every sixth line of every file, the files in order."""
    number = 0
    for path in sorted(each for each in folder.rglob("*.ndjson") if each.name != "manifest.ndjson"):
        with path.open("rb") as file:
            for line in file:
                number += 1
                if number % EVERY == 0 and line.strip():
                    yield line.strip()
