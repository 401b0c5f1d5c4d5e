"""Rules for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from correlator.board import CanMatch, RuleOrigin
from correlator.language.documents import State
from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.rules import service, text
from dashboards.rules.service import RuleFilter, RuleLine
from dashboards.shell.render import language_of, services_of
from soc.access import Right
from soc.alert import Level

router = APIRouter(prefix="/rules", tags=["rules"])
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]


class RuleOut(BaseModel):
    """One rule. `precision`: true or legitimate among its closed alerts, with the 95 % interval; `cost`: microseconds
    an event; `blind_in`: units whose sources for it are all silent."""

    id: str
    title: str
    title_vi: str
    level: Level
    origin: RuleOrigin
    state: State
    can_match: CanMatch
    missing: list[str]
    why: list[str]
    ready_in: list[str]
    blind_in: list[str]
    author: str
    link: str
    licence: str
    logsource: str
    hits_day: int
    hits_month: int
    alerts_a_day: float
    precision: float | None
    interval: tuple[float, float] | None
    cost: float | None
    complete: bool


class RulesOut(BaseModel):
    """A page of rules as they stood at `at`; None while the first look is under way."""

    at: datetime | None
    total: int
    found: int
    rules: list[RuleOut]


class RuleTextOut(BaseModel):
    """One rule with its text."""

    rule: RuleOut
    condition: str
    check: list[str]
    act: list[str]
    yaml: str


@router.get("", operation_id="list_rules")
def list_rules(
    request: Request,
    viewer: Reader,
    *,
    q: Annotated[str, Query(max_length=120)] = "",
    level: Level | None = None,
    origin: RuleOrigin | None = None,
    can: CanMatch | None = None,
    state: State | None = None,
    blind: bool = False,
    fired: bool = False,
    incomplete: bool = False,
    source: Annotated[str, Query(max_length=80)] = "",
    start: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> RulesOut:
    """Blind rules first, then those that fired, then by level."""
    chosen = RuleFilter(q.strip(), level, origin, can, state, blind, fired, incomplete, source)
    view = service.read(services_of(request), viewer, chosen, start=start, limit=limit)
    return RulesOut(at=view.at, total=view.total, found=view.found, rules=[_out(line) for line in view.lines])


@router.get("/{rule_id}", operation_id="get_rule")
def get_rule(request: Request, viewer: Reader, rule_id: str) -> RuleTextOut:
    """One rule."""
    services = services_of(request)
    line, _ = service.find(services, viewer, rule_id)
    said = text.read(services, line.row, language_of(request))
    return RuleTextOut(
        rule=_out(line), condition=said.condition, check=list(said.check), act=list(said.act), yaml=said.yaml
    )


def _out(line: RuleLine) -> RuleOut:
    row, card = line.row, line.row.card
    return RuleOut(
        id=card.id,
        title=card.title,
        title_vi=card.title_vi,
        level=card.level,
        origin=row.origin,
        state=row.state,
        can_match=row.can,
        missing=list(row.missing),
        why=list(row.why),
        ready_in=list(line.ready_in),
        blind_in=list(line.blind_in),
        author=card.author,
        link=card.link,
        licence=row.licence,
        logsource=row.logsource,
        hits_day=line.figures.hits_day,
        hits_month=line.figures.hits_month,
        alerts_a_day=line.alerts_a_day,
        precision=line.precision,
        interval=line.interval,
        cost=line.cost,
        complete=row.complete,
    )
