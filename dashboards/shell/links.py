"""Links that values of foreign origin may become: our own pages, with everything quoted."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlencode

from soc.entity import EntityKind
from soc.event import timestamp
from soc.query.ast import Node


def hunt(query: Node | str | None, since: datetime, until: datetime) -> str:
    """The hunt page with the question already put; the time always goes along."""
    text = "" if query is None else str(query)
    return f"/hunt?{urlencode({'q': text, 'since': timestamp(since), 'until': timestamp(until)})}"


def entity(kind: EntityKind, value: str) -> str:
    """The page of a machine, account, address, domain, hash or unit."""
    return f"/entities/{kind}/{quote(value, safe='')}"
