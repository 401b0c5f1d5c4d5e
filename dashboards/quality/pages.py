"""Quality of figures, contributions of units, and what a figure is expected to be."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.quality import service
from dashboards.quality.words import KINDS, METHODS, grade
from dashboards.shell.forecast_drawing import drawn
from dashboards.shell.render import language_of, page, services_of
from dashboards.shell.unit_names import unit_name
from reports.kpi.period_words import period_words
from reports.kpi.quality import LABELS, Score, Tally, scores
from reports.kpi.reorganised import Units
from soc.access import Right
from soc.errors import NotFound
from soc.period import Period

router = APIRouter(prefix="/figures", include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_TILES))]
MOST = 200
"""Rows behind a score; the page says how many there are."""


@router.get("/quality")
def quality(request: Request, viewer: Reader, month: str = "") -> Response:
    services = services_of(request)
    months = service.months(services, language_of(request))
    one = service.chosen(months, month)
    found = service.board(services, viewer, one.period)
    shown = sorted(found.units, key=lambda row: (row.scores.honesty is None, row.scores.honesty or 0))
    return _page(
        request,
        viewer,
        "quality/quality.html",
        place="quality",
        months=months,
        chosen=one,
        board=found,
        rows=shown,
        whole=scores(found.whole),
        subsystems=[(name, tally, scores(tally)) for name, tally in found.subsystems.items()],
    )


@router.get("/quality/{unit_id}/{score}")
def behind(
    request: Request, viewer: Reader, unit_id: str, score: str, month: str = "", subsystem: str = ""
) -> Response:
    """What one score of a unit was counted from."""
    services, wanted = services_of(request), _score(score)
    months = service.months(services, language_of(request))
    one = service.chosen(months, month)
    found = service.opened(services, viewer, one.period, unit_id, subsystem)
    missed, faults = found.missed(wanted), found.faults(wanted)
    return _page(
        request,
        viewer,
        "quality/behind.html",
        place="quality",
        months=months,
        chosen=one,
        unit=unit_id,
        subsystem=subsystem,
        score=wanted,
        found=found,
        counts=_counts(wanted, found.tally),
        told=scores(found.tally),
        missed=missed[:MOST],
        faults=faults[:MOST],
        more=max(0, len(missed) + len(faults) - MOST),
        unseen=found.looks.due - found.looks.fresh,
    )


@router.get("/contributions")
def contributions(request: Request, viewer: Reader, month: str = "", subsystem: str = "") -> Response:
    services = services_of(request)
    months = service.months(services, language_of(request))
    one = service.chosen(months, month)
    return _page(
        request,
        viewer,
        "quality/contributions.html",
        place="contributions",
        months=months,
        chosen=one,
        subsystem=subsystem,
        rows=service.table(services, viewer, one.period, subsystem),
        ranked=service.ranks(viewer),
    )


@router.get("/contributions.csv")
def contributions_file(request: Request, viewer: Reader, month: str = "", subsystem: str = "") -> Response:
    services = services_of(request)
    one = service.chosen(service.months(services, language_of(request)), month)
    text = service.sheet(services, viewer, one.period, subsystem)
    headers = {"Content-Disposition": f'attachment; filename="contributions-{one.period.end}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/forecast/{kpi_id}")
def forecast(request: Request, viewer: Reader, kpi_id: str, unit: str = "", units: Units = Units.THEN) -> Response:
    """`units=now`: with the series of those that the unit has taken over."""
    services, language = services_of(request), language_of(request)
    found = service.expected(services, viewer, kpi_id, unit, units)
    return _page(
        request,
        viewer,
        "quality/forecast.html",
        place="",
        found=found,
        kpi=found.kpi,
        units=units,
        of_unit=found.level != service.world_of(services).organisation.province,
        drawing=drawn(request, found, service.world_of(services), language),
    )


def _score(text: str) -> Score:
    """Raises NotFound for what is none of the four."""
    if text not in set(Score):
        raise NotFound
    return Score(text)


def _counts(score: Score, tally: Tally) -> tuple[int, int]:
    """What is good, of how many."""
    return {
        Score.ACCURACY: (tally.received - tally.failed, tally.received),
        Score.INTEGRITY: (tally.given, tally.owed),
        Score.CONSISTENCY: (tally.received - tally.contradicted, tally.received),
        Score.TIMELINESS: (tally.fresh, tally.due),
    }[score]


def _page(request: Request, viewer: Viewer, template: str, **values: Any) -> Response:
    language, services = language_of(request), services_of(request)
    world = service.world_of(services)

    def kpi_title(kpi: str) -> str:
        found = world.catalogue.kpis.get(kpi)
        return found.title.of(language) if found else kpi

    def days(period: Period) -> str:
        return period_words(period, world.profile.default_reporting).of(language)

    return page(
        request,
        template,
        section="figures",
        may_enter=viewer.may(Right.ENTER_FIGURES),
        unit_name=unit_name(request),
        kpi_title=kpi_title,
        days=days,
        sectors={name: world.catalogue.subsystems[name].title.of(language) for name in world.profile.subsystems},
        SCORES=tuple(Score),
        LABELS=LABELS,
        KINDS=KINDS,
        METHODS=METHODS,
        grade=grade,
        **values,
    )
