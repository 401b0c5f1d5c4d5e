"""Entities for people, and the search of the top bar. What the events say comes as parts that load after the head."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.entities import finding, seen, service
from dashboards.entities.asked import of_entity
from dashboards.entities.service import Edit
from dashboards.errors import Invalid
from dashboards.shell import links
from dashboards.shell.charts import bars
from dashboards.shell.formats import ZONE
from dashboards.shell.i18n import N_
from dashboards.shell.problems import Problem
from dashboards.shell.render import fragment, language_of, page, services_of, translate, wants_fragment
from dashboards.shell.unit_names import unit_name
from soc.access import Right
from soc.entity import EntityKind, kind_of
from soc.state.entity_facts import FactName

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_EVENTS))]
Finder = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS))]

KINDS = {
    EntityKind.HOST: N_("Machine"),
    EntityKind.USER: N_("User account"),
    EntityKind.IP: N_("Address"),
    EntityKind.DOMAIN: N_("Domain"),
    EntityKind.HASH: N_("Hash"),
    EntityKind.UNIT: N_("Unit"),
}
FACTS = {
    FactName.OWNER: N_("Person in charge"),
    FactName.LEVEL: N_("System level"),
    FactName.CRITICALITY: N_("Criticality"),
    FactName.NOTE: N_("Note"),
}
CRITICALITIES = {"low": N_("low"), "medium": N_("medium"), "high": N_("high"), "critical": N_("very high")}


@router.get("/search")
def search(request: Request, viewer: Finder, q: Annotated[str, Query(max_length=500)] = "") -> Response:
    """What one line of text can be; a number of an alert leads straight to it."""
    found = finding.find(services_of(request), viewer, q)
    if found.alert is not None and found.total == 2 and not found.entities:
        return RedirectResponse(f"/alerts/{found.alert.id}", status_code=303)
    return page(
        request, "entities/search.html", found=found, search_text=q, kinds=KINDS, links=links, **_words(request)
    )


@router.get("/entities")
def index(request: Request, viewer: Finder) -> Response:
    """The riskiest things of the alerts that wait."""
    risky = finding.worst(services_of(request), viewer)
    return page(request, "entities/index.html", section="entities", risky=risky, kinds=KINDS, links=links)


@router.get("/entities/{kind}/{value:path}/part/seen")
def part_seen(request: Request, viewer: Reader, kind: str, value: str) -> Response:
    services = services_of(request)
    found = service.known_kind(viewer, kind, value)
    sight = seen.sight(services, viewer, found, value)
    chart = bars(
        [(f"{at.astimezone(ZONE):%d/%m}", n) for at, n in sight.days],
        title=translate(request, N_("Events a day, 30 days")),
        desc=translate(request, N_("Hatched days: nothing of any kind was received.")),
        width=720,
    )
    values = {"sight": sight, "chart": chart, **_about(request, found, value)}
    return _part(request, "entities/seen.html", "seen", values)


@router.get("/entities/{kind}/{value:path}/part/peers")
def part_peers(request: Request, viewer: Reader, kind: str, value: str) -> Response:
    found = service.known_kind(viewer, kind, value)
    peers = seen.peers(services_of(request), viewer, found, value)
    return _part(request, "entities/peers.html", "peers", {"peers": peers, **_about(request, found, value)})


@router.get("/entities/{kind}/{value:path}")
def entity(request: Request, viewer: Reader, kind: str, value: str, *, done: bool = False) -> Response:
    return _page(request, viewer, kind, value, done=done)


@router.post("/entities/{kind}/{value:path}/facts")
def edit(
    request: Request,
    viewer: Reader,
    kind: str,
    value: str,
    name: Annotated[FactName, Form()],
    text: Annotated[str, Form(max_length=4_000)] = "",
    until: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """One more dated fact; the form comes back with what was typed when it cannot be one."""
    try:
        service.edit(services_of(request), viewer, kind, value, Edit(name, text, until))
    except Invalid as error:
        problems = [Problem(f"fact-{field}", fault) for field, fault in error.fields.items()]
        return _page(request, viewer, kind, value, status=422, problems=problems, typed={"name": name, "text": text})
    return RedirectResponse(f"/entities/{kind}/{quote(value, safe='')}?done=true", status_code=303)


def _page(
    request: Request,
    viewer: Viewer,
    kind: str,
    value: str,
    *,
    status: int = 200,
    done: bool = False,
    problems: list[Problem] | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    services = services_of(request)
    found = service.read(services, viewer, kind, value)
    work = service.alerts_of(services, viewer, found.kind, value)
    vi = language_of(request) == "vi"
    return page(
        request,
        "entities/entity.html",
        status=status,
        section="entities",
        entity=found,
        work=work,
        titles={alert.rule.id: alert.rule.title_vi for alert in work.alerts if alert.rule.title_vi} if vi else {},
        problems=problems or [],
        typed={"name": "", "text": "", **(typed or {})},
        done=done,
        **_about(request, found.kind, value),
    )


def _about(request: Request, kind: EntityKind, value: str) -> dict[str, Any]:
    now = services_of(request).clock.now()
    base = links.entity(kind, value)
    hunt = links.hunt(of_entity(kind, value), now - timedelta(days=30), now)
    known = {"kind": kind, "value": value, "base": base, "hunt_href": hunt, "kinds": KINDS, "fact_words": FACTS}
    return known | {"criticalities": CRITICALITIES, "links": links, "entity_href": _entity_href, **_words(request)}


def _words(request: Request) -> dict[str, Any]:
    return {"unit_name": unit_name(request)}


def _entity_href(field: str, value: str) -> str:
    """The page of a value by its field; '' for a field that names nothing."""
    kind = kind_of(field)
    return links.entity(kind, value) if kind is not None and 0 < len(value) <= 256 else ""


def _part(request: Request, template: str, block: str, values: dict[str, Any]) -> Response:
    if wants_fragment(request):
        return fragment(request, template, block, **values)
    return page(request, template, section="entities", **values)
