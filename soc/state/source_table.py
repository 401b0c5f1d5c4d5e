"""Which source a record comes from, answered in memory (collectors.md 1.1).

A relay's records are split by the host name in their header; any other peer is one source, whatever the header says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from soc.access import UNASSIGNED
from soc.state.tables.sources import SourceClass, SourceState

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Match:
    """Every key that is stated must fit. `peer`: an address or a network. `host`: the name in the header."""

    listener: str = ""
    peer: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One dated record. `product`: a mapping's name, or 'auto'. `zone`: of times without one; '' is the province's."""

    id: str
    name: str
    valid_from: datetime
    unit: str = UNASSIGNED
    contact: str = ""
    kind: SourceClass = SourceClass.OTHER
    product: str = "auto"
    match: tuple[Match, ...] = ()
    zone: str = ""
    relay: bool = False
    state: SourceState = SourceState.PENDING
    valid_to: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class SourceTable:
    """The sources in force for finding senders; all records for finding units by date."""

    def __init__(self, records: Iterable[Source]) -> None:
        self._versions: dict[str, list[Source]] = {}
        for record in records:
            self._versions.setdefault(record.id, []).append(record)
        self.current = {name: some[-1] for name, some in self._versions.items() if some[-1].valid_to is None}
        self._rows = sorted(
            ((match, one) for one in self.current.values() for match in one.match if one.state != SourceState.RETIRED),
            key=lambda pair: (-_weight(pair[0]), pair[1].id),
        )
        self._found: dict[tuple[str, str, str], Source | None] = {}

    def get(self, source_id: str) -> Source | None:
        return self.current.get(source_id)

    def began(self, source_id: str) -> datetime | None:
        """Since when somebody has approved of it; None: nobody has."""
        versions = self._versions.get(source_id, [])
        return next((one.valid_from for one in versions if one.state is not SourceState.PENDING), None)

    def at(self, source_id: str, at: datetime) -> Source | None:
        """The record of that time; the oldest one for times before it, so that early records have a home."""
        versions = self._versions.get(source_id)
        if not versions:
            return None
        for record in reversed(versions):
            if record.valid_from <= at:
                return record
        return versions[0]

    def resolve(self, listener: str, peer: str, host: str = "") -> Source | None:
        """The source of a record, None for an unknown sender (`Sources.greet`). `host` counts behind a relay only."""
        key = (listener, peer, host)
        if key not in self._found:
            if len(self._found) > 100_000:
                self._found.clear()
            self._found[key] = self._resolve(listener, peer, host)
        return self._found[key]

    def _resolve(self, listener: str, peer: str, host: str) -> Source | None:
        direct = self._best(listener, peer, "")
        if direct is None or not direct.relay or not host:
            return direct
        return self._best(listener, peer, host.lower())

    def _best(self, listener: str, peer: str, host: str) -> Source | None:
        address = _address(peer)
        for match, found in self._rows:
            if match.host.lower() == host and _fits(match, listener, peer, address):
                return found
        return None


def _fits(match: Match, listener: str, peer: str, address: Address | None) -> bool:
    if match.listener and match.listener != listener:
        return False
    if not match.peer or match.peer == peer:
        return True
    network = _network(match.peer)
    return network is not None and address is not None and address in network


def _weight(match: Match) -> int:
    """What says more is asked first: a host, then a longer network, then a listener."""
    network = _network(match.peer)
    length = 0 if not match.peer else 129 if network is None else network.prefixlen + 128 - network.max_prefixlen
    return (1000 if match.host else 0) + 2 * length + (1 if match.listener else 0)


def _address(text: str) -> Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
