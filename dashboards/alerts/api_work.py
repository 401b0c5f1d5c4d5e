"""Corrected comments, past judgement and triage figures, for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dashboards.access.program import SeenOrKey
from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.alerts import work
from dashboards.shell.render import services_of
from soc.access import Right
from soc.alert import Level, Verdict
from soc.state.keys import ALERTS_READ
from soc.state.metrics import FigureName, TriageFigure
from soc.state.past import PastKind

router = APIRouter(tags=["alerts"])
Worker = Annotated[Viewer, Depends(Seen(Right.TRIAGE))]
Reader = Annotated[Viewer, Depends(SeenOrKey(Right.READ_EVENTS, ALERTS_READ))]
HeadReader = Annotated[Viewer, Depends(SeenOrKey(Right.READ_ALERT_HEADS, ALERTS_READ))]


class Body(BaseModel):
    """What comes in is closed."""

    model_config = ConfigDict(extra="forbid")


class CorrectionIn(Body):
    """The new words."""

    text: str = Field(min_length=1, max_length=10_000)


class Written(BaseModel):
    """The alert after a line was added."""

    id: str
    revision: int


class PastLineOut(BaseModel):
    """One kind of likeness; `alerts`: the ids behind the number, youngest first, at most 500."""

    kind: PastKind
    total: int
    verdicts: list[tuple[Verdict, int]]
    by: list[tuple[str, int]]
    last: datetime | None
    alerts: list[str]


class PastOut(BaseModel):
    """`verdict` and `reason`: what is proposed; a person confirms."""

    total: int
    verdict: Verdict | None
    reason: str | None
    lines: list[PastLineOut]


class FigureOut(BaseModel):
    """Seconds; `working`: of working time. None: there is nothing to measure yet."""

    name: FigureName
    levels: list[Level]
    working: bool
    n: int
    median: float | None
    p90: float | None


class FiguresOut(BaseModel):
    """Of alerts raised from `since` to `until`."""

    since: datetime
    until: datetime
    alerts: int
    closed: int
    reopened: int
    figures: list[FigureOut]


@router.post("/alerts/{alert_id}/comments/{seq}", operation_id="correct_comment", status_code=201)
def correct_comment(request: Request, viewer: Worker, alert_id: str, seq: int, words: CorrectionIn) -> Written:
    """Within 15 minutes a correction (the old text stays in the log), later an addition; only by the author."""
    changed = work.correct(services_of(request), viewer, alert_id, seq, words.text, request.state.request_id)
    return Written(id=changed.id, revision=changed.revision)


@router.get("/alerts/{alert_id}/past", operation_id="get_past_judgement")
def get_past(request: Request, viewer: Reader, alert_id: str) -> PastOut:
    """How alerts like this one were judged: the same fingerprint first, then the same rule on a shared entity."""
    found = work.past(services_of(request), viewer, alert_id)
    lines = [PastLineOut(**asdict(line)) for line in found.lines]
    return PastOut(total=found.total, verdict=found.verdict, reason=found.reason, lines=lines)


@router.get("/metrics/triage", operation_id="get_triage_figures")
def get_triage_figures(
    request: Request,
    viewer: HeadReader,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    unit: str = "",
) -> FiguresOut:
    """n, median and 90th percentile of each figure, from the history of alerts alone; by default of 30 days."""
    found = work.figures(services_of(request), viewer, since, until, unit)
    names = ("since", "until", "alerts", "closed", "reopened")
    return FiguresOut(**{name: getattr(found, name) for name in names}, figures=[_figure(f) for f in found.figures])


def _figure(one: TriageFigure) -> FigureOut:
    return FigureOut(
        name=one.name,
        levels=list(one.levels),
        working=one.working,
        n=one.n,
        median=None if one.median is None else one.median.total_seconds(),
        p90=None if one.p90 is None else one.p90.total_seconds(),
    )
