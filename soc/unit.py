"""Organisation units: data with dates, never code.

A unit holds from `valid_from` to `valid_to`, both days included; a record keeps the unit of its own time.
Reading them from a file is `soc/organisation_file.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from ipaddress import IPv4Network, IPv6Network
from socket import AF_INET, AF_INET6, inet_pton

from soc.access import ROOT, UNASSIGNED, Scope
from soc.errors import Fault, UnitError

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Unit:
    """One body of the province. `id` is never reused; `successor` takes over after `valid_to`."""

    id: str
    name_vi: str
    name_en: str = ""
    short_vi: str = ""
    kind: str = ""
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    line: int = field(default=0, compare=False, repr=False)

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def label(self) -> str:
        return self.short_vi or self.name_vi


@dataclass(frozen=True, slots=True)
class UnitNetwork:
    """A network that belongs to a unit for a time."""

    network: Network
    unit: str
    valid_from: date | None = None
    valid_to: date | None = None
    line: int = field(default=0, compare=False, repr=False)

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: UnitNetwork) -> bool:
        starts_before = other.valid_to is None or self.valid_from is None or self.valid_from <= other.valid_to
        ends_after = self.valid_to is None or other.valid_from is None or other.valid_from <= self.valid_to
        return starts_before and ends_after


class UnitTree:
    """All units and networks; answers by date."""

    def __init__(self, units: Iterable[Unit], networks: Iterable[UnitNetwork] = ()) -> None:
        self.units: dict[str, Unit] = {unit.id: unit for unit in units}
        self.networks = tuple(networks)
        self._check()
        self._table = _prefix_table(self.networks)

    def get(self, unit_id: str) -> Unit | None:
        return self.units.get(unit_id)

    def path(self, unit_id: str) -> tuple[str, ...]:
        """The unit's ancestors from the top, itself last."""
        chain: list[str] = []
        current: str | None = unit_id
        while current is not None and current not in chain:
            chain.append(current)
            unit = self.units.get(current)
            current = unit.parent if unit else None
        return tuple(reversed(chain))

    def below(self, unit_id: str) -> frozenset[str]:
        """The unit, all units below it, and every unit whose successor is one of these, whatever the day."""
        found = {unit_id}
        grown = True
        while grown:
            more = {
                unit.id
                for unit in self.units.values()
                if unit.id not in found and (unit.parent in found or unit.successor in found)
            }
            grown = bool(more)
            found |= more
        return frozenset(found)

    def scope_over(self, unit_ids: Iterable[str]) -> Scope:
        """The scope of grants over these subtrees; ROOT means everything."""
        wanted = set(unit_ids)
        if ROOT in wanted:
            return Scope(None)
        return Scope(frozenset().union(*(self.below(unit) for unit in wanted)) if wanted else frozenset())

    def of_address(self, address: str, day: date) -> str | None:
        """The unit with the longest network that holds the address on that day."""
        packed = _pack(address)
        if packed is None:
            return None
        bits, value = packed
        for length, networks in self._table[bits]:
            for entry in networks.get(value >> (bits - length), ()):
                if entry.holds_on(day):
                    return entry.unit
        return None

    def is_internal(self, address: str) -> bool:
        """Whether the address lies in any network of ours, whatever the day."""
        packed = _pack(address)
        if packed is None:
            return False
        bits, value = packed
        return any(value >> (bits - length) in networks for length, networks in self._table[bits])

    def _check(self) -> None:
        faults = [
            Fault("units", unit.line, "SOC-1050", f"unit '{unit.id}': {what} '{name}' does not exist")
            for unit in self.units.values()
            for what, name in (("parent", unit.parent), ("successor", unit.successor))
            if name is not None and name not in self.units
        ]
        known = set(self.units) | {UNASSIGNED}
        faults += [
            Fault("units", entry.line, "SOC-1051", f"network {entry.network}: unit '{entry.unit}' does not exist")
            for entry in self.networks
            if entry.unit not in known
        ]
        faults += _two_units_one_network(self.networks)
        if faults:
            raise UnitError(faults)


def _two_units_one_network(networks: Iterable[UnitNetwork]) -> list[Fault]:
    faults = []
    seen: dict[Network, list[UnitNetwork]] = {}
    for entry in networks:
        for other in seen.setdefault(entry.network, []):
            if entry.unit != other.unit and entry.overlaps(other):
                text = f"network {entry.network} belongs to '{other.unit}' and '{entry.unit}' on the same day"
                faults.append(Fault("units", entry.line, "SOC-1052", f"{text} - give one of them an end date"))
        seen[entry.network].append(entry)
    return faults


PrefixTable = dict[int, list[tuple[int, dict[int, list[UnitNetwork]]]]]


def _prefix_table(networks: Iterable[UnitNetwork]) -> PrefixTable:
    """Bits -> [(prefix length, first bits as integer -> entries)], longest first.
    A loop over `ipaddress` networks costs 200 µs per new address."""
    by_length: dict[int, dict[int, dict[int, list[UnitNetwork]]]] = {32: {}, 128: {}}
    for entry in networks:
        bits, length = entry.network.max_prefixlen, entry.network.prefixlen
        prefix = int(entry.network.network_address) >> (bits - length)
        by_length[bits].setdefault(length, {}).setdefault(prefix, []).append(entry)
    return {bits: sorted(lengths.items(), reverse=True) for bits, lengths in by_length.items()}


def _pack(address: str) -> tuple[int, int] | None:
    try:
        if ":" in address:
            return 128, int.from_bytes(inet_pton(AF_INET6, address), "big")
        return 32, int.from_bytes(inet_pton(AF_INET, address), "big")
    except (OSError, ValueError):
        return None
