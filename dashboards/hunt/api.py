"""Events for programs: search, timeline, stacking, cost, one event, export; and what the query bar asks."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from dashboards.access.session import Seen, require_factor
from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid
from dashboards.hunt import completion, export, marked, saved, service
from dashboards.hunt.asked import Asked, Reading
from dashboards.hunt.export import Form
from dashboards.hunt.index import ValueIndex
from dashboards.hunt.pages import asked, streamed
from dashboards.hunt.running import run
from dashboards.hunt.timeline import timeline
from dashboards.shell.i18n import catalogue
from dashboards.shell.render import language_of, services_of, translate
from soc.access import Right
from soc.errors import QuerySyntaxError
from soc.query.wording import sentence

router = APIRouter(tags=["events"])
Hunter = Annotated[Viewer, Depends(Seen(Right.READ_EVENTS))]
Question = Annotated[Asked, Depends(asked)]


class WeightOut(BaseModel):
    """What the search would read at most; `heavy`: it runs only with `sure=true`."""

    files: int
    events: int
    bytes: int
    heavy: bool


class EventsOut(BaseModel):
    """`next` is handed back as `after`. `complete` false: the time limit ended the search early."""

    events: list[dict[str, Any]]
    next: str | None
    complete: bool
    seconds: float
    weight: WeightOut


class BarOut(BaseModel):
    """`n` null: nothing of any kind was stored then."""

    at: datetime
    until: datetime
    n: int | None


class TimelineOut(BaseModel):
    """Hits over time."""

    step_seconds: int
    total: int
    bars: list[BarOut]


class GroupOut(BaseModel):
    """One combination of values; null: the field is absent."""

    values: list[str | None]
    events: int
    hosts: int
    units: int
    first: datetime
    last: datetime


class StackOut(BaseModel):
    """The groups that are shown, and the sums over all hits."""

    fields: list[str]
    rows: list[GroupOut]
    groups: int
    events: int
    hosts: int
    units: int


class CountOut(BaseModel):
    """How often a value came in 24 hours: what each act of the menu would show. Null: it cannot be asked for."""

    field: str
    value: str
    only: int | None
    without: int | None
    alone: int | None
    since: datetime
    until: datetime


class ProposalOut(BaseModel):
    """`insert` takes the place of the text from `start` to `end`."""

    insert: str
    label: str
    note: str
    kind: str


class CompletionOut(BaseModel):
    """`ready` false: values are not known yet, ask again."""

    start: int
    end: int
    items: list[ProposalOut]
    ready: bool


class FaultOut(BaseModel):
    """One mistake in a query."""

    position: int
    length: int
    column: int
    message_id: str
    expected: list[str]
    detail: str


class SavedOut(BaseModel):
    """A question with a name; `href` is its page."""

    id: str
    name: str
    href: str
    mine: bool


class SavedIn(BaseModel):
    """A question to keep under a name."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    q: str = Field(default="", max_length=8_000)
    since: str = Field(default="now-24h", max_length=40)
    until: str = Field(default="now", max_length=40)
    unit: str = Field(default="", max_length=80)
    cols: str = Field(default="", max_length=1_000)
    by: str = Field(default="", max_length=300)
    common: bool = False
    shared: bool = False


class ExportIn(BaseModel):
    """Which hits, which columns (CSV only), in which form."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(default="", max_length=8_000)
    since: str = Field(default="now-24h", max_length=40)
    until: str = Field(default="now", max_length=40)
    unit: str = Field(default="", max_length=80)
    cols: str = Field(default="", max_length=1_000)
    form: Form = Form.NDJSON


@router.get("/events", operation_id="search_events")
async def search_events(
    request: Request, viewer: Hunter, question: Question, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> EventsOut:
    """Hits, newest first. Hanging up cancels the search."""
    found = _ready(request, viewer, question)
    work = partial(service.answer, services_of(request), found, limit=limit, pictured=False)
    made = await run(request, viewer, work)
    if not made.shown:
        raise Invalid({"sure": "this search reads very many events - send sure=true to run it anyway"})
    weight = _weight(request, found)
    events = [dict(event) for event in made.events]
    return EventsOut(events=events, next=made.next, complete=made.complete, seconds=made.seconds, weight=weight)


@router.get("/events/estimate", operation_id="estimate_search")
def estimate_search(request: Request, viewer: Hunter, question: Question) -> WeightOut:
    """What a search would read, from the list of files alone."""
    return _weight(request, _ready(request, viewer, question))


@router.get("/events/timeline", operation_id="event_timeline")
async def event_timeline(request: Request, viewer: Hunter, question: Question) -> TimelineOut:
    """Counts over time; gaps are null, never zero."""
    services = services_of(request)
    query = _ready(request, viewer, question).ready()
    made = await run(request, viewer, lambda: timeline(service.store_of(services), query, services.clock.now()))
    bars = [BarOut(at=bar.at, until=bar.until, n=None if bar.gap else bar.n) for bar in made.bars]
    return TimelineOut(step_seconds=made.step, total=made.total, bars=bars)


@router.get("/events/stack", operation_id="stack_events")
async def stack_events(
    request: Request, viewer: Hunter, question: Question, limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> StackOut:
    """Hits grouped by one to three fields (`by`), rarest first unless `common`."""
    if not question.grouped:
        raise Invalid({"by": "name one to three fields, separated by commas"})
    query = _ready(request, viewer, question).ready()
    store = service.store_of(services_of(request))
    fields = question.grouped
    made = await run(request, viewer, lambda: store.stack(query, fields, limit, rarest_first=not question.common))
    return StackOut(**asdict(made) | {"fields": list(fields)})


@router.get("/events/{event_id}", operation_id="read_event")
def read_event(request: Request, viewer: Hunter, event_id: str) -> dict[str, Any]:
    """One event with all its fields."""
    return dict(service.event(services_of(request), viewer, event_id))


@router.post("/events/export", operation_id="export_events", response_class=Response)
def export_events(request: Request, viewer: Hunter, wanted: ExportIn) -> Response:
    """Every hit, oldest first, as CSV or NDJSON; written in the audit log with its SHA-256. More than 10,000 hits ask
    for the second factor again."""
    question = Asked(wanted.q, wanted.since, wanted.until, wanted.unit, wanted.cols)
    found = _ready(request, viewer, question)
    if export.is_large(services_of(request), found):
        require_factor(request)
    return streamed(request, viewer, found, wanted.form)


@router.get("/hunts", operation_id="list_hunts")
def list_hunts(request: Request, viewer: Hunter) -> list[SavedOut]:
    """One's own questions, then shared ones."""
    found = saved.saved(services_of(request), viewer)
    return [SavedOut(id=one.id, name=one.name, href=one.href, mine=one.mine) for one in found]


@router.post("/hunts", operation_id="save_hunt")
def save_hunt(request: Request, viewer: Hunter, wanted: SavedIn) -> list[SavedOut]:
    """A question of that name is replaced; answers the list."""
    question = Asked(wanted.q, wanted.since, wanted.until, wanted.unit, wanted.cols, wanted.by, wanted.common)
    saved.keep(services_of(request), viewer, wanted.name, question, shared=wanted.shared)
    return list_hunts(request, viewer)


@router.delete("/hunts/{saved_id}", operation_id="delete_hunt", status_code=204)
def delete_hunt(request: Request, viewer: Hunter, saved_id: str) -> None:
    """Only one's own."""
    saved.drop(services_of(request), viewer, saved_id)


@router.get("/complete", operation_id="complete_query")
def complete_query(
    request: Request,
    viewer: Hunter,
    q: Annotated[str, Query(max_length=8_000)] = "",
    at: Annotated[int | None, Query(ge=0, le=8_000)] = None,
) -> CompletionOut:
    """What may stand at the cursor: fields, operators, values; from an index, never from a scan."""
    services = services_of(request)
    index = cast(ValueIndex, request.app.state.value_index)
    sample = index.sample(services.events, services.clock.now())
    words = catalogue(language_of(request)).gettext
    scope = viewer.scope(Right.READ_EVENTS)
    made = completion.proposals(q, len(q) if at is None else min(at, len(q)), sample, scope, words)
    items = [ProposalOut(**asdict(item)) for item in made.items]
    return CompletionOut(start=made.place.start, end=made.place.end, items=items, ready=made.ready)


@router.get("/query/check", operation_id="check_query")
def check_query(request: Request, viewer: Hunter, question: Question) -> list[FaultOut]:
    """Every fault of a query with its column and what was expected; an empty list is a good query."""
    found = service.reading(services_of(request), viewer, question)
    words = marked.lines(found.faults, language_of(request))
    return [
        FaultOut(
            position=fault.position,
            length=fault.length,
            column=line.column,
            message_id=fault.message_id,
            expected=list(fault.expected),
            detail=line.text,
        )
        for fault, line in zip(sorted(found.faults), words, strict=True)
    ]


@router.get("/values/count", operation_id="count_value")
async def count_value(
    request: Request,
    viewer: Hunter,
    field: Annotated[str, Query(max_length=200)],
    value: Annotated[str, Query(max_length=4_000)],
) -> CountOut:
    """How often the value came in the last 24 hours, before somebody clicks on it."""
    work = partial(service.value_count, services_of(request), viewer, field, value)
    found = await run(request, viewer, work)
    return CountOut(
        field=field,
        value=value,
        only=found.n,
        alone=found.n,
        without=found.rest,
        since=found.since,
        until=found.until,
    )


def _ready(request: Request, viewer: Viewer, question: Asked) -> Reading:
    """Raises QuerySyntaxError or Invalid."""
    found = service.reading(services_of(request), viewer, question)
    if found.faults:
        raise QuerySyntaxError(found.faults, "; ".join(sentence(fault, "en") for fault in found.faults))
    if found.fields:
        raise Invalid({name: translate(request, text) for name, text in found.fields.items()})
    return found


def _weight(request: Request, found: Reading) -> WeightOut:
    weight = service.store_of(services_of(request)).weigh(found.ready())
    return WeightOut(**asdict(weight), heavy=weight.events > service.HEAVY)
