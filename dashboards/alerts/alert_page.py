"""One alert as a page: what happened, why it fired, what to check, what may be done now.

What asks the event store beyond the samples comes after the page, by itself (`detail_pages.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import Request
from starlette.responses import Response

from dashboards.access.viewer import Viewer
from dashboards.alerts import correlated, matched, service, story
from dashboards.alerts.asked import things_of
from dashboards.alerts.climb import climb_of
from dashboards.alerts.elsewhere import KINDS as SOUGHT
from dashboards.alerts.elsewhere import MOST
from dashboards.alerts.facts import evidence, named_of, unit_today
from dashboards.alerts.guide import guide_of
from dashboards.alerts.known import known
from dashboards.alerts.packets import conversations
from dashboards.alerts.processes import names_process
from dashboards.alerts.queue_filter import QueueFilter
from dashboards.alerts.service import AlertView
from dashboards.alerts.timeline import frame
from dashboards.alerts.typed import UNTYPED, Typed
from dashboards.alerts.words import words
from dashboards.shell import formats
from dashboards.shell.problems import Problem
from dashboards.shell.render import language_of, page, services_of, translate
from soc.access import Right
from soc.alert import Action, Alert
from soc.entity import EntityKind
from soc.limits import limits_of
from soc.risk import HIGH_RISK
from soc.state.risk import RISK_RULE


def alert_page(
    request: Request,
    viewer: Viewer,
    alert_id: str,
    *,
    status: int = 200,
    done: str = "",
    typed: Typed = UNTYPED,
    problems: Sequence[Problem] = (),
) -> Response:
    """The whole page; `typed` and `problems` after a refused form."""
    services = services_of(request)
    view = service.read(services, viewer, alert_id)
    speak = partial(translate, request)
    events = service.events_of(services, viewer, view.alert)
    return page(
        request,
        "alerts/alert.html",
        status=status,
        section="alerts",
        alert=view.alert,
        names=view.names,
        meaning=story.meaning_of(view.alert, language_of(request)),
        entity_parts=story.entities_of(view.alert, speak),
        **_facts(request, viewer, view.alert),
        **_reasons(request, view, events),
        **_evidence(request, viewer, view.alert, events),
        history=story.history_of(view.history, view.names, speak),
        **_acts(viewer, view),
        typed=typed,
        problems=[Problem(problem.field, translate(request, problem.text)) for problem in problems],
        done=done,
        exact=partial(formats.fixed, language=language_of(request)),
        **words(request),
    )


def _acts(viewer: Viewer, view: AlertView) -> dict[str, Any]:
    """What this person may do, the main act first, and with whom."""
    main = main_of(view.legal)
    return {
        "moves": sorted(view.legal, key=lambda move: move is not main),
        "main_move": main,
        "colleagues": view.colleagues,
        "callable": view.readers,
        "may_approve": view.may_approve,
        "may_write": viewer.scope(Right.TRIAGE).sees(view.alert.unit),
    }


def _facts(request: Request, viewer: Viewer, alert: Alert) -> dict[str, Any]:
    """What stands under the title and beside it."""
    services = services_of(request)
    found = known(services, viewer, alert)
    return {
        "known": found,
        "past": found.past,
        "order": found.order,
        "storm_href": QueueFilter("storm", rule=alert.rule.id).href(),
        "risen": alert.rule.id == RISK_RULE,
        "HIGH_RISK": HIGH_RISK,
        "frame": frame(alert, services.clock.now(), partial(translate, request)),
        "values": things_of(alert, SOUGHT, most=MOST),
        "unit_today": unit_today(services.units, alert.unit, viewer.day),
        "accounts": named_of(alert, (EntityKind.USER,)),
        "hosts": named_of(alert, (EntityKind.HOST,)),
        "limits": limits_of(alert, services.clock.now(), services.state.limits),
    }


def _reasons(request: Request, view: AlertView, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the rule says of this alert."""
    alert, services = view.alert, services_of(request)
    why = matched.explain(alert, services.settings.rules, language_of(request))
    guide = guide_of(
        alert,
        why.check,
        why.act,
        view.history,
        view.names,
        now=services.clock.now(),
        translate=partial(translate, request),
    )
    return {
        "matched": [(line, *evidence(alert, events, line.value)) for line in why.lines],
        "unheld": why.unheld,
        "condition": why.condition,
        "guide": guide,
        "techniques": story.techniques_of(alert, partial(translate, request)),
        "rule_link": story.link_of(alert),
    }


def _evidence(request: Request, viewer: Viewer, alert: Alert, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The events, and for a correlation its facts in words and which base rule each event met."""
    facts = alert.correlation
    kept = conversations(services_of(request), events)
    same: dict[str, Any] = {
        "conversations": kept,
        "marks": story.marks_of(alert),
        "has_process": any(names_process(event) for event in events),
    }
    if facts is None:
        return same | {"correlated": None, "samples": [story.sample_of(event) for event in events]}
    book, language = correlated.book_of(services_of(request).settings.rules), language_of(request)
    met, speak = correlated.met(facts, events, book, language), partial(translate, request)
    return same | {
        "correlated": correlated.told(alert.rule, facts, book, language, speak),
        "climb": climb_of(
            facts,
            events,
            met,
            service.event_ids(services_of(request), viewer, alert),
            fields=book.fields.get(alert.rule.id, ()),
            least=correlated.least(facts),
            translate=speak,
        ),
        "samples": [story.sample_of(event, rules) for event, rules in zip(events, met, strict=True)],
    }


def main_of(legal: Sequence[Action]) -> Action | None:
    """One main button a screen: take what nobody has, close what is in work."""
    return next((action for action in (Action.TAKE, Action.CLOSE, Action.REOPEN) if action in legal), None)
