"""The list of rules and the page of each."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from correlator.board import CanMatch, RuleOrigin
from correlator.language.documents import State
from dashboards.access.session import Seen
from dashboards.access.viewer import Viewer
from dashboards.rules import service, text
from dashboards.rules.service import CAN, ORIGINS, PAGE, STATES, RuleFilter, RulesView
from dashboards.shell.choice import choice
from dashboards.shell.i18n import N_
from dashboards.shell.labels import LEVELS
from dashboards.shell.narrowing import Choice, address, chips, spoken
from dashboards.shell.render import language_of, page, services_of, translate
from dashboards.shell.unit_names import unit_name
from soc.access import Right
from soc.alert import Level
from soc.state.queue import AlertFilter, Order

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(Seen(Right.READ_SOURCES))]
ALERTS = 10
FLAGS = {"blind": N_("blind"), "fired": N_("matched in 30 days"), "incomplete": N_("text incomplete")}


@router.get("/rules")
def rules(
    request: Request,
    viewer: Reader,
    *,
    q: str = "",
    level: str = "",
    origin: str = "",
    can: str = "",
    state: str = "",
    blind: bool = False,
    fired: bool = False,
    incomplete: bool = False,
    source: str = "",
    start: int = 0,
) -> Response:
    kinds = (choice(Level, level), choice(RuleOrigin, origin), choice(CanMatch, can), choice(State, state))
    chosen = RuleFilter(q[:120].strip(), *kinds, blind, fired, incomplete, source[:80])
    begin = max(0, min(start, 100_000))
    view = service.read(services_of(request), viewer, chosen, start=begin)
    choices = _choices(request, chosen)
    return page(
        request,
        "rules/rules.html",
        section="rules",
        view=view,
        filter=chosen,
        choices=choices,
        chips=list(chips(request, choices, _others(request, chosen))),
        flags=FLAGS,
        can_words=CAN,
        origins=ORIGINS,
        unit_name=unit_name(request),
        **_turning(request, view, begin),
        title_of=lambda card: (card.title_vi if language_of(request) == "vi" else "") or card.title,
    )


@router.get("/rules/{rule_id}")
def rule(request: Request, viewer: Reader, rule_id: str) -> Response:
    services, language = services_of(request), language_of(request)
    line, known = service.find(services, viewer, rule_id)
    heads = viewer.may(Right.READ_ALERT_HEADS)
    alerts = None
    if heads:
        wanted = AlertFilter(statuses=(), rules=(rule_id,))
        with services.state.read() as tx:
            found = tx.queue.page(wanted, viewer.scope(Right.READ_ALERT_HEADS), order=Order.NEWEST, limit=ALERTS)
        alerts = found.alerts
    card = line.row.card
    return page(
        request,
        "rules/rule.html",
        section="rules",
        line=line,
        card=card,
        said=text.read(services, line.row, language),
        title=(card.title_vi if language == "vi" else "") or card.title,
        meaning=card.meaning_vi if language == "vi" else card.meaning_en,
        alerts=alerts,
        tags=text.tag_words(card.tags, partial(translate, request)),
        runs=partial(text.runs, translate=partial(translate, request)),
        at=known.at,
        can_words=CAN,
        origins=ORIGINS,
        states=STATES,
        unit_name=unit_name(request),
    )


def _turning(request: Request, view: RulesView, begin: int) -> dict[str, Any]:
    """Which part of the list this is, and the addresses of those before and after."""
    return {
        "begin": begin,
        "earlier": address(request, without="", start=str(max(begin - PAGE, 0))) if begin else "",
        "later": address(request, without="", start=str(begin + PAGE)) if begin + PAGE < view.found else "",
    }


def _choices(request: Request, chosen: RuleFilter) -> list[Choice]:
    can = spoken(request, ((each, word) for each, (_, word) in CAN.items()))
    some = (
        ("level", N_("Level"), spoken(request, LEVELS.items()), chosen.level),
        ("can", N_("Can match"), can, chosen.can),
        ("origin", N_("Origin"), spoken(request, ORIGINS.items()), chosen.origin),
        ("state", N_("State"), spoken(request, STATES.items()), chosen.state),
    )
    return [Choice(name, label, N_("all"), pairs, value or "") for name, label, pairs, value in some]


def _others(request: Request, chosen: RuleFilter) -> list[tuple[str, str, str]]:
    """Chips of what is no select."""
    flags = [(name, N_("Only"), translate(request, word)) for name, word in FLAGS.items() if getattr(chosen, name)]
    return [("q", N_("Text"), chosen.text), ("source", N_("Source"), chosen.source), *flags]
