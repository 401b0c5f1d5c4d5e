"""The beginnings, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.home import checklist, service, year
from dashboards.home import team as shift
from dashboards.home.checklist import StepState
from dashboards.shell.render import language_of, services_of
from dashboards.shell.telling import said
from soc.access import Right
from soc.alert import Level, Status
from soc.watch import Standing, Watched

router = APIRouter(tags=["home"])
Lead = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]
Contact = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS))]
Keeper = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]


class StepOut(BaseModel):
    """One of the first things to do; `later`: this version has no such part."""

    id: str
    title: str
    fact: str
    state: StepState


class SpecialOut(BaseModel):
    """A day that is off though it would be worked, or worked though it would be off."""

    day: date
    name_vi: str
    name_en: str
    worked: bool


class YearOut(BaseModel):
    """`approved_by` empty: nobody has confirmed these days."""

    year: int
    days: list[SpecialOut]
    digest: str
    approved_by: str
    approved_at: str


class ApproveIn(BaseModel):
    """The days that were looked at."""

    model_config = ConfigDict(extra="forbid")

    digest: str = Field(max_length=16)


class MemberOut(BaseModel):
    """Somebody of the shift; `seen_at` null: not signed in now."""

    account: str
    name: str
    role: str
    seen_at: datetime | None
    open: int
    heavy: int


class AtRiskOut(BaseModel):
    """An alert that nobody has taken and whose limit runs out or is past."""

    alert: str
    number: int
    due: datetime | None
    state: str


class TeamOut(BaseModel):
    """The shift, of what lies in the queue; `free`: open alerts without an owner; `soon`: a limit ends in an hour."""

    members: list[MemberOut]
    free: int
    past: int
    soon: int
    at_risk: list[AtRiskOut]


class HeadOut(BaseModel):
    """The head of an alert; `meaning` and `steps` in the reader's language, `due`: until when."""

    id: str
    number: int
    title: str
    level: Level
    status: Status
    unit: str
    raised_at: datetime
    meaning: str
    steps: list[str]
    due: datetime | None


class SourceStandingOut(BaseModel):
    """One source as it stands."""

    id: str
    name: str
    unit: str
    standing: Standing
    last_seen: datetime | None


class UnitOut(BaseModel):
    """The caller's own units."""

    open: int
    alerts: list[HeadOut]
    sources: list[SourceStandingOut]


class LateOut(BaseModel):
    """`counted`: sources that somebody counts on; `pending`: senders that wait for a unit."""

    sources: list[SourceStandingOut]
    counted: int
    pending: int
    units_without: list[str]


@router.get("/start", operation_id="list_first_steps")
def list_first_steps(request: Request, viewer: Keeper) -> list[StepOut]:
    """The first seven things to do, each with its state."""
    found = checklist.read(services_of(request)).steps
    return [StepOut(id=step.id, title=step.title, fact=step.fact, state=step.state) for step in found]


@router.get("/calendar", operation_id="list_years")
def list_years(request: Request, viewer: Keeper) -> list[YearOut]:
    """Holidays and swapped days of this year and the next, and who has confirmed them."""
    return [_year(one) for one in year.years(services_of(request))]


@router.post("/calendar/{number}/approve", operation_id="approve_year")
def approve_year(request: Request, viewer: Keeper, number: int, wish: ApproveIn) -> YearOut:
    """Confirms the days that `digest` names; 409 when they have changed since."""
    return _year(year.approve(services_of(request), viewer, number, wish.digest))


@router.get("/team", operation_id="get_team")
def get_team(request: Request, viewer: Lead) -> TeamOut:
    """Who is on, what each carries, which limits run out."""
    view = shift.team(services_of(request), viewer)
    members = [
        MemberOut(
            account=one.account,
            name=one.name,
            role=one.role,
            seen_at=one.seen,
            open=one.load.open,
            heavy=one.load.heavy,
        )
        for one in view.strip.members
    ]
    risk = [
        AtRiskOut(alert=one.alert.id, number=one.alert.number, due=one.limit.due, state=one.limit.state)
        for one in view.at_risk
    ]
    line = view.strip
    return TeamOut(members=members, free=line.free.open, past=line.past, soon=line.soon, at_risk=risk)


@router.get("/unit", operation_id="get_own_unit")
def get_own_unit(request: Request, viewer: Contact) -> UnitOut:
    """Open alerts and sources of the caller's units."""
    view = service.unit(services_of(request), viewer, language_of(request))
    return UnitOut(
        open=view.total, alerts=[_head(one) for one in view.alerts], sources=[_source(s) for s in view.sources]
    )


@router.get("/late", operation_id="list_late_sources")
def list_late_sources(request: Request, viewer: Keeper) -> LateOut:
    """Sources that do not send as they should, the worst first, and units that have none."""
    view = service.late(services_of(request), viewer)
    sources = [_source(one) for one in view.sources]
    return LateOut(sources=sources, counted=view.counted, pending=view.pending, units_without=list(view.deaf))


def _head(told: service.Told) -> HeadOut:
    alert = told.alert
    return HeadOut(
        id=alert.id,
        number=alert.number,
        title=alert.rule.title,
        level=alert.level,
        status=alert.status,
        unit=alert.unit,
        raised_at=alert.raised_at,
        meaning=said(told.meaning),
        steps=[said(step) for step in told.steps],
        due=told.limit.due if told.limit else None,
    )


def _source(one: Watched) -> SourceStandingOut:
    last = one.seen.last if one.seen else None
    source = one.source
    return SourceStandingOut(id=source.id, name=source.name, unit=source.unit, standing=one.standing, last_seen=last)


def _year(one: year.Year) -> YearOut:
    days = [SpecialOut(day=day.day, name_vi=day.name_vi, name_en=day.name_en, worked=day.worked) for day in one.days]
    return YearOut(
        year=one.number, days=days, digest=one.digest, approved_by=one.approved_by, approved_at=one.approved_at
    )
