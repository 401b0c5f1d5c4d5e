"""Ways in: with a password, or with a one-use link; then the second factor. Every try leaves an audit entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from soc.access import Grant
from soc.alert import SYSTEM_ACTOR, Actor
from soc.errors import SignInRefused
from soc.state.audit import DENIED
from soc.state.factors import Proof
from soc.state.passwords import check_password
from soc.state.people import account_name
from soc.state.tables.people import LinkPurpose, SessionStage

if TYPE_CHECKING:
    from soc.state.store import State, Tx

WRONG = "account or password is wrong"
NEW_NETWORK = "new_network"


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from."""

    address: str
    agent: str
    at: datetime


def sign_in(state: State, account: str, password: str, caller: Caller) -> str:
    """The token of a new session, which may still wait for its second factor.

    Raises SignInRefused, with the same text for every reason but the wait.
    """
    account = account_name(account)
    hashed = _verified(state, account, password, caller, "sign_in")
    renewed = state.passwords.hash(password) if state.passwords.is_old(hashed) else None
    with state.write() as tx:
        if renewed:
            tx.people.set_password(account, renewed)
        return _begin(state, tx, account, "sign_in", caller)


def set_up(state: State, token: str, account: str, name: str, password: str, caller: Caller) -> str:
    """Makes the link's person with its roles and a password, signs them in; the link is used up."""
    account = account_name(account)
    check_password(password, account=account, names=(name, *name.split()), composition=state.access.policy.composition)
    with state.read() as tx:
        tx.links.look(token, caller.at)
    hashed = state.passwords.hash(password)
    with state.write() as tx:
        link = tx.links.use(token, caller.at)
        tx.people.create(account, name, at=caller.at, password=hashed)
        tx.care.put(account, password_at=caller.at)
        day = caller.at.date()
        give(tx, account, (Grant(role, link.unit, day) for role in link.roles), by=SYSTEM_ACTOR, caller=caller)
        return _begin(state, tx, account, "set_up", caller)


def enter(state: State, token: str, caller: Caller) -> str:
    """Signs in the account that the link was made for; the link is used up."""
    with state.write() as tx:
        link = tx.links.use(token, caller.at)
        if link.account is None or link.purpose is not LinkPurpose.ENTER:
            raise SignInRefused("this link makes a new account; it does not sign anybody in", code="SOC-1707")
        return _begin(state, tx, link.account, "enter_by_link", caller)


def reset(state: State, token: str, password: str, caller: Caller, *, names: tuple[str, ...] = ()) -> str:
    """A new password by an administrator's link: all sessions end, the second factor is asked for again."""
    with state.read() as tx:
        link = tx.links.look(token, caller.at)
        person = tx.people.get(link.account or "")
    _check(state, password, person.account, (person.name, *person.name.split(), *names))
    hashed = state.passwords.hash(password)
    with state.write() as tx:
        if tx.links.use(token, caller.at).purpose is not LinkPurpose.RESET:
            raise SignInRefused("this link does not change a password", code="SOC-1707")
        tx.people.set_password(person.account, hashed)
        tx.care.put(person.account, password_at=caller.at)
        tx.sessions.end_all(person.account)
        return _begin(state, tx, person.account, "reset_password", caller)


def change_password(
    state: State, token: str, old: str, new: str, caller: Caller, *, names: tuple[str, ...] = ()
) -> str:
    """The token that goes on; all other sessions of the person end. Raises SignInRefused, StateError."""
    with state.read() as tx:
        session = tx.sessions.find(token, caller.at)
    if session is None:
        raise SignInRefused(WRONG, code="SOC-1701")
    _verified(state, session.account, old, caller, "change_password")
    _check(state, new, session.account, (session.name, *session.name.split(), *names))
    hashed = state.passwords.hash(new)
    with state.write() as tx:
        tx.people.set_password(session.account, hashed)
        tx.care.put(session.account, password_at=caller.at)
        tx.sessions.end_all(session.account, but=token)
        _audit(tx, session.account, "change_password", caller, session=session.handle)
        return tx.sessions.renew(token, at=caller.at)


def unlock(state: State, token: str, password: str, caller: Caller) -> None:
    """The same person goes on. Raises SignInRefused."""
    with state.read() as tx:
        session = tx.sessions.find(token, caller.at)
    if session is None:
        raise SignInRefused(WRONG, code="SOC-1701")
    _verified(state, session.account, password, caller, "unlock")
    with state.write() as tx:
        tx.sessions.unlock(token, caller.at)
        tx.people.forget_failures(session.account)


def enrol(state: State, token: str, code: str, caller: Caller) -> tuple[str, tuple[str, ...]]:
    """The first code of a new phone: a new token, and ten paper codes to be shown once. Raises SignInRefused."""
    with state.write() as tx:
        session = tx.sessions.find(token, caller.at)
        codes = tx.factors.confirm(session.account, code, at=caller.at) if session else None
        if session is None or codes is None:
            raise SignInRefused("the code is wrong", code="SOC-1710")
        tx.sessions.end_all(session.account, but=token)
        _audit(tx, session.account, "factor.enrol", caller, session=session.handle)
        return tx.sessions.renew(token, at=caller.at, stage=_after_factor(state, tx, session.account, caller),
                                 proved=True), codes  # fmt: skip


def prove(state: State, token: str, code: str, caller: Caller) -> str:
    """The second factor, at sign-in or again later: a new token. Raises SignInRefused for a wrong or used code."""
    with state.read() as tx:
        session = tx.sessions.find(token, caller.at)
        wait = tx.people.wait_until(session.account, caller.at) if session else None
    if session is None:
        raise SignInRefused(WRONG, code="SOC-1701")
    if wait is not None:
        _refuse_for_now(wait, caller.at)
    with state.write() as tx:
        proof = tx.factors.check(session.account, code, at=caller.at)
        if proof is not None:
            return _proved(state, tx, token, session.account, session.handle, proof, caller)
        tx.people.failed(session.account, caller.at)
        _audit(tx, session.account, "factor", caller, session=session.handle, result=DENIED)
    raise SignInRefused("the code is wrong, or was used already", code="SOC-1710")


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


def _verified(state: State, account: str, password: str, caller: Caller, act: str) -> str:
    """The hash that the password fits. Raises SignInRefused; a failure is counted and audited."""
    with state.read() as tx:
        wait = tx.people.wait_until(account, caller.at)
        hashed = tx.people.password_of(account)
    if wait is not None:
        _refuse_for_now(wait, caller.at)
    # Outside of any transaction: a hash takes 70 ms on purpose.
    if state.passwords.verify(hashed, password) and hashed is not None:
        return hashed
    with state.write() as tx:
        tx.people.failed(account, caller.at)
        _audit(tx, account, act, caller, result=DENIED)
    raise SignInRefused(WRONG, code="SOC-1701")


def _begin(state: State, tx: Tx, account: str, act: str, caller: Caller) -> str:
    stage = _stage(state, tx, account, caller)
    token = tx.sessions.start(account, at=caller.at, address=caller.address, agent=caller.agent, stage=stage)
    tx.people.signed_in(account, caller.at)
    session = tx.sessions.find(token, caller.at)
    if session is None:
        raise SignInRefused(WRONG, code="SOC-1701")
    if stage is SessionStage.OPEN:
        _note_place(tx, account, caller)
    _audit(tx, account, act, caller, session=session.handle)
    return token


def _stage(state: State, tx: Tx, account: str, caller: Caller) -> SessionStage:
    """What is still missing after the password or the link."""
    if tx.factors.of(account) is not None:
        return SessionStage.FACTOR
    policy, day = state.access.policy, caller.at.date()
    # A day of slack on both sides: the roles of the province's day, wherever the machine's clock stands.
    roles = {
        grant.role
        for grant in tx.people.grants(account)
        if grant.holds_on(day) or grant.holds_on(day + timedelta(days=1))
    }
    if policy.must_have_factor(roles, caller.address):
        by = tx.care.of(account).factor_by
        if by is None and policy.has_grace(roles, caller.address):
            by = caller.at + policy.grace
            tx.care.put(account, factor_by=by)
        if by is None or by <= caller.at or not policy.has_grace(roles, caller.address):
            tx.factors.begin(account, at=caller.at)
            return SessionStage.ENROL
    return _after_factor(state, tx, account, caller)


def _after_factor(state: State, tx: Tx, account: str, caller: Caller) -> SessionStage:
    """A change of the password by date is off unless local rules ask for it."""
    days, made = state.access.policy.password_days, tx.care.of(account).password_at
    old = bool(days) and made is not None and caller.at - made > timedelta(days=days)
    return SessionStage.PASSWORD if old else SessionStage.OPEN


def _proved(state: State, tx: Tx, token: str, account: str, handle: str, proof: Proof, caller: Caller) -> str:
    tx.people.forget_failures(account)
    session = tx.sessions.find(token, caller.at)
    if session is not None and session.stage is SessionStage.FACTOR:
        _note_place(tx, account, caller)
    if proof is Proof.PAPER:
        left = tx.factors.of(account)
        tx.care.tell(
            account, "recovery_code", at=caller.at, address=caller.address, left=left.codes_left if left else 0
        )
    by = Actor(account[:80], session=handle, address=caller.address)
    tx.audit.append(by, "factor", account, at=caller.at, after={"proof": proof})
    return tx.sessions.renew(token, at=caller.at, stage=_after_factor(state, tx, account, caller), proved=True)


def _note_place(tx: Tx, account: str, caller: Caller) -> None:
    if tx.care.signed_in(account, at=caller.at, address=caller.address, agent=caller.agent):
        tx.care.tell(account, NEW_NETWORK, at=caller.at, address=caller.address)


def _check(state: State, password: str, account: str, names: tuple[str, ...]) -> None:
    check_password(password, account=account, names=names, composition=state.access.policy.composition)


def _audit(tx: Tx, account: str, act: str, caller: Caller, *, session: str = "", result: str = "done") -> None:
    by = Actor(account[:80], session=session, address=caller.address)
    tx.audit.append(by, act, account[:80], at=caller.at, result=result)


def _refuse_for_now(until: datetime, at: datetime) -> None:
    seconds = max(1, round((until - at).total_seconds()))
    raise SignInRefused(f"too many failures; this account may try again in {seconds} s", code="SOC-1702", wait=seconds)
