"""The real chain for samples of rules: the same parsers and the same finishing as live traffic, nothing stored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from correlator.sample_events import START, Normalise
from soc.event import Event
from soc.raw import RawRecord, Transport
from soc.unit import UnitTree

if TYPE_CHECKING:
    from collectors.normaliser import Normaliser

RECEIVED_NS = int(START.timestamp()) * 1_000_000_000


def chain(tree: UnitTree) -> Normalise:
    """(source name, raw lines) -> events. A source is a parser's name; `auto` finds it as live traffic does."""

    @cache
    def normaliser(source: str) -> Normaliser:
        from collectors.senders import OneSender
        from socctl.wiring import normaliser as wired

        return wired(OneSender(source, source), tree)

    def normalise(source: str, lines: Sequence[str]) -> list[Event]:
        records = (
            RawRecord("samples", source, RECEIVED_NS, "", Transport.UDP, line.encode(), product=source)
            for line in lines
        )
        found = (
            normaliser(source).events(record, ingested=START, sequence=str(number))
            for number, record in enumerate(records)
        )
        return [event for events in found for event in events]

    return normalise
