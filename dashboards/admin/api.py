"""Administration for programs: the same acts as on the pages, the second factor asked for as there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dashboards.access.session import Seen, StepUp
from dashboards.access.viewer import Viewer
from dashboards.admin import records, service
from dashboards.shell.render import services_of
from soc.access import Grant, Right, RoleOfPerson
from soc.state.tables.people import PersonState

router = APIRouter(prefix="/admin", tags=["admin"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_AUDIT))]
Admin = Annotated[Viewer, Depends(Seen(Right.MANAGE_ACCESS))]
Sure = Annotated[Viewer, Depends(StepUp(Right.MANAGE_ACCESS))]
SureReader = Annotated[Viewer, Depends(StepUp(Right.READ_AUDIT))]
NOTHING = 204


class In(BaseModel):
    """A closed body."""

    model_config = ConfigDict(extra="forbid")


class GrantBody(In):
    """A role over a unit and what lies below it."""

    role: RoleOfPerson
    unit: str = Field(min_length=1, max_length=80)
    since: date
    until: date | None = None

    def value(self) -> Grant:
        return Grant(self.role, self.unit, self.since, self.until)


class InviteIn(In):
    """A new account with its first grant."""

    account: str = Field(min_length=2, max_length=64)
    name: str = Field(min_length=1, max_length=120)
    grant: GrantBody


class StateIn(In):
    """Whether the account may sign in."""

    state: PersonState


class SealedIn(In):
    """Whether the account is kept for emergencies."""

    on: bool


class KeyIn(In):
    """What a new key may do, where, how long."""

    name: str = Field(min_length=1, max_length=120)
    scopes: list[str] = Field(min_length=1, max_length=5)
    unit: str = Field(min_length=1, max_length=80)
    days: int = Field(90, ge=1, le=365)


class ReviewIn(In):
    """What the signer says of the list."""

    note: str = Field("", max_length=2000)


class PersonOut(BaseModel):
    """One account."""

    account: str
    name: str
    state: PersonState
    last_sign_in: datetime | None
    has_factor: bool
    break_glass: bool
    grants: list[GrantBody]


class SecretOut(BaseModel):
    """A link or key, shown once."""

    secret: str


class SessionOut(BaseModel):
    """A living session of anybody."""

    handle: str
    account: str
    made_at: datetime
    seen_at: datetime
    address: str


class KeyOut(BaseModel):
    """A key, never its secret."""

    id: str
    name: str
    scopes: list[str]
    unit: str
    made_by: str
    expires_at: datetime
    last_used: datetime | None
    revoked_at: datetime | None


class AuditOut(BaseModel):
    """One entry of the audit log."""

    seq: int
    at: datetime
    actor: str
    act: str
    object: str
    unit: str
    result: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class VerifyOut(BaseModel):
    """`bad`: the number of the first entry that is not what was written."""

    whole: bool
    bad: int | None
    why: str


class ReviewOut(BaseModel):
    """The last signed review of access."""

    signed_at: datetime | None
    signed_by: str | None
    sha256: str | None
    due: datetime | None
    overdue: bool


@router.get("/people", operation_id="list_people")
def list_people(request: Request, viewer: Reader) -> list[PersonOut]:
    """Every account with its grants."""
    return [
        PersonOut(
            account=line.person.account,
            name=line.person.name,
            state=line.person.state,
            last_sign_in=line.person.last_sign_in,
            has_factor=line.has_factor,
            break_glass=line.care.break_glass,
            grants=[GrantBody(role=g.role, unit=g.unit, since=g.since, until=g.until) for g in line.grants],
        )
        for line in service.people(services_of(request))
    ]


@router.post("/people", operation_id="invite_person", status_code=201)
def invite_person(request: Request, viewer: Sure, given: InviteIn) -> SecretOut:
    """Answers the path of the link by which the person chooses a password."""
    token = service.invite(services_of(request), viewer, given.account, given.name, given.grant.value())
    return SecretOut(secret=f"/set-up/{token}")


@router.post("/people/{account}/grants", operation_id="give_grant", status_code=NOTHING)
def give_grant(request: Request, viewer: Sure, account: str, given: GrantBody) -> Response:
    """All sessions of the person end."""
    service.give(services_of(request), viewer, account, given.value())
    return Response(status_code=NOTHING)


@router.post("/people/{account}/grants/end", operation_id="end_grant", status_code=NOTHING)
def end_grant(request: Request, viewer: Sure, account: str, given: GrantBody) -> Response:
    """Ends one grant, named by role, unit and first day."""
    service.end_grant(services_of(request), viewer, account, given.value())
    return Response(status_code=NOTHING)


@router.post("/people/{account}/link", operation_id="make_reset_link")
def make_reset_link(request: Request, viewer: Sure, account: str) -> SecretOut:
    """Good for an hour, once."""
    return SecretOut(secret=f"/set-up/{service.reset_link(services_of(request), viewer, account)}")


@router.post("/people/{account}/state", operation_id="set_person_state", status_code=NOTHING)
def set_person_state(request: Request, viewer: Sure, account: str, given: StateIn) -> Response:
    """Disabling ends all sessions."""
    service.set_state(services_of(request), viewer, account, given.state)
    return Response(status_code=NOTHING)


@router.post("/people/{account}/sealed", operation_id="set_person_sealed", status_code=NOTHING)
def set_person_sealed(request: Request, viewer: Sure, account: str, given: SealedIn) -> Response:
    """A sealed account is for the day when nothing else lets anybody in; idleness does not disable it."""
    service.set_break_glass(services_of(request), viewer, account, on=given.on)
    return Response(status_code=NOTHING)


@router.delete("/people/{account}/factor", operation_id="remove_factor", status_code=NOTHING)
def remove_factor(request: Request, viewer: Sure, account: str) -> Response:
    """For a lost phone: the person enrols again."""
    service.remove_factor(services_of(request), viewer, account)
    return Response(status_code=NOTHING)


@router.get("/sessions", operation_id="list_sessions")
def list_sessions(request: Request, viewer: Admin) -> list[SessionOut]:
    """Everybody's."""
    names = ("handle", "account", "made_at", "seen_at", "address")
    return [
        SessionOut(**{name: getattr(one, name) for name in names}) for one in service.sessions(services_of(request))
    ]


@router.delete("/sessions/{account}/{handle}", operation_id="end_session", status_code=NOTHING)
def end_session(request: Request, viewer: Sure, account: str, handle: str) -> Response:
    """At once, also its open streams."""
    service.end_session(services_of(request), viewer, account, handle)
    return Response(status_code=NOTHING)


@router.get("/keys", operation_id="list_keys")
def list_keys(request: Request, viewer: Reader) -> list[KeyOut]:
    """Newest first, the dead ones too."""
    names = ("id", "name", "unit", "made_by", "expires_at", "last_used", "revoked_at")
    return [
        KeyOut(**{name: getattr(one, name) for name in names}, scopes=list(one.scopes))
        for one in records.keys(services_of(request), viewer)
    ]


@router.post("/keys", operation_id="make_key", status_code=201)
def make_key(request: Request, viewer: Sure, given: KeyIn) -> SecretOut:
    """The key is shown once."""
    token = records.make_key(services_of(request), viewer, given.name, given.scopes, given.unit, given.days)
    return SecretOut(secret=token)


@router.post("/keys/{key_id}/rotate", operation_id="rotate_key", status_code=201)
def rotate_key(request: Request, viewer: Sure, key_id: str) -> SecretOut:
    """A new key; the old one goes on for seven days."""
    return SecretOut(secret=records.rotate_key(services_of(request), viewer, key_id))


@router.delete("/keys/{key_id}", operation_id="revoke_key", status_code=NOTHING)
def revoke_key(request: Request, viewer: Sure, key_id: str) -> Response:
    """At once."""
    records.revoke_key(services_of(request), viewer, key_id)
    return Response(status_code=NOTHING)


@router.get("/audit", operation_id="list_audit")
def list_audit(
    request: Request,
    viewer: Reader,
    actor: Annotated[str, Query(max_length=80)] = "",
    act: Annotated[str, Query(max_length=80)] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> list[AuditOut]:
    """Newest first. Administrators see their own acts, auditors all."""
    entries = records.audit_page(services_of(request), viewer, actor=actor, act=act, before=before)
    return [AuditOut(**{name: getattr(one, name) for name in AuditOut.model_fields}) for one in entries]


@router.post("/audit/verify", operation_id="verify_audit")
def verify_audit(request: Request, viewer: SureReader) -> VerifyOut:
    """Walks the whole chain."""
    bad = records.verify(services_of(request), viewer)
    return VerifyOut(whole=bad is None, bad=bad.seq if bad else None, why=bad.why if bad else "")


@router.get("/review", operation_id="get_access_review")
def get_access_review(request: Request, viewer: Reader) -> ReviewOut:
    """When the review of access was last signed, and when it is due."""
    found = records.standing(services_of(request))
    last = found.last
    return ReviewOut(
        signed_at=last.signed_at if last else None,
        signed_by=last.signed_by if last else None,
        sha256=last.digest if last else None,
        due=found.due,
        overdue=found.overdue,
    )


@router.post("/review", operation_id="sign_access_review", status_code=NOTHING)
def sign_access_review(request: Request, viewer: Sure, given: ReviewIn) -> Response:
    """Keeps the list of this moment under the person's name."""
    records.sign_review(services_of(request), viewer, given.note)
    return Response(status_code=NOTHING)
