"""Names that people type, checked against what there is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from soc.access import UNASSIGNED
from soc.errors import NotFound


def must_be_unit(unit: str, known: Iterable[str]) -> None:
    """Raises NotFound with the nearest names; `unassigned` is always one."""
    names = list(known)
    if unit == UNASSIGNED or unit in names:
        return
    near = get_close_matches(unit, names, n=3, cutoff=0.6)
    hint = f"did you mean {', '.join(near)}?" if near else "`socctl units list` names them"
    raise NotFound(f"no unit '{unit}' - {hint}")
