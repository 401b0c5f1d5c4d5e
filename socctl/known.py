"""Names that people type, checked against what there is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from soc.access import UNASSIGNED
from soc.errors import NotFound, SourceError


def must_be_unit(unit: str, known: Iterable[str]) -> None:
    """Raises NotFound with the nearest names; `unassigned` is always one."""
    names = list(known)
    if unit == UNASSIGNED or unit in names:
        return
    near = get_close_matches(unit, names, n=3, cutoff=0.6)
    hint = f"did you mean {', '.join(near)}?" if near else "`socctl units list` names them"
    raise NotFound(f"no unit '{unit}' - {hint}")


def must_be_zone(zone: str) -> None:
    """Raises SourceError unless it is '' or a name of the IANA time zone database."""
    from zoneinfo import available_timezones

    if zone and zone not in (names := available_timezones()):
        near = get_close_matches(zone, names, n=3, cutoff=0.6)
        hint = f"did you mean {', '.join(near)}?" if near else "write it as Asia/Ho_Chi_Minh"
        raise SourceError(f"--zone {zone}: no such zone - {hint}", code="SOC-1338")
