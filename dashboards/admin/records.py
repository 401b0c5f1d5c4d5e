"""Keys, the audit log and the review of access: what is looked at and signed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.services import Services
from dashboards.shell.i18n import N_
from soc.access import ROOT, SYSTEM, Right, RoleOfPerson, Scope
from soc.errors import NotFound, StateError
from soc.state.audit import AuditEntry, BadEntry
from soc.state.keys import ApiKey
from soc.state.reviews import Review

PAGE = 100
MOST_EXPORTED = 100_000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
COLUMNS = ("seq", "at", "actor", "actor_kind", "address", "act", "object", "unit", "result", "reason")


@dataclass(frozen=True, slots=True)
class Standing:
    """The review of access: when it is due, what changed since the last."""

    last: Review | None
    due: datetime | None
    changed: int
    overdue: bool


def keys(services: Services, viewer: Viewer) -> tuple[ApiKey, ...]:
    with services.state.read() as tx:
        return tx.keys.all(viewer.scope(Right.READ_AUDIT))


def make_key(services: Services, viewer: Viewer, name: str, scopes: Sequence[str], unit: str, days: int) -> str:
    """The key itself, to be shown once. Raises Invalid."""
    scope = viewer.scope(Right.MANAGE_ACCESS)
    if not name.strip():
        raise Invalid({"name": N_("Say what the key is for.")})
    if (unit != ROOT and viewer.units.get(unit) is None) or (scope.units is not None and not scope.sees(unit)):
        raise Invalid({"unit": N_("Choose a unit from the list.")})
    now = services.clock.now()
    with services.state.write() as tx:
        try:
            token = tx.keys.make(name.strip(), scopes, by=viewer.account, at=now, unit=unit, life=timedelta(days=days))
        except StateError as error:
            raise Invalid({"may": str(error)}) from error
        told = {"name": name.strip(), "scopes": list(scopes), "days": days}
        tx.audit.append(viewer.actor, "key.make", token[4:12], at=now, unit=unit, after=told)
    return token


def rotate_key(services: Services, viewer: Viewer, key_id: str) -> str:
    """A new key; the old one goes on for seven days."""
    now = services.clock.now()
    with services.state.write() as tx:
        _own(tx.keys.all(viewer.scope(Right.MANAGE_ACCESS)), key_id)
        token = tx.keys.rotate(key_id, by=viewer.account, at=now)
        tx.audit.append(viewer.actor, "key.rotate", key_id, at=now, after={"new": token[4:12]})
    return token


def revoke_key(services: Services, viewer: Viewer, key_id: str) -> None:
    """At once."""
    now = services.clock.now()
    with services.state.write() as tx:
        _own(tx.keys.all(viewer.scope(Right.MANAGE_ACCESS)), key_id)
        if not tx.keys.revoke(key_id, at=now):
            raise NotFound
        tx.audit.append(viewer.actor, "key.revoke", key_id, at=now)


def audit_page(
    services: Services, viewer: Viewer, *, actor: str = "", act: str = "", thing: str = "", before: int | None = None
) -> tuple[AuditEntry, ...]:
    """Auditors read all, administrators their own acts. Opening the log is itself written down, leafing is not."""
    scope, actor = _may_read(viewer, actor)
    now = services.clock.now()
    with services.state.write() as tx:
        if before is None:
            told = {"actor": actor, "act": act, "object": thing}
            last = tx.audit.page(SYSTEM, limit=1)
            # Reading on reads its own entry: one is enough, as long as nobody did anything in between.
            if not last or (last[0].act, last[0].session) != ("audit.read", viewer.actor.session):
                tx.audit.append(viewer.actor, "audit.read", "audit", at=now, after=told)
        return tx.audit.page(scope, before=before, limit=PAGE, actor=actor, act=act, object=thing)


def verify(services: Services, viewer: Viewer) -> BadEntry | None:
    """Walks the whole chain; None when it is whole."""
    with services.state.read() as tx:
        bad = tx.audit.verify()
    with services.state.write() as tx:
        after = {"whole": bad is None} | ({"why": bad.why} if bad else {})
        tx.audit.append(viewer.actor, "audit.verify", "audit", at=services.clock.now(), after=after)
    return bad


def export(services: Services, viewer: Viewer, *, actor: str = "", act: str = "") -> Iterator[str]:
    """RFC 4180 with a byte order mark; text that a spreadsheet would compute gets a leading apostrophe."""
    scope, actor = _may_read(viewer, actor)
    now = services.clock.now()
    with services.state.write() as tx:
        tx.audit.append(viewer.actor, "audit.export", "audit", at=now, after={"actor": actor, "act": act})
    return _lines(services, scope, actor, act)


def standing(services: Services) -> Standing:
    now = services.clock.now()
    with services.state.read() as tx:
        last, due = tx.reviews.last(), tx.reviews.due()
        changed = tx.reviews.changed_since(last.signed_at) if last else 0
    return Standing(last, due, changed, overdue=due is not None and due <= now)


def sign_review(services: Services, viewer: Viewer, note: str) -> Review:
    """Keeps the list of this moment under the person's name."""
    now = services.clock.now()
    with services.state.write() as tx:
        made = tx.reviews.sign(viewer.account, note.strip(), at=now)
        tx.audit.append(viewer.actor, "access.review", str(made.id), at=now, after={"sha256": made.digest})
    return made


def _may_read(viewer: Viewer, actor: str) -> tuple[Scope, str]:
    if RoleOfPerson.AUDITOR in viewer.roles:
        return viewer.scope(Right.READ_AUDIT), actor
    # Entries of an administrator's own acts may name any unit; they are his own all the same.
    return SYSTEM, viewer.account


def _own(some: Sequence[ApiKey], key_id: str) -> None:
    """Raises NotFound for a key of units that the administrator does not manage."""
    if not any(one.id == key_id for one in some):
        raise NotFound


def _lines(services: Services, scope: Scope, actor: str, act: str) -> Iterator[str]:
    yield "\ufeff" + ",".join(COLUMNS) + "\r\n"
    before: int | None = None
    for _ in range(MOST_EXPORTED // 1_000):
        with services.state.read() as tx:
            entries = tx.audit.page(scope, before=before, limit=1_000, actor=actor, act=act)
        if not entries:
            return
        text = io.StringIO()
        writer = csv.writer(text)
        for entry in entries:
            writer.writerow([_cell(getattr(entry, name)) for name in COLUMNS])
        yield text.getvalue()
        before = entries[-1].seq


def _cell(value: object) -> str:
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
