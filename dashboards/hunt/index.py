"""Fields and values for completion: from a sample of the newest events, kept per process and renewed behind the
scenes. A completion never asks the store."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from soc.access import SYSTEM, Eyes, Scope
from soc.errors import StoreError
from soc.event import Event
from soc.masking import mask_event
from soc.query import Query
from soc.query.values import scalars, text_of
from soc.store import EventStore

log = structlog.get_logger(__name__)

SAMPLE = 10_000
REACH = timedelta(days=7)
RENEW = timedelta(minutes=5)
FIELDS_MOST, VALUES_MOST, VALUE_CHARACTERS = 600, 200, 120
UNITED = frozenset({"event.id", "event.original", "message", "@timestamp", "event.ingested", "event.created"})
"""Hardly ever the same twice: of no use as a proposal."""

EVERYTHING = Eyes(None)

Values = Mapping[str, Mapping[str, Counter[str]]]


@dataclass(frozen=True, slots=True)
class Sample:
    """unit -> field -> value -> how often. Kept by unit, so that nobody is offered what he may not see; `masked`: the
    same for those from whom people's names are hidden."""

    at: datetime | None = None
    values: Values = field(default_factory=dict)
    masked: Values = field(default_factory=dict)
    fields: Mapping[str, Counter[str]] = field(default_factory=dict)

    def top(self, name: str, scope: Scope) -> Counter[str]:
        """The field's values in these units."""
        eyes = scope.eyes or EVERYTHING
        seen = (
            (self.values if eyes.see_names(unit) else self.masked)[unit] for unit in self.values if scope.sees(unit)
        )
        return sum((found.get(name, Counter()) for found in seen), Counter())

    def names(self, scope: Scope) -> Counter[str]:
        """The fields that events of these units carry."""
        return sum((found for unit, found in self.fields.items() if scope.sees(unit)), Counter())


class ValueIndex:
    """Answers with what it has; when that is old, somebody's question starts one renewal in a thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sample = Sample()
        self._thread: threading.Thread | None = None

    def sample(self, store: EventStore | None, now: datetime) -> Sample:
        with self._lock:
            old = self._sample.at is None or now - self._sample.at >= RENEW
            if store is not None and old and self._thread is None:
                self._thread = threading.Thread(target=self._renew, args=(store, now), daemon=True)
                self._thread.start()
            return self._sample

    def wait(self) -> None:
        """Until a renewal that runs has ended."""
        if (thread := self._thread) is not None:
            thread.join()

    def _renew(self, store: EventStore, now: datetime) -> None:
        made = Sample(at=now)
        try:
            page = store.search(Query(None, now - REACH, now, SYSTEM), limit=SAMPLE)
            made = sampled(page.events, now)
        except StoreError as error:
            log.warning("no sample of values for completion", code=error.code, detail=error.message)
        with self._lock:
            self._sample, self._thread = made, None


def sampled(events: Iterable[Event], now: datetime) -> Sample:
    """Bounded in every direction. Secrets are in neither form."""
    values, masked, fields = _Counts(), _Counts(), defaultdict[str, Counter[str]](Counter)
    for event in events:
        unit = str(event.get("unit.id", ""))
        fields[unit].update(event.keys())
        values.add(unit, mask_event(event, personal=False))
        masked.add(unit, mask_event(event, personal=True))
    named = {unit: Counter(dict(n.most_common(FIELDS_MOST))) for unit, n in fields.items()}
    return Sample(now, values.kept(), masked.kept(), named)


class _Counts:
    """unit -> field -> value -> how often."""

    def __init__(self) -> None:
        self._values: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))

    def add(self, unit: str, event: Event) -> None:
        found = self._values[unit]
        for name in event.keys() - UNITED:
            if len(found) < FIELDS_MOST or name in found:
                texts = (text_of(value) for value in scalars(event, name)[:5])
                found[name].update(text for text in texts if 0 < len(text) <= VALUE_CHARACTERS)

    def kept(self) -> Values:
        return {
            unit: {name: Counter(dict(counts.most_common(VALUES_MOST))) for name, counts in found.items()}
            for unit, found in self._values.items()
        }
