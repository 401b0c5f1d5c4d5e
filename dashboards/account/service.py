"""What people see and change of their own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboards.access.viewer import Viewer
from dashboards.services import Services
from soc.errors import NotFound, SignInRefused
from soc.state.care import Notice, PastSignIn
from soc.state.factors import FactorState
from soc.state.people import Person
from soc.state.policy import MUST_HAVE_FACTOR
from soc.state.sessions import Session
from soc.state.store import Tx


@dataclass(frozen=True, slots=True)
class Account:
    """Everything of the page. `factor_by`: until when it goes on without a second factor."""

    person: Person
    sessions: tuple[Session, ...]
    factor: FactorState | None
    must_have_factor: bool
    factor_by: datetime | None
    password_at: datetime | None
    sign_ins: tuple[PastSignIn, ...]
    notices: tuple[Notice, ...]


def read(services: Services, viewer: Viewer) -> Account:
    now = services.clock.now()
    with services.state.read() as tx:
        care = tx.care.of(viewer.account)
        return Account(
            person=tx.people.get(viewer.account),
            sessions=tx.sessions.of(viewer.account, now),
            factor=tx.factors.of(viewer.account),
            must_have_factor=not MUST_HAVE_FACTOR.isdisjoint(viewer.roles),
            factor_by=care.factor_by,
            password_at=care.password_at,
            sign_ins=tx.care.sign_ins(viewer.account),
            notices=tx.care.notices(viewer.account),
        )


def end_session(services: Services, viewer: Viewer, handle: str) -> None:
    """One of one's own. Raises NotFound for any other."""
    with services.state.write() as tx:
        if not tx.sessions.end_handle(viewer.account, handle):
            raise NotFound
        _note(tx, services, viewer, "session.end", handle)


def end_others(services: Services, viewer: Viewer, token: str) -> int:
    """All but the one that asks; answers how many ended."""
    with services.state.write() as tx:
        ended = tx.sessions.end_all(viewer.account, but=token)
        _note(tx, services, viewer, "session.end_others", viewer.account)
    return ended


def begin_factor(services: Services, viewer: Viewer, *, fresh: bool) -> None:
    """A secret for a new phone. `fresh`: whether the old factor was just given; a first one needs none.

    Raises SignInRefused when an account that has a factor did not give it.
    """
    now = services.clock.now()
    with services.state.write() as tx:
        if tx.factors.of(viewer.account) is not None and not fresh:
            raise SignInRefused("the second factor is asked for first", code="SOC-1727")
        tx.factors.begin(viewer.account, at=now)
        _note(tx, services, viewer, "factor.begin", viewer.account)


def pending_secret(services: Services, viewer: Viewer) -> str | None:
    with services.state.read() as tx:
        return tx.factors.pending(viewer.account)


def new_codes(services: Services, viewer: Viewer) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones are void."""
    with services.state.write() as tx:
        if tx.factors.of(viewer.account) is None:
            raise NotFound
        codes = tx.factors.new_codes(viewer.account)
        _note(tx, services, viewer, "factor.new_codes", viewer.account)
    return codes


def read_notices(services: Services, viewer: Viewer) -> None:
    with services.state.write() as tx:
        tx.care.read(viewer.account, at=services.clock.now())


def _note(tx: Tx, services: Services, viewer: Viewer, act: str, thing: str) -> None:
    tx.audit.append(viewer.actor, act, thing, at=services.clock.now())
