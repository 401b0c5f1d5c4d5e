"""What the pane beside the queue shows of the chosen alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request

from dashboards.access.viewer import Viewer
from dashboards.alerts import matched, service, story
from dashboards.alerts.alert_page import main_of
from dashboards.alerts.queue_filter import QueueFilter
from dashboards.alerts.typed import UNTYPED, Typed
from dashboards.alerts.words import words
from dashboards.shell import links
from dashboards.shell.hostile import text_of
from dashboards.shell.problems import Problem
from dashboards.shell.render import language_of, services_of, translate
from soc.access import Right
from soc.alert import Alert
from soc.entity import kind_of
from soc.limits import limits_of
from soc.order import sum_of
from soc.state.past import PastJudgement

FIELDS_MOST = 6


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A matched field; `href`: the page of its entity, if it is one."""

    field: str
    value: Any
    wants: str
    href: str


@dataclass(frozen=True, slots=True)
class PastSeen:
    """Judgements, and accounts as people know them."""

    found: PastJudgement
    names: dict[str, str]


def pane_of(
    request: Request,
    viewer: Viewer,
    alert_id: str,
    *,
    back: QueueFilter | None = None,
    typed: Typed = UNTYPED,
    problems: Sequence[Problem] = (),
) -> dict[str, Any]:
    """The template's words. Raises NotFound, also outside the scope."""
    services = services_of(request)
    view = service.read(services, viewer, alert_id)
    main, speak = main_of(view.legal), partial(translate, request)
    return {
        "seen": view,
        "names": view.names,
        "meaning": story.meaning_of(view.alert, language_of(request)),
        "entity_parts": story.entities_of(view.alert, speak),
        "limits": limits_of(view.alert, services.clock.now(), services.state.limits),
        "shown_matched": _lines(request, view.alert),
        "order": sum_of(view.alert),
        "past": _past(request, viewer, view.alert),
        "moves": sorted(view.legal, key=lambda move: move is not main),
        "main_move": main,
        "colleagues": view.colleagues,
        "typed": typed,
        "problems": [Problem(problem.field, speak(problem.text)) for problem in problems],
        "closed_href": (back or QueueFilter()).href(),
        "rule_href": QueueFilter(rule=view.alert.rule.id).href(),
        **words(request),
    }


def _past(request: Request, viewer: Viewer, alert: Alert) -> PastSeen:
    """How alerts like it were judged, with the names of those who did."""
    services = services_of(request)
    with services.state.read() as tx:
        found = tx.past.judgement(alert, viewer.scope(Right.READ_EVENTS), services.clock.now())
        return PastSeen(found, tx.people.names({account for account, _ in found.by}))


def _lines(request: Request, alert: Alert) -> list[FieldLine]:
    why = matched.explain(alert, services_of(request).settings.rules, language_of(request))
    return [FieldLine(line.field, line.value, line.wants, _page_of(line)) for line in why.lines[:FIELDS_MOST]]


def _page_of(line: matched.Line) -> str:
    kind = kind_of(line.field)
    return links.entity(kind, text_of(line.value)) if kind and isinstance(line.value, str) else ""
