"""Samples of a mapping: real lines (`NAME.log`) with the partial events that they must give (`NAME.json`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from collectors.codecs.text import text_of
from collectors.mapping.document import NO_SAMPLES
from collectors.mapping.mapping import MappingParser
from collectors.parser import Context
from soc.errors import Fault, ParseError
from soc.event import Event, timestamp

LEAST = 10
CONTEXT = Context(datetime(2026, 11, 22, 4, 0, tzinfo=UTC))
"""Samples are read as if they came at 11:00 of 22 November 2026 in the province."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One line, and its golden event (None: not written yet)."""

    place: str
    line: str
    golden: Event | None


def read(folder: Path) -> list[Sample]:
    """All samples of a folder, in order of file and line."""
    samples: list[Sample] = []
    for path in sorted(folder.glob("*.log")):
        lines = [text_of(line) for line in path.read_bytes().split(b"\n") if line.strip()]
        golden = path.with_suffix(".json")
        events = orjson.loads(golden.read_bytes()) if golden.exists() else []
        for number, line in enumerate(lines):
            event = events[number] if number < len(events) else None
            samples.append(Sample(f"{path.name}:{number + 1}", line, event))
    return samples


def canonical(parser: MappingParser, line: str, trace: set[int] | None = None) -> Event:
    """What golden files hold: the partial event, its time, and what was assumed or failed. The vendor's own keys
    are left out: they are the line again."""
    try:
        parsed = parser.read(line, CONTEXT, trace)
    except ParseError as error:
        return {"error": error.kind}
    vendor = f"{parser.plan.root}."
    event: Event = {name: value for name, value in sorted(parsed.event.items()) if not name.startswith(vendor)}
    event["@timestamp"] = timestamp(parsed.at) if parsed.at else None
    event["soc.time.status"] = parsed.time_status
    if parsed.quality:
        event["soc.quality"] = parsed.quality
    return event


def uncovered(parser: MappingParser, samples: list[Sample]) -> list[int]:
    """Lines of the mapping's cases that no sample reaches."""
    trace: set[int] = set()
    for sample in samples:
        canonical(parser, sample.line, trace)
    return sorted(set(parser.plan.branches) - trace)


def faults(parser: MappingParser, path: Path) -> list[Fault]:
    """What is missing in the samples of the mapping file at `path`."""
    folder = path.parent / (parser.plan.samples or f"samples/{parser.name}")
    samples = read(folder)
    found: list[tuple[int, str]] = []
    if len(samples) < LEAST:
        found.append((0, f"{len(samples)} samples in {folder.name}/ - at least {LEAST} lines of real shape are needed"))
    found += [(0, f"sample {sample.place} has no golden event") for sample in samples if sample.golden is None]
    found += [(line, "no sample reaches this case - add a line") for line in uncovered(parser, samples)]
    return [Fault(str(path), line, NO_SAMPLES, words) for line, words in found]


def write(parser: MappingParser, folder: Path) -> None:
    """Writes the golden files anew; the difference is to be read by a person."""
    for path in sorted(folder.glob("*.log")):
        events: list[Any] = [
            canonical(parser, text_of(line)) for line in path.read_bytes().split(b"\n") if line.strip()
        ]
        text = orjson.dumps(events, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        path.with_suffix(".json").write_bytes(text + b"\n")
