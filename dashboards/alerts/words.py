"""Names that the queue and the alert page share, in the language of the request."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from dashboards.alerts import story
from dashboards.shell.render import language_of
from dashboards.shell.unit_names import unit_name
from soc.alert import Alert


def words(request: Request) -> dict[str, Any]:
    """What the templates call: `unit_name(id)` and `title_of(alert)`."""

    def titled(found: Alert) -> str:
        return story.title_of(found, language_of(request))

    return {"unit_name": unit_name(request), "title_of": titled}
