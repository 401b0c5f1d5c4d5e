"""The addresses that people wait for, with the seconds that each may take at p95 (workspace.md 3 and bar 10)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from bench.events import ACCOUNT, STRANGER, TARGET
from bench.province import Built

LIST, DETAIL, ENTITY, PART, SEARCH = 0.3, 0.2, 0.5, 1.0, 1.0


@dataclass(frozen=True, slots=True)
class Route:
    """What is asked, in some variants taken in turn; `bar`: seconds that p95 may take."""

    name: str
    addresses: tuple[str, ...]
    bar: float
    fragment: bool = False


def routes(place: Built) -> tuple[Route, ...]:
    """Lists, details, parts and searches; each in a few variants."""
    host, user, address = (
        f"/entities/{kind}/{quote(value)}" for kind, value in (("host", TARGET), ("user", ACCOUNT), ("ip", STRANGER))
    )

    def of_alerts(after: str = "", path: str = "/alerts") -> tuple[str, ...]:
        return tuple(f"{path}/{one}{after}" for one in place.alerts)

    return (
        *(Route(f"queue: {view}", (f"/alerts?view={view}",), LIST) for view in QUEUE_VIEWS),
        *(Route(f"queue: {name}", (f"/alerts?view=open&{asked}",), LIST) for name, asked in QUEUE_FILTERS),
        Route("queue: fresh ones", ("/alerts/fresh?view=open&since=1",), LIST, fragment=True),
        Route("queue: one row", of_alerts("/row"), DETAIL, fragment=True),
        Route("queue: pane", of_alerts("/pane?view=open"), DETAIL, fragment=True),
        Route("alert page", of_alerts(), DETAIL),
        Route("alert: context", of_alerts("/context"), PART, fragment=True),
        Route("alert: process tree", of_alerts("/tree"), PART, fragment=True),
        Route("alert: elsewhere", of_alerts("/elsewhere"), PART, fragment=True),
        Route("alert: could not be checked", of_alerts("/unseen"), PART, fragment=True),
        Route("API: alerts", ("/api/v1/alerts?view=open", "/api/v1/alerts?text=dang+nhap"), LIST),
        Route("API: one alert", of_alerts(path="/api/v1/alerts"), DETAIL),
        Route("API: past judgement", of_alerts("/past", "/api/v1/alerts"), PART),
        Route("API: figures of triage", ("/api/v1/metrics/triage",), PART),
        Route("search", ("/search?text=ws-017", "/search?text=MAY-00042", "/search?text=user0017"), LIST),
        Route("entities", ("/entities",), LIST),
        Route("entity page", (host, user, address), ENTITY),
        *(
            Route(f"entity: {part}", tuple(f"{one}/part/{part}" for one in (host, user)), PART, fragment=True)
            for part in ("seen", "peers")
        ),
        *(Route(f"hunt 24 h: {name}", (f"/hunt?q={quote(q)}&since=now-24h",), SEARCH) for name, q in HUNTS),
        Route("hunt 24 h: grouped", ("/hunt?q=&since=now-24h&by=user.name",), SEARCH),
        Route("API: completion", ("/api/v1/complete?q=user.na&at=7",), DETAIL),
        *(Route(name, (path,), LIST) for name, path in LISTS),
    )


QUEUE_VIEWS = ("open", "mine", "untaken", "due", "waiting", "digest", "storm", "closed")
QUEUE_FILTERS = (
    ("level", "level=high"),
    ("text", "text=dang+nhap"),
    ("a host", "entity=host:ws-017"),
    ("tactic and age", "tactic=persistence&age=24h"),
    ("rule", "rule=rule-0000"),
    ("text, closed too", "view=closed&text=may-00042"),
)
HUNTS = (
    ("everything", ""),
    ("a host", f"host.name:{TARGET}"),
    ("an address", f"source.ip:{STRANGER}"),
    ("failures", "event.outcome:failure and event.category:authentication"),
)
LISTS = (
    ("sources", "/sources"),
    ("health", "/health"),
    ("rules", "/rules"),
    ("tiles", "/tiles"),
    ("team", "/team"),
    ("jobs", "/jobs"),
    ("API: sources", "/api/v1/sources"),
    ("API: health", "/api/v1/health"),
    ("API: rules", "/api/v1/rules"),
    ("API: tiles", "/api/v1/tiles"),
)
