"""People named in a comment by `@account` (workspace.md 1.3): only those who may see the alert."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from soc.access import Right
from soc.errors import NotFound, StateError
from soc.state.rights import rights_of
from soc.state.tables.people import PersonState
from soc.unit import UnitTree

if TYPE_CHECKING:
    from soc.state.store import Tx

MENTION = re.compile(r"(?<![\w@.])@([a-z0-9][a-z0-9._-]{0,61}[a-z0-9])", re.IGNORECASE)
MOST = 20


class NotForThem(StateError):
    """`names`: who was named in a comment, but may not see its alert."""

    def __init__(self, names: tuple[str, ...]) -> None:
        told = ", ".join(f"@{name}" for name in names)
        super().__init__(f"{told}: nobody of that name may see this alert - take the name out", code="SOC-1615")
        self.names = names


def mentioned(tx: Tx, text: str, unit: str, units: UnitTree, day: date) -> tuple[str, ...]:
    """The accounts named. Raises StateError that names whoever may not see alerts of `unit`."""
    named = tuple(dict.fromkeys(name.lower() for name in MENTION.findall(text)))
    if len(named) > MOST:
        raise StateError(f"a comment names at most {MOST} people", code="SOC-1607")
    refused = tuple(name for name in named if not _may_see(tx, name, unit, units, day))
    if refused:
        raise NotForThem(refused)
    return named


def _may_see(tx: Tx, account: str, unit: str, units: UnitTree, day: date) -> bool:
    try:
        person = tx.people.get(account)
    except NotFound:
        return False
    rights = rights_of(tx.people.grants(account), day, units)
    return person.state is PersonState.ACTIVE and Right.READ_EVENTS in rights and rights[Right.READ_EVENTS].sees(unit)
