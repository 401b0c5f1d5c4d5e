"""From samples to events: raw lines through the normaliser that is handed in, timelines laid out in event time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from correlator.samples import Sample, SampleFile, Step
from soc.errors import Fault, RuleError
from soc.event import Event, event_id, timestamp

Normalise = Callable[[str, Sequence[str]], list[Event]]
"""(source name, raw lines) -> events; the real chain, wired in socctl because correlator knows no collectors."""

START = datetime(2026, 11, 24, tzinfo=UTC)
"""Zero of every timeline."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event and when it reaches the correlator."""

    received: datetime
    event: Event


class SampleEvents:
    """Makes the events of samples. `files`: sample files by the name of their rule, for `use`."""

    def __init__(self, files: Mapping[str, SampleFile], normalise: Normalise) -> None:
        self._files = files
        self._normalise = normalise
        self._made: dict[tuple[str, tuple[str, ...]], list[Event]] = {}

    def of(self, file: SampleFile, sample: Sample) -> list[Arrival]:
        """The events of a sample in the order in which they arrive."""
        arrivals = [arrival for step in sample.steps for arrival in self._of_step(file, sample, step)]
        return sorted(arrivals, key=lambda arrival: arrival.received)

    def _of_step(self, file: SampleFile, sample: Sample, step: Step) -> Iterator[Arrival]:
        events = self._material(file, sample, step)
        if not sample.timeline:
            yield from (Arrival(START, event) for event in events)
            return
        for number in range(step.repeat):
            at = START + step.at + number * step.every
            for item, event in enumerate(events):
                yield Arrival(at + step.late, _placed(event, at, step.vary or {}, number + 1, item))

    def _material(self, file: SampleFile, sample: Sample, step: Step) -> list[Event]:
        if step.use:
            return self._used(file, sample, step.use)
        if step.lines:
            key = (step.source, step.lines)
            if key not in self._made:
                self._made[key] = self._normalise(step.source, step.lines)
            return [dict(event) for event in self._made[key]]
        flat = dict(step.event if step.event is not None else step.fields or {})
        flat.setdefault("@timestamp", timestamp(START))
        flat.setdefault("event.id", event_id(START, file.rule, repr(sorted(flat.items())).encode()))
        return [flat]

    def _used(self, file: SampleFile, sample: Sample, use: str) -> list[Event]:
        rule, _, name = use.partition("/")
        other = self._files.get(rule)
        found = other.named(name) if other is not None else None
        if other is None or found is None:
            text = f"use: '{use}' names no sample - write it as name of the rule, slash, name of its sample"
            raise RuleError([Fault(file.path, sample.line, "SOC-1193", text)])
        return [arrival.event for arrival in self.of(other, replace(found, timeline=False))]


def _placed(event: Event, at: datetime, vary: Mapping[str, Any], number: int, item: int) -> Event:
    """The event moved to a moment, with its own fields and an id of its own."""
    placed = dict(event)
    for name, value in vary.items():
        placed[name] = value.replace("{n}", str(number)) if isinstance(value, str) else value
    placed["@timestamp"] = timestamp(at)
    identity = repr(sorted((key, str(value)) for key, value in placed.items() if key != "event.id")).encode()
    placed["event.id"] = event_id(at, "sample", identity, str(number), item)
    return placed
