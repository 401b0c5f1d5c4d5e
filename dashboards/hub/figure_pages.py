"""Pages of figures that wait: held values to confirm, findings to answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboards.errors import Invalid
from dashboards.hub import service
from dashboards.hub.caller import Asked, Caller
from dashboards.hub.words import ANSWERS, DONE, title_of, told
from dashboards.shell.problems import Problem
from dashboards.shell.render import language_of, page, services_of, translate
from dashboards.shell.unit_names import unit_name
from reports.kpi.checks.numbers import figure
from soc.access import Right, RoleOfPerson
from soc.state.findings import WantedFindings
from soc.state.tables.receipts import FindingEventKind

router = APIRouter(prefix="/figures", include_in_schema=False)
Reader = Annotated[Caller, Depends(Asked(Right.READ_TILES, ()))]
Writer = Annotated[Caller, Depends(Asked(Right.ENTER_FIGURES, ()))]
Words = Annotated[str, Form(max_length=2_000)]
MOST = 200


@router.get("")
def figures(caller: Reader) -> Response:
    return RedirectResponse("/figures/held", status_code=303)


@router.get("/held")
def held(request: Request, caller: Reader, done: str = "") -> Response:
    return _held(request, caller, done=done)


@router.post("/held/{seq}/confirm")
def confirm(request: Request, caller: Writer, seq: int, reason: Words = "") -> Response:
    try:
        service.confirm(services_of(request), caller, seq, reason)
    except Invalid as error:
        problems = [Problem(f"reason-{seq}", translate(request, text)) for text in error.fields.values()]
        return _held(request, caller, status=422, problems=problems)
    return RedirectResponse("/figures/held?done=confirmed", status_code=303)


@router.get("/findings")
def findings(request: Request, caller: Reader, done: str = "", show: str = "") -> Response:
    return _findings(request, caller, done=done, everything=show == "all")


@router.post("/findings/{finding_id}/answer")
def answer(
    request: Request, caller: Writer, finding_id: int, answer: Words = "", text: Words = "", evidence: Words = ""
) -> Response:
    try:
        if answer not in ANSWERS:
            raise Invalid({"text": service.SAY_WHY})
        service.answer(services_of(request), caller, finding_id, FindingEventKind(answer), text, evidence)
    except Invalid as error:
        problems = [Problem(f"text-{finding_id}", translate(request, said)) for said in error.fields.values()]
        return _findings(request, caller, status=422, problems=problems)
    return RedirectResponse("/figures/findings?done=answered", status_code=303)


def _held(
    request: Request, caller: Caller, *, status: int = 200, problems: list[Problem] | None = None, done: str = ""
) -> Response:
    with services_of(request).state.read() as tx:
        found = tx.observations.held(caller.scope, limit=MOST)
    return figures_page(
        request, caller, "hub/held.html", status=status, problems=problems or [], place="held", holds=found, done=done
    )


def _findings(
    request: Request,
    caller: Caller,
    *,
    status: int = 200,
    problems: list[Problem] | None = None,
    done: str = "",
    everything: bool = False,
) -> Response:
    with services_of(request).state.read() as tx:
        found = tx.findings.page(caller.scope, WantedFindings(open_only=not everything, limit=MOST))
        said = {one.id: tx.findings.history(one.id, caller.scope) for one in found if one.answer}
    return figures_page(
        request,
        caller,
        "hub/findings.html",
        status=status,
        problems=problems or [],
        place="findings",
        found=found,
        said=said,
        everything=everything,
        operator=RoleOfPerson.IT_CENTRE in caller.viewer.roles,
        done=done,
    )


def figures_page(
    request: Request, caller: Caller, template: str, *, status: int = 200, done: str = "", **values: Any
) -> Response:
    """With what all pages of figures show."""
    language, services = language_of(request), services_of(request)
    scope = caller.viewer.scope(Right.ENTER_FIGURES)
    return page(
        request,
        template,
        status=status,
        section="figures",
        may_enter=caller.viewer.may(Right.ENTER_FIGURES),
        own=scope.sees,
        unit_name=unit_name(request),
        kpi_title=lambda kpi: title_of(services.world, kpi, language),
        shown=lambda value: "–" if value is None else figure(value).of(language),
        told=lambda texts: told(texts, language),
        ANSWERS=ANSWERS,
        done=translate(request, DONE[done]) if done in DONE else "",
        **values,
    )
