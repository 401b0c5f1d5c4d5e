"""One's own account for programs that act as the person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dashboards.access.doors import count_try, names_of_bodies
from dashboards.access.session import SignedIn, StepUp, caller_of, session_token, set_session
from dashboards.access.viewer import Viewer
from dashboards.account import service
from dashboards.shell.render import services_of
from soc.access import RoleOfPerson
from soc.state import signin
from soc.state.sessions import Session

router = APIRouter(prefix="/account", tags=["account"])
Person = Annotated[Viewer, Depends(SignedIn())]
Sure = Annotated[Viewer, Depends(StepUp())]


class SessionOut(BaseModel):
    """One living session; `handle` names it and opens nothing."""

    handle: str
    made_at: datetime
    seen_at: datetime
    address: str
    agent: str
    this: bool


class AccountOut(BaseModel):
    """Who is asking. `factor_since` None: no second factor yet; `factor_by`: until when that is accepted."""

    account: str
    name: str
    roles: list[RoleOfPerson]
    factor_since: datetime | None
    recovery_codes_left: int
    factor_by: datetime | None
    sessions: list[SessionOut]
    unread_notices: int


class PasswordIn(BaseModel):
    """Both passwords; all other sessions end."""

    model_config = ConfigDict(extra="forbid")

    old: str = Field(min_length=1, max_length=512)
    new: str = Field(min_length=1, max_length=512)


class CodesOut(BaseModel):
    """Shown once."""

    codes: list[str]


@router.get("", operation_id="get_account")
def get_account(request: Request, viewer: Person) -> AccountOut:
    """The person behind this session."""
    here: Session = request.state.session
    found = service.read(services_of(request), viewer)
    names = ("handle", "made_at", "seen_at", "address", "agent")
    return AccountOut(
        account=viewer.account,
        name=viewer.name,
        roles=list(viewer.roles),
        factor_since=found.factor.since if found.factor else None,
        recovery_codes_left=found.factor.codes_left if found.factor else 0,
        factor_by=found.factor_by,
        sessions=[
            SessionOut(**{name: getattr(one, name) for name in names}, this=one.handle == here.handle)
            for one in found.sessions
        ],
        unread_notices=sum(one.read_at is None for one in found.notices),
    )


@router.delete("/sessions", operation_id="end_other_sessions", status_code=204)
def end_other_sessions(request: Request, viewer: Person) -> Response:
    """Ends all but this one."""
    service.end_others(services_of(request), viewer, session_token(request) or "")
    return Response(status_code=204)


@router.delete("/sessions/{handle}", operation_id="end_own_session", status_code=204)
def end_own_session(request: Request, viewer: Person, handle: str) -> Response:
    """Ends one of one's own."""
    service.end_session(services_of(request), viewer, handle)
    return Response(status_code=204)


@router.post("/password", operation_id="change_password", status_code=204)
def change_password(request: Request, viewer: Person, given: PasswordIn) -> Response:
    """This session goes on under a new id."""
    caller = caller_of(request)
    count_try(request, caller.address)
    state, token = services_of(request).state, session_token(request) or ""
    renewed = signin.change_password(state, token, given.old, given.new, caller, names=names_of_bodies(request))
    response = Response(status_code=204)
    set_session(request, response, renewed)
    return response


@router.post("/recovery-codes", operation_id="make_recovery_codes")
def make_recovery_codes(request: Request, viewer: Sure) -> CodesOut:
    """Ten new ones; the old ones are void."""
    return CodesOut(codes=list(service.new_codes(services_of(request), viewer)))
