"""Ways in: with a password, or with a one-use link. Every try leaves an audit entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from soc.access import Grant
from soc.alert import SYSTEM_ACTOR, Actor
from soc.errors import SignInRefused
from soc.state.audit import DENIED
from soc.state.passwords import check_password
from soc.state.people import account_name

if TYPE_CHECKING:
    from soc.state.store import State, Tx

WRONG = "account or password is wrong"


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from."""

    address: str
    agent: str
    at: datetime


def sign_in(state: State, account: str, password: str, caller: Caller) -> str:
    """The token of a new session. Raises SignInRefused, with the same text for every reason but the wait."""
    account = account_name(account)
    with state.read() as tx:
        wait = tx.people.wait_until(account, caller.at)
        hashed = tx.people.password_of(account)
    if wait is not None:
        _refuse_for_now(wait, caller.at)
    # Outside of any transaction: a hash takes 70 ms on purpose.
    if not state.passwords.verify(hashed, password):
        with state.write() as tx:
            tx.people.failed(account, caller.at)
            _audit(tx, account, "sign_in", caller, result=DENIED)
        raise SignInRefused(WRONG, code="SOC-1701")
    renewed = state.passwords.hash(password) if hashed and state.passwords.is_old(hashed) else None
    with state.write() as tx:
        if renewed:
            tx.people.set_password(account, renewed)
        return _begin(tx, account, "sign_in", caller)


def set_up(state: State, token: str, account: str, name: str, password: str, caller: Caller) -> str:
    """Makes the link's person with its roles and a password, signs them in; the link is used up."""
    account = account_name(account)
    check_password(password, account=account, names=tuple(name.split()))
    with state.read() as tx:
        tx.links.look(token, caller.at)
    hashed = state.passwords.hash(password)
    with state.write() as tx:
        link = tx.links.use(token, caller.at)
        tx.people.create(account, name, at=caller.at, password=hashed)
        day = caller.at.date()
        give(tx, account, (Grant(role, link.unit, day) for role in link.roles), by=SYSTEM_ACTOR, caller=caller)
        return _begin(tx, account, "set_up", caller)


def enter(state: State, token: str, caller: Caller) -> str:
    """Signs in the account that the link was made for; the link is used up."""
    with state.write() as tx:
        link = tx.links.use(token, caller.at)
        if link.account is None:
            raise SignInRefused("this link makes a new account; it does not sign anybody in", code="SOC-1707")
        return _begin(tx, link.account, "enter_by_link", caller)


def sign_out(state: State, token: str, caller: Caller) -> None:
    with state.write() as tx:
        session = tx.sessions.find(token, caller.at)
        tx.sessions.end(token)
        if session is not None:
            _audit(tx, session.account, "sign_out", caller, session=session.handle)


def give(tx: Tx, account: str, grants: Iterable[Grant], *, by: Actor, caller: Caller) -> None:
    """Grants, audited."""
    by = replace(by, address=by.address or caller.address)
    for grant in grants:
        tx.people.give(account, grant, by=by.id, at=caller.at)
        after = {"role": grant.role, "unit": grant.unit, "since": grant.since, "until": grant.until}
        tx.audit.append(by, "grant.give", account, at=caller.at, unit=grant.unit, after=after)


def _begin(tx: Tx, account: str, act: str, caller: Caller) -> str:
    token = tx.sessions.start(account, at=caller.at, address=caller.address, agent=caller.agent)
    tx.people.signed_in(account, caller.at)
    session = tx.sessions.find(token, caller.at)
    if session is None:
        raise SignInRefused(WRONG, code="SOC-1701")
    _audit(tx, account, act, caller, session=session.handle)
    return token


def _audit(tx: Tx, account: str, act: str, caller: Caller, *, session: str = "", result: str = "done") -> None:
    by = Actor(account[:80], session=session, address=caller.address)
    tx.audit.append(by, act, account[:80], at=caller.at, result=result)


def _refuse_for_now(until: datetime, at: datetime) -> None:
    seconds = max(1, round((until - at).total_seconds()))
    raise SignInRefused(f"too many failures; this account may try again in {seconds} s", code="SOC-1702", wait=seconds)
