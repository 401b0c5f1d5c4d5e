"""`socctl rules match`: the engine alone. No normaliser, no routing; every rule against every event (DESIGN.md).

How events are read and what their time is: `event_file.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from correlator.compile import Match, RuleSet
from correlator.event_file import timed
from correlator.language.documents import Document, Kind, State, read_documents
from correlator.language.placeholders import SiteValues
from correlator.language.values import text_of
from correlator.link import Links, link
from correlator.open_table import OpenTable
from correlator.windows.base_hits import BaseHits
from correlator.windows.chain import field_of
from correlator.windows.correlator import Correlator, Episode
from correlator.windows.items import EPOCH, folded_key
from soc.errors import Fault, RuleError
from soc.hit import BaseHit


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


class _Run:
    """One pass over the events."""

    def __init__(self, links: Links) -> None:
        self.found: list[Any] = []
        self._written: dict[datetime, Any] = {}
        self._links = links
        self._rules = RuleSet(links.rules, OpenTable(), filters=links.filters)
        self._hits = BaseHits(links.correlations)
        self._correlator = Correlator(links.correlations, filters=links.filters)
        self._spelled: dict[tuple[str, str], Any] = {}
        self._before: tuple[datetime, Any] | None = None
        self._alone = {rule.id for rule in links.rules}
        if links.correlations:
            kept = (each.members for each in links.correlations if each.correlation.generate)
            self._alone &= {member for members in kept for member in members} - links.muted.keys()

    def take(self, index: int, line: Mapping[str, Any]) -> None:
        event, at, written = self._placed(index, line)
        self._written.setdefault(at, written)
        matches = self._rules.evaluate(event)
        if any(match.rule.id in self._alone for match in matches):
            self.found.append(index)
        for match in matches:
            for hit in self._hits.of(match, event, str(index), at, ""):
                self._keep_spelling(match, hit)
                for episode in self._correlator.feed(hit):
                    if episode.is_new and episode.correlation.id not in self._links.muted:
                        alert = {"index": index, "at": self._written[episode.at], "group": self._shown(episode)}
                        self.found.append(alert)

    def _keep_spelling(self, match: Match, hit: BaseHit) -> None:
        """Group values are shown as the event first had them: a number stays a number."""
        linked = self._correlator.correlations[hit.correlation]
        for name, key in hit.group:
            for value in match.read(field_of(linked, match.rule.id, name)).raw:
                if folded_key(value) == key:
                    self._spelled.setdefault((name, text_of(value)), value)

    def _shown(self, episode: Episode) -> dict[str, Any]:
        return {name: self._spelled.get((name, text), text) for name, text in episode.group}

    def _placed(self, index: int, line: Mapping[str, Any]) -> tuple[Mapping[str, Any], datetime, Any]:
        """An event without a time has that of the one before; where none has any, they are a second apart."""
        event, at, written = timed(line)
        if at is not None:
            self._before = (at, written)
        if self._before is None:
            return event, EPOCH + timedelta(seconds=index), index
        return event, *self._before
