"""The hunt for people: one address for each question; a plain form, a plain table, and fragments for one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response, StreamingResponse

from dashboards.access.session import Seen, require_factor
from dashboards.access.viewer import Viewer
from dashboards.hunt import export, marked, saved, service
from dashboards.hunt.asked import COLUMNS, PRESETS, Asked, Reading
from dashboards.hunt.bars import drawn
from dashboards.hunt.field_labels import FIELD_LABELS
from dashboards.hunt.grammar import GRAMMAR
from dashboards.hunt.library import shipped
from dashboards.hunt.rows import RAW, field_lines, rows
from dashboards.hunt.running import gate_of, run
from dashboards.hunt.service import Answer
from dashboards.hunt.stacked import groups
from dashboards.shell.formats import ZONE, span
from dashboards.shell.render import fragment, language_of, page, services_of, translate, wants_fragment
from dashboards.shell.unit_names import unit_choices, unit_name
from soc.access import Right
from soc.errors import StoreError

router = APIRouter(include_in_schema=False)
Hunter = Annotated[Viewer, Depends(Seen(Right.READ_EVENTS))]
LIMITS = frozenset({"SOC-1512", "SOC-1513", "SOC-1518"})
"""Refusals of the store that belong beside the question; all else is an error page."""


def asked(
    q: Annotated[str, Query(max_length=8_000)] = "",
    since: Annotated[str, Query(max_length=40)] = "now-24h",
    until: Annotated[str, Query(max_length=40)] = "now",
    unit: Annotated[str, Query(max_length=80)] = "",
    cols: Annotated[str, Query(max_length=1_000)] = "",
    by: Annotated[str, Query(max_length=300)] = "",
    *,
    common: bool = False,
    after: Annotated[str, Query(max_length=300)] = "",
    sure: bool = False,
) -> Asked:
    return Asked(q, since or "now-24h", until or "now", unit, cols, by, common, after, sure)


Question = Annotated[Asked, Depends(asked)]


@router.get("/hunt")
async def hunt(
    request: Request,
    viewer: Hunter,
    question: Question,
    preset: Annotated[str, Query(max_length=20)] = "",
    group: Annotated[str, Query(max_length=120)] = "",
    col: Annotated[list[str] | None, Query(max_length=60)] = None,
) -> Response:
    """Without a question: what can be asked. `preset`, `group` and `col` come from buttons, the
    menu of a value, and boxes."""
    if preset in dict(PRESETS):
        return RedirectResponse(question.href(since=preset, until="now"), status_code=303)
    if group:
        return RedirectResponse(question.href(by=group), status_code=303)
    if col is not None:
        return RedirectResponse(question.href(cols=",".join(col)), status_code=303)
    return await run(request, viewer, partial(_answered, request, viewer, question))


@router.get("/hunt/events/{event_id}")
def event(
    request: Request,
    viewer: Hunter,
    event_id: str,
    back: Annotated[str, Query(max_length=9_000)] = "/hunt",
) -> Response:
    services = services_of(request)
    found = service.event(services, viewer, event_id)
    came_from = back if back.startswith("/hunt?") else "/hunt"
    values: dict[str, Any] = {
        "event_id": event_id,
        "lines": field_lines(found, _asked_of(came_from), services.clock.now()),
        "raw": found.get(RAW),
        "back": came_from,
    }
    if wants_fragment(request):
        return fragment(request, "hunt/event.html", "event", **values)
    return page(request, "hunt/event.html", section="hunt", **values)


@router.post("/hunt/saved")
def save(
    request: Request,
    viewer: Hunter,
    name: Annotated[str, Form(max_length=200)],
    q: Annotated[str, Form(max_length=8_000)] = "",
    since: Annotated[str, Form(max_length=40)] = "now-24h",
    until: Annotated[str, Form(max_length=40)] = "now",
    unit: Annotated[str, Form(max_length=80)] = "",
    cols: Annotated[str, Form(max_length=1_000)] = "",
    by: Annotated[str, Form(max_length=300)] = "",
    *,
    common: Annotated[bool, Form()] = False,
) -> Response:
    """The question gets a name; the page shows it among the own ones."""
    saved.keep(services_of(request), viewer, name, Asked(q, since, until, unit, cols, by, common))
    return RedirectResponse("/hunt?saved=true", status_code=303)


@router.post("/hunt/saved/{saved_id}/delete")
def delete(request: Request, viewer: Hunter, saved_id: str) -> Response:
    saved.drop(services_of(request), viewer, saved_id)
    return RedirectResponse("/hunt", status_code=303)


@router.post("/hunt/export")
async def download(
    request: Request,
    viewer: Hunter,
    form: Annotated[export.Form, Form()],
    q: Annotated[str, Form(max_length=8_000)] = "",
    since: Annotated[str, Form(max_length=40)] = "now-24h",
    until: Annotated[str, Form(max_length=40)] = "now",
    unit: Annotated[str, Form(max_length=80)] = "",
    cols: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """A file of every hit; a faulty question goes back to its page."""
    question = Asked(q, since, until, unit, cols)
    found = service.reading(services_of(request), viewer, question)
    if found.query is None:
        return RedirectResponse(question.href(), status_code=303)
    if await run_in_threadpool(export.is_large, services_of(request), found):
        require_factor(request, question.href())
    return streamed(request, viewer, found, form)


def streamed(request: Request, viewer: Viewer, found: Reading, form: export.Form) -> StreamingResponse:
    """The file as it is read."""
    services, gate = services_of(request), gate_of(request)
    made = export.Export(services, viewer, found, form, gate, gate.join(viewer.account))
    name = f"su-kien-{services.clock.now().astimezone(ZONE):%Y%m%d-%H%M%S}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(made.parts(), media_type=export.MEDIA[form], headers=headers)


def _answered(request: Request, viewer: Viewer, question: Asked) -> Response:
    services = services_of(request)
    found = service.reading(services, viewer, question)
    answer: Answer | None = None
    refusal: StoreError | None = None
    if found.query is not None and "q" in request.query_params:
        try:
            answer = service.answer(services, found)
        except StoreError as error:
            if error.code not in LIMITS:
                raise
            refusal = error
    return page(
        request,
        "hunt/hunt.html",
        # A search page that marks what it could not read has done its work: 200, else the browser logs an error for
        # every slip of a hand. Programs get 422 from the API.
        section="hunt",
        asked=question,
        reading=found,
        wrong={name: found.fields.get(name, "") for name in ("since", "until", "unit")},
        pieces=marked.marked(question.q, found.faults),
        fault_lines=marked.lines(found.faults, language_of(request)),
        refusal=refusal,
        answer=answer,
        presets=PRESETS,
        scripts=("js/complete.js", "vendor/uplot.min.js", "js/hunt.js"),
        GRAMMAR=GRAMMAR,
        span_of=partial(_span, request),
        columns=question.columns,
        column_choices=tuple(dict.fromkeys((*question.columns, *COLUMNS, *FIELD_LABELS))),
        labels=FIELD_LABELS,
        named=lambda names: [translate(request, FIELD_LABELS[one]) if one in FIELD_LABELS else one for one in names],
        unit_choices=unit_choices(viewer, Right.READ_EVENTS),
        unit_name=unit_name(request),
        shipped=shipped() if answer is None else (),
        own=saved.saved(services, viewer) if answer is None else (),
        done="saved" in request.query_params,
        **_pictured(request, question, answer),
    )


def _pictured(request: Request, question: Asked, answer: Answer | None) -> dict[str, Any]:
    now = services_of(request).clock.now()
    return {
        "chart": drawn(answer.timeline, question) if answer and answer.timeline else None,
        "rows": rows(answer.events, question) if answer else [],
        "groups": groups(answer.stack, question, now) if answer and answer.stack else None,
        "next_href": question.href(after=answer.next, sure=question.sure) if answer and answer.next else "",
    }


def _span(request: Request, seconds: int) -> str:
    return span(timedelta(seconds=seconds), partial(translate, request))


def _asked_of(href: str) -> Asked:
    """The question of one of our own addresses."""
    given = dict(parse_qsl(href.partition("?")[2]))
    texts = {name: given[name] for name in ("q", "since", "until", "unit", "cols", "by") if name in given}
    return replace(Asked(), **texts)  # type: ignore[arg-type]
