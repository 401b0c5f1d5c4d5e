"""What may be asked of a store; the same refusals for every engine."""

from __future__ import annotations

from collections.abc import Sequence

from soc.errors import StoreError
from soc.query.fields import is_known, nearest

STACKED_MOST = 3


def check_field(name: str) -> None:
    """Raises StoreError for a name that no event may carry."""
    if not is_known(name):
        close = nearest(name)
        hint = f"did you mean {' or '.join(close)}?" if close else "the page Hunt proposes what there is"
        raise StoreError(f"no field is called '{name}' - {hint}", code="SOC-1513")


def check_stack(fields: Sequence[str]) -> None:
    if not 1 <= len(set(fields)) == len(fields) <= STACKED_MOST:
        raise StoreError(f"stacking takes 1 to {STACKED_MOST} different fields, not {len(fields)}", code="SOC-1513")
    for name in fields:
        check_field(name)
