"""What administrators decide of people: accounts, grants, links, sessions. No event is seen here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.services import Services
from dashboards.shell.i18n import N_
from soc.access import ROOT, Grant, Right, RoleOfPerson
from soc.errors import NotFound, StateError
from soc.state.care import Care, PastSignIn
from soc.state.factors import FactorState
from soc.state.links import RESET_LIFE
from soc.state.people import Person
from soc.state.sessions import Session
from soc.state.store import Tx
from soc.state.tables.people import LinkPurpose, PersonState

OWN_GRANTS = N_("Nobody changes his own roles; ask another administrator.")


@dataclass(frozen=True, slots=True)
class Line:
    """One account in the list."""

    person: Person
    grants: tuple[Grant, ...]
    has_factor: bool
    care: Care


@dataclass(frozen=True, slots=True)
class Detail:
    """One account, whole."""

    person: Person
    grants: tuple[Grant, ...]
    factor: FactorState | None
    care: Care
    sessions: tuple[Session, ...]
    sign_ins: tuple[PastSignIn, ...]


def people(services: Services) -> tuple[Line, ...]:
    with services.state.read() as tx:
        factors, cares = tx.factors.accounts(), tx.care.all()
        return tuple(
            Line(one, tx.people.grants(one.account), one.account in factors, cares.get(one.account, Care()))
            for one in tx.people.all()
        )


def person(services: Services, account: str) -> Detail:
    """Raises NotFound."""
    with services.state.read() as tx:
        found = tx.people.get(account)
        name = found.account
        return Detail(
            person=found,
            grants=tx.people.grants(name),
            factor=tx.factors.of(name),
            care=tx.care.of(name),
            sessions=tx.sessions.of(name, services.clock.now()),
            sign_ins=tx.care.sign_ins(name),
        )


def invite(services: Services, viewer: Viewer, account: str, name: str, grant: Grant) -> str:
    """A new account with one grant; answers the link by which its owner chooses a password. Raises Invalid."""
    _check(viewer, grant)
    if not name.strip():
        raise Invalid({"name": N_("Write the name as colleagues know it.")})
    now = services.clock.now()
    with services.state.write() as tx:
        try:
            made = tx.people.create(account, name, at=now)
        except StateError as error:
            raise Invalid({"account": str(error)}) from error
        _note(tx, viewer, now, "person.create", made.account, name=made.name)
        _give(tx, viewer, now, made.account, grant)
        return _link(tx, viewer, now, made.account)


def reset_link(services: Services, viewer: Viewer, account: str) -> str:
    """A link for a new password, good for an hour and once; older links of the account are void."""
    now = services.clock.now()
    with services.state.write() as tx:
        return _link(tx, viewer, now, tx.people.get(account).account)


def give(services: Services, viewer: Viewer, account: str, grant: Grant) -> None:
    """Raises Invalid for a unit that is not the administrator's, Refused for his own account."""
    _check(viewer, grant)
    _not_oneself(viewer, account)
    now = services.clock.now()
    with services.state.write() as tx:
        _give(tx, viewer, now, tx.people.get(account).account, grant)
        _changed(tx, account, now)


def end_grant(services: Services, viewer: Viewer, account: str, grant: Grant) -> None:
    """It holds to the end of yesterday. Raises NotFound."""
    _not_oneself(viewer, account)
    _check(viewer, grant)
    now = services.clock.now()
    with services.state.write() as tx:
        last = date.fromordinal(viewer.day.toordinal() - 1)
        if not tx.people.end_grant(account, grant, last_day=last):
            raise NotFound
        told = {"role": grant.role, "since": grant.since.isoformat()}
        tx.audit.append(viewer.actor, "grant.end", account, at=now, unit=grant.unit, before=told)
        _changed(tx, account, now)


def set_state(services: Services, viewer: Viewer, account: str, state: PersonState) -> None:
    """Disabling ends all sessions and links."""
    _not_oneself(viewer, account)
    now = services.clock.now()
    with services.state.write() as tx:
        found = tx.people.get(account)
        tx.people.set_state(found.account, state)
        if state is PersonState.DISABLED:
            tx.sessions.end_all(found.account)
            tx.links.void(found.account, at=now)
        else:
            tx.care.put(found.account, idle_warned_at=None, let_in_at=now)
        tx.audit.append(
            viewer.actor, "person.state", found.account, at=now, before={"state": found.state}, after={"state": state}
        )


def remove_factor(services: Services, viewer: Viewer, account: str) -> None:
    """For a lost phone: all sessions end, the person enrols again."""
    _not_oneself(viewer, account)
    now = services.clock.now()
    with services.state.write() as tx:
        found = tx.people.get(account)
        tx.factors.remove(found.account)
        tx.sessions.end_all(found.account)
        tx.care.tell(found.account, "factor_removed", at=now)
        _note(tx, viewer, now, "factor.remove", found.account)


def set_break_glass(services: Services, viewer: Viewer, account: str, *, on: bool) -> None:
    """A sealed account for the day when nothing else lets anybody in; idleness does not disable it."""
    now = services.clock.now()
    with services.state.write() as tx:
        found = tx.people.get(account)
        tx.care.put(found.account, break_glass=on)
        _note(tx, viewer, now, "person.break_glass", found.account, on=on)


def sessions(services: Services) -> tuple[Session, ...]:
    """Everybody's living sessions, last used first."""
    with services.state.read() as tx:
        return tx.sessions.all(services.clock.now())


def end_session(services: Services, viewer: Viewer, account: str, handle: str) -> None:
    """Raises NotFound."""
    with services.state.write() as tx:
        if not tx.sessions.end_handle(account, handle):
            raise NotFound
        _note(tx, viewer, services.clock.now(), "session.end", account, handle=handle)


def end_sessions(services: Services, viewer: Viewer, account: str) -> int:
    with services.state.write() as tx:
        ended = tx.sessions.end_all(account)
        _note(tx, viewer, services.clock.now(), "session.end_all", account, ended=ended)
    return ended


def _check(viewer: Viewer, grant: Grant) -> None:
    """The unit exists and is the administrator's; the days make sense."""
    scope = viewer.scope(Right.MANAGE_ACCESS)
    known = grant.unit == ROOT or viewer.units.get(grant.unit) is not None
    if not known or (scope.units is not None and not scope.sees(grant.unit)):
        raise Invalid({"unit": N_("Choose a unit from the list.")})
    if grant.until is not None and grant.until < grant.since:
        raise Invalid({"until": N_("The last day lies before the first.")})


def _not_oneself(viewer: Viewer, account: str) -> None:
    if account.strip().lower() == viewer.account:
        raise Refused(OWN_GRANTS, code="SOC-1711")


def _give(tx: Tx, viewer: Viewer, now: datetime, account: str, grant: Grant) -> None:
    tx.people.give(account, grant, by=viewer.account, at=now)
    after = {"role": grant.role, "unit": grant.unit, "since": grant.since, "until": grant.until}
    tx.audit.append(viewer.actor, "grant.give", account, at=now, unit=grant.unit, after=after)


def _changed(tx: Tx, account: str, now: datetime) -> None:
    """What somebody may do has changed: no session goes on with the old rights, nor with the old id."""
    tx.sessions.end_all(account)
    tx.care.tell(account, "grants", at=now)


def _link(tx: Tx, viewer: Viewer, now: datetime, account: str) -> str:
    tx.links.void(account, at=now)
    _note(tx, viewer, now, "link.reset", account)
    return tx.links.make(at=now, account=account, purpose=LinkPurpose.RESET, roles=(), life=RESET_LIFE)


def _note(tx: Tx, viewer: Viewer, now: datetime, act: str, thing: str, **after: object) -> None:
    tx.audit.append(viewer.actor, act, thing, at=now, after=after)


ROLES = tuple(RoleOfPerson)
