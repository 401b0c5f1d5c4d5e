"""Whose event it is: the unit by network at the event's date, and the direction of the traffic (collectors.md 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from collectors.enrich.addresses import pack
from soc.access import UNASSIGNED
from soc.event import Event
from soc.unit import UnitTree

_PROVINCE_AHEAD = timedelta(hours=7)  # Asia/Ho_Chi_Minh, no summer time since 1975
_SIDES = ("source.ip", "destination.ip", "host.ip")


def day_of(at: datetime) -> date:
    """The date in the province at that instant: an event of 30 June 23:59 belongs to the units of June."""
    return (at.astimezone(UTC) + _PROVINCE_AHEAD).date()


def place(event: Event, at: datetime, units: UnitTree, fallback: str = UNASSIGNED) -> None:
    """Adds `unit.id`, `unit.path`, `unit.touched` and `network.direction`.

    The unit of the internal side (source, else destination, else the host), else `fallback`, the source's own unit.
    """
    day = day_of(at)
    touched: list[str] = []
    for side in _SIDES:
        for text in _addresses(event.get(side)):
            unit = unit_of(units, text, day)
            if unit is not None and unit not in touched:
                touched.append(unit)
    unit = touched[0] if touched else fallback
    event["unit.id"] = unit
    event["unit.path"] = list(_path(units, unit))
    if len(touched) > 1:
        event["unit.touched"] = sorted(touched)
    direction = _direction(event, units)
    if direction is not None:
        event.setdefault("network.direction", direction)


@lru_cache(maxsize=65_536)
def unit_of(units: UnitTree, text: str, day: date) -> str | None:
    """The unit of an address on a day. A new tree is a new key, so a reload never answers from the old one."""
    return units.of_address(text, day)


@lru_cache(maxsize=65_536)
def is_internal(units: UnitTree, text: str) -> bool:
    """Ours: in a unit's network, or private by RFC 1918 and RFC 4193, or the machine itself."""
    packed = pack(text)
    return packed is not None and (_is_private(packed) or units.is_internal(text))


@lru_cache(maxsize=4_096)
def _path(units: UnitTree, unit: str) -> tuple[str, ...]:
    return units.path(unit)


def _direction(event: Event, units: UnitTree) -> str | None:
    source, destination = event.get("source.ip"), event.get("destination.ip")
    if not isinstance(source, str) or not isinstance(destination, str):
        return None
    if is_internal(units, source):
        return "internal" if is_internal(units, destination) else "outbound"
    return "inbound" if is_internal(units, destination) else "external"


def _is_private(packed: bytes) -> bool:
    if len(packed) == 16:
        # fc00::/7, fe80::/10, ::1
        return packed[0] & 0xFE == 0xFC or (packed[0] == 0xFE and packed[1] & 0xC0 == 0x80) or packed == _LOOPBACK6
    first, second = packed[0], packed[1]
    return (
        first in (10, 127)
        or (first == 172 and 16 <= second < 32)
        or (first == 192 and second == 168)
        or (first == 169 and second == 254)
    )


_LOOPBACK6 = bytes(15) + b"\x01"


def _addresses(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
