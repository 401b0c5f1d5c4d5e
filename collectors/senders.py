"""Who sent a record: answered from the table of sources in memory, which is read again when it has changed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from collectors.finish import SourceInfo, Trust
from collectors.normaliser import Sender
from collectors.parser import PROVINCE_ZONE
from soc.access import UNASSIGNED
from soc.clock import Clock
from soc.raw import RawRecord, Transport
from soc.state.source_table import Match, Source, SourceTable
from soc.state.store import State
from soc.state.tables.sources import SourceState

REFRESH_SECONDS = 1.0

TRUST = {
    Transport.UDP: Trust.CLAIMED,
    Transport.TCP: Trust.CONNECTED,
    Transport.HTTP: Trust.PROVEN,
    Transport.FILE: Trust.LOCAL,
    Transport.EVTX: Trust.LOCAL,
    Transport.PCAP: Trust.LOCAL,
}


class Senders:
    """`source_of` is for `receive`, which writes the answer into the record; `sender_of` is for `normalise`.

    An unknown sender becomes a pending source of unit `unassigned`; its records go on.
    """

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._mark = -1
        self._looked = float("-inf")
        self._table = SourceTable(())
        self._senders: dict[tuple[str, Transport], Sender] = {}

    def source_of(self, listener: str, peer: str) -> str:
        """The id of the source behind a connection or datagram."""
        self._refresh()
        found = self._table.resolve(listener, peer)
        if found is None:
            with self._state.write() as tx:
                found = tx.sources.greet(Match(peer=peer), at=self._clock.now())
            self._looked = float("-inf")
        return found.id

    def sender_of(self, record: RawRecord) -> Sender:
        self._refresh()
        key = (record.source, record.transport)
        sender = self._senders.get(key)
        if sender is None:
            sender = self._senders[key] = self._sender(record)
        return sender

    def _sender(self, record: RawRecord) -> Sender:
        source = self._table.get(record.source)
        trust = TRUST[record.transport]
        if source is None:
            return Sender(SourceInfo(record.source, UNASSIGNED, trust=trust))
        paused = source.state is SourceState.PAUSED
        return Sender(SourceInfo(source.id, source.unit, _zone(source), trust), source.product, paused=paused)

    def _refresh(self) -> None:
        elapsed = self._clock.monotonic()
        if elapsed - self._looked < REFRESH_SECONDS:
            return
        self._looked = elapsed
        with self._state.read() as tx:
            mark = tx.sources.mark()
            if mark == self._mark:
                return
            self._mark, self._table = mark, tx.sources.table()
        self._senders.clear()


class OneSender:
    """Every record comes from the same sender: files given to a command, with nothing stored."""

    def __init__(
        self, name: str, product: str = "auto", *, zone: str = "", unit: str = UNASSIGNED, year: int | None = None
    ) -> None:
        self.zone = ZoneInfo(zone) if zone else PROVINCE_ZONE
        self._sender = Sender(SourceInfo(name, unit, self.zone, Trust.LOCAL), product, year)

    def sender_of(self, record: RawRecord) -> Sender:
        return self._sender


def _zone(source: Source) -> ZoneInfo:
    return ZoneInfo(source.zone) if source.zone else PROVINCE_ZONE
