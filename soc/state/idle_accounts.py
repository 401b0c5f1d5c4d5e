"""Accounts that nobody uses: warned after 38 days, disabled after 45 (security.md 2); sealed ones are only listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from soc.alert import SYSTEM_ACTOR
from soc.state.care import Care
from soc.state.people import Person
from soc.state.tables.people import PersonState

if TYPE_CHECKING:
    from soc.state.store import State, Tx

IDLE = timedelta(days=45)
WARNING = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class IdleAccounts:
    """What one run did. `exempt`: sealed accounts that would have been disabled."""

    disabled: tuple[str, ...]
    warned: tuple[str, ...]
    exempt: tuple[str, ...]


def disable_idle(state: State, now: datetime) -> IdleAccounts:
    """The daily job; running it twice changes nothing more."""
    disabled, warned, exempt = [], [], []
    with state.write() as tx:
        cares = tx.care.all()
        for person in tx.people.all():
            if person.state is not PersonState.ACTIVE:
                continue
            care = cares.get(person.account, Care())
            unused = now - last_use(person, care)
            if care.break_glass:
                exempt += [person.account] if unused >= IDLE else []
            elif unused >= IDLE:
                _disable(tx, person.account, unused, now)
                disabled.append(person.account)
            elif unused >= IDLE - WARNING and _warn(tx, person, care, now):
                warned.append(person.account)
    return IdleAccounts(tuple(disabled), tuple(warned), tuple(exempt))


def last_use(person: Person, care: Care) -> datetime:
    """The last sign-in; letting an account in again starts the days anew."""
    times = (person.made_at, person.last_sign_in, care.password_at, care.let_in_at)
    return max(at for at in times if at is not None)


def _disable(tx: Tx, account: str, unused: timedelta, now: datetime) -> None:
    tx.people.set_state(account, PersonState.DISABLED)
    tx.sessions.end_all(account)
    tx.links.void(account, at=now)
    reason = f"not used for {unused.days} days"
    tx.audit.append(SYSTEM_ACTOR, "person.idle", account, at=now, after={"state": "disabled"}, reason=reason)


def _warn(tx: Tx, person: Person, care: Care, now: datetime) -> bool:
    """Once for each stretch of disuse."""
    if care.idle_warned_at is not None and care.idle_warned_at > last_use(person, care):
        return False
    tx.care.put(person.account, idle_warned_at=now)
    tx.care.tell(person.account, "idle", at=now)
    tx.audit.append(SYSTEM_ACTOR, "person.idle_warning", person.account, at=now)
    return True
