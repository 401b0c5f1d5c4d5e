"""One place that turns a template into an answer: environment per language, and what every page knows."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2_fragments import render_block
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dashboards.access.viewer import Viewer
from dashboards.services import Services
from dashboards.shell import formats, hostile, labels
from dashboards.shell.agents import browser_name
from dashboards.shell.i18n import DEFAULT, N_, catalogue, known
from dashboards.shell.scope import scope_of
from dashboards.shell.static import static_files
from soc.access import Right
from soc.alert import REASONS, SECOND_PERSON

FEATURES = (
    *(
        "access",
        "account",
        "admin",
        "alerts",
        "docs",
        "drop",
        "entities",
        "health",
        "home",
        "hub",
        "hunt",
        "jobs",
        "posture",
        "quality",
        "registers",
        "reports",
        "rules",
        "shell",
    ),
    *("meeting", "sources", "tasks", "tiles", "unmask", "warnings"),
)
HERE = Path(__file__).resolve().parent.parent
LANGUAGE_COOKIE = "soc-language"
THEME_COOKIE = "soc-theme"
DENSITY_COOKIE = "soc-density"


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One entry of the left rail, shown to those who have the right. `key`: what comes after `g`."""

    name: str
    href: str
    label: str
    right: Right
    key: str = ""


RAIL = (
    RailEntry("tiles", "/tiles", N_("Overview"), Right.READ_TILES, "o"),
    RailEntry("posture", "/posture", N_("Posture"), Right.READ_TILES, "p"),
    RailEntry("alerts", "/alerts", N_("Alerts"), Right.READ_ALERT_HEADS, "a"),
    RailEntry("hunt", "/hunt", N_("Hunt"), Right.READ_EVENTS, "h"),
    RailEntry("entities", "/entities", N_("Entities"), Right.READ_ALERT_HEADS, "e"),
    RailEntry("rules", "/rules", N_("Rules"), Right.READ_SOURCES, "r"),
    RailEntry("sources", "/sources", N_("Sources"), Right.READ_SOURCES, "s"),
    RailEntry("health", "/health", N_("Health"), Right.READ_SOURCES, "v"),
    RailEntry("registers", "/registers", N_("Registers"), Right.READ_REGISTERS, "b"),
    RailEntry("reports", "/reports", N_("Reports"), Right.READ_REPORTS, "c"),
    RailEntry("figures", "/figures", N_("Figures by hand"), Right.ENTER_FIGURES, "n"),
    RailEntry("tasks", "/tasks", N_("Tasks"), Right.READ_TILES, "t"),
    RailEntry("warnings", "/warnings", N_("Warnings"), Right.READ_TILES, "w"),
    RailEntry("meetings", "/meetings", N_("Meetings"), Right.READ_TILES, "m"),
    RailEntry("admin", "/admin/people", N_("Admin"), Right.READ_AUDIT, "q"),
)


PERSON_LINKS: tuple[tuple[str, str], ...] = (("/account", N_("My account")), ("/api", N_("The API")))
"""Address and word of what the person's menu leads to."""
RAIL_MOST = 10
"""Whatever comes behind them stands in the person's menu."""


@cache
def environment(language: str) -> Environment:
    """Autoescape always, unknown names are errors; formats and texts speak the language."""
    made = Environment(
        loader=PrefixLoader({name: FileSystemLoader(HERE / name / "templates") for name in FEATURES}),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    texts = catalogue(language)
    made.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        {
            "language": language,
            "zone": formats.ZONE_NAME,
            "static": static_files().url,
            "sheets_of": static_files().sheets,
            "shown": hostile.shown,
            "plain": hostile.plain,
            "whole": hostile.whole,
            "number": partial(formats.number, language=language),
            "fixed": partial(formats.fixed, language=language),
            "moment": formats.moment,
            "clock_time": formats.clock_time,
            "iso": formats.iso,
            "duration": partial(formats.duration, translate=texts.gettext),
            "initials": initials,
            "browser_name": browser_name,
            "REASONS": REASONS,
            "SECOND_PERSON": SECOND_PERSON,
            **{name: table for name, table in vars(labels).items() if name.isupper()},
        }
    )
    return made


def language_of(request: Request) -> str:
    """The person's choice, else the site's default."""
    return known(request.cookies.get(LANGUAGE_COOKIE)) or known(services_of(request).settings.language) or DEFAULT


def theme_of(request: Request) -> str:
    theme = request.cookies.get(THEME_COOKIE, "")
    return theme if theme in dict(labels.THEMES) else "system"


def density_of(request: Request) -> str:
    density = request.cookies.get(DENSITY_COOKIE, "")
    return density if density in dict(labels.DENSITIES) else "compact"


def translate(request: Request, text: str, **values: object) -> str:
    """A text of ours in the language of the request."""
    translated = catalogue(language_of(request)).gettext(text)
    return translated % values if values else translated


def services_of(request: Request) -> Services:
    return cast(Services, request.app.state.services)


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole document."""
    made = environment(language_of(request))
    with _as_seen(request):
        text = made.get_template(template).render(_known_to_all(request) | values)
    return HTMLResponse(text, status_code=status)


def fragment(request: Request, template: str, block: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """One block of a page, for htmx; the same markup as in the page."""
    made = environment(language_of(request))
    with _as_seen(request):
        text = render_block(made, template, block, _known_to_all(request) | values)
    return HTMLResponse(text, status_code=status)


def _as_seen(request: Request) -> AbstractContextManager[None]:
    """Texts show their secrets while an unmasking holds."""
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    return hostile.bare(on=viewer is not None and viewer.unmasked is not None)


def wants_fragment(request: Request) -> bool:
    return "hx-request" in request.headers


def initials(name: str) -> str:
    """First letters of the last two words; Vietnamese given names stand last."""
    return "".join(word[0] for word in name.split()[-2:]).upper() or "?"


def _known_to_all(request: Request) -> dict[str, Any]:
    services = services_of(request)
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    now: datetime = services.clock.now()
    settings = services.settings
    scope = scope_of(request, viewer)
    rail = [entry for entry in RAIL if viewer is not None and viewer.may(entry.right)]
    return {
        "request_id": request.state.request_id,
        "nonce": request.state.nonce,
        "theme": theme_of(request),
        "density": density_of(request),
        "here": _here(request),
        "heard": getattr(request.state, "heard", 0),
        "now": now,
        "viewer": viewer,
        "lock_minutes": round(services.state.access.policy.lock.total_seconds() / 60),
        "rail": rail[:RAIL_MOST],
        "rail_rest": rail[RAIL_MOST:],
        "person_links": PERSON_LINKS,
        "kept": scope.kept,
        "scope_unit": scope.unit,
        "scope_units": scope.units,
        "scope_keeps": scope.keeps,
        "attention": viewer is not None and services.attention(viewer.scope(Right.READ_SOURCES)),
        "section": "",
        "api_href": f"/api/v1{_here(request)}",
        "search_text": "",
        "demo": settings.demo,
        "province": settings.name_en if language_of(request) == "en" else settings.name_vi,
        "units": services.units,
    }


def _here(request: Request) -> str:
    """This page as a path, to come back to."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
