"""Names that the queue and the alert page share, in the language of the request."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request

from dashboards.alerts import story
from dashboards.alerts.queue import Lanes
from dashboards.alerts.queue_filter import QueueFilter
from dashboards.shell import formats
from dashboards.shell.i18n import N_
from dashboards.shell.render import language_of, translate
from dashboards.shell.unit_names import unit_name
from soc.alert import Alert, RuleCard, Verdict
from soc.limits import LimitKind
from soc.state.queue import COUNT_MOST
from soc.state.storms import Storm

LIMITS = {LimitKind.ACK: N_("To take it"), LimitKind.UNIT: N_("The unit"), LimitKind.RESOLVE: N_("To finish it")}
VERDICTS_SHORT = {
    Verdict.TRUE_POSITIVE: N_("true"),
    Verdict.BENIGN_TRUE: N_("legitimate"),
    Verdict.FALSE_POSITIVE: N_("false"),
    Verdict.UNDETERMINED: N_("undecided"),
}


def words(request: Request) -> dict[str, Any]:
    """What the templates call: `unit_name(id)` and `title_of(alert)`."""

    def titled(found: Alert) -> str:
        return story.title_of(found, language_of(request))

    return {"unit_name": unit_name(request), "title_of": titled, "given": given, "LIMITS": LIMITS}


def queue_words(request: Request, lanes: Lanes | None) -> dict[str, Any]:
    """The same for the list; `lanes`: for the sum above it."""
    language = language_of(request)
    counted = partial(_counted, request)

    def rule_title(card: RuleCard) -> str:
        return (card.title_vi if language == "vi" else "") or card.title

    def storm_href(storm: Storm) -> str:
        return QueueFilter("storm", rule=storm.rule.id).href()

    total = "" if lanes is None else counted(lanes.total, exact=lanes.exact)
    return words(request) | {
        "counted": counted,
        "total_text": total,
        "rule_title": rule_title,
        "storm_href": storm_href,
        "VERDICTS_SHORT": VERDICTS_SHORT,
        "exact": partial(formats.fixed, language=language),
    }


def given(name: str) -> str:
    """The name that colleagues call each other by; in Vietnamese it stands last."""
    return name.split()[-1] if name.split() else name


def _counted(request: Request, n: int, *, exact: bool = True) -> str:
    """Exact to ten thousand, then "more than"."""
    if n <= COUNT_MOST and exact:
        return formats.number(n, language_of(request))
    return translate(request, N_("more than %(n)s"), n=formats.number(COUNT_MOST, language_of(request)))
