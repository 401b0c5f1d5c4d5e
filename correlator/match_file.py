"""`socctl rules match`: the engine alone. No normaliser, no routing; every rule against every event (DESIGN.md).

An event's time, for correlations, is its `@timestamp`, or the first of `TIMES` that it has; numbers are seconds.
A line `{"t": seconds, "event": {...}}` is an event of a timeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from correlator.compile import RuleSet
from correlator.language.documents import Document, Kind, State, read_documents
from correlator.language.placeholders import SiteValues
from correlator.link import Links, link
from correlator.open_table import OpenTable
from correlator.windows.base_hits import BaseHits
from correlator.windows.correlator import Correlator
from correlator.windows.items import EPOCH
from soc.errors import Fault, RuleError, SocError

TIMES = ("@timestamp", "timestamp", "time", "t", "ts", "UtcTime", "TimeCreated", "SystemTime", "EventTime", "date")


def match_rules(
    rules: bytes, events: Iterable[Mapping[str, Any]], *, path: str = "rules.yml", site: SiteValues | None = None
) -> list[Any]:
    """The indices (from 0) of the events that any rule of the file matches.

    Where the file holds correlations: objects `{"index", "at", "group"}` at which they raise an alert instead (`at` as
    the events write it), and indices only of rules that keep their own alerts by `generate`.
    Raises RuleError for a rule that must be refused.
    """
    links = load(rules, path, site or {})
    run = _Run(links)
    for index, line in enumerate(events):
        run.take(index, line)
    return run.found


def load(rules: bytes, path: str, site: SiteValues) -> Links:
    """All documents of the file, which must all be usable."""
    links = link(read_documents(rules, path, site, pack=path, everything=True))
    refused = [fault for document in links.documents for fault in document.faults]
    if refused:
        raise RuleError(refused)
    if not links.rules and not links.correlations:
        raise RuleError([Fault(path, 0, "SOC-1106", _nothing(links.documents))])
    return links


def _nothing(documents: Sequence[Document]) -> str:
    if any(document.kind is Kind.FILTER and document.state is State.LOADED for document in documents):
        return "only filters - add the rules that they are for"
    return "no rule in this file - a rule has a `detection`, a correlation a `correlation`"


def read_events(data: bytes, path: str) -> list[Mapping[str, Any]]:
    """The objects of NDJSON, or of one JSON array."""
    if data.lstrip()[:1] == b"[":
        events = _decoded(data, f"{path}:1")
        if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
            raise SocError(f"{path}: an array of events holds JSON objects", code="SOC-1191")
        return list(events)
    found: list[Mapping[str, Any]] = []
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            event = _decoded(line, f"{path}:{number}")
            if not isinstance(event, dict):
                raise SocError(f"{path}:{number}: an event is a JSON object", code="SOC-1191")
            found.append(event)
    return found


def _decoded(data: bytes, place: str) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise SocError(f"{place}: not JSON: {error}", code="SOC-1191") from None


class _Run:
    """One pass over the events."""

    def __init__(self, links: Links) -> None:
        self.found: list[Any] = []
        self._written: dict[datetime, Any] = {}
        self._links = links
        self._rules = RuleSet(links.rules, OpenTable(), filters=links.filters)
        self._hits = BaseHits(links.correlations)
        self._correlator = Correlator(links.correlations, filters=links.filters)
        self._alone = {rule.id for rule in links.rules}
        if links.correlations:
            kept = (each.members for each in links.correlations if each.correlation.generate)
            self._alone &= {member for members in kept for member in members} - links.muted.keys()

    def take(self, index: int, line: Mapping[str, Any]) -> None:
        event, at, written = timed(line, index)
        self._written.setdefault(at, written)
        matches = self._rules.evaluate(event)
        if any(match.rule.id in self._alone for match in matches):
            self.found.append(index)
        for match in matches:
            for hit in self._hits.of(match, event, str(index), at, ""):
                for episode in self._correlator.feed(hit):
                    if episode.is_new and episode.correlation.id not in self._links.muted:
                        alert = {"index": index, "at": self._written[episode.at], "group": dict(episode.group)}
                        self.found.append(alert)


def timed(line: Mapping[str, Any], index: int) -> tuple[Mapping[str, Any], datetime, Any]:
    """(event, its time, the time as written). Without any time the lines are a second apart."""
    inner = line.get("event")
    if isinstance(inner, dict) and "t" in line and len(line) == 2:
        return inner, _instant(line["t"]) or EPOCH, line["t"]
    for name in TIMES:
        found = _instant(line.get(name))
        if found is not None:
            return line, found, line[name]
    return line, EPOCH + timedelta(seconds=index), index


def _instant(value: Any) -> datetime | None:
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, (int, float)):
            return EPOCH + timedelta(seconds=value)
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return None
