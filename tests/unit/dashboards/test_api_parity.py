"""Everything that a form of a page does has a route of the API (workspace.md 5, bar 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import orjson

from tests.corpus import ROOT

FORM = re.compile(r'<form\b(?=[^>]*?method="post")[^>]*?action="((?:\{\{[^}]*\}\}|[^"{])*)"')

BROWSER = "the session of a browser; a program uses a key"
ALIKE: dict[str, str] = {
    "access {{ action }}": BROWSER,
    "access /lock/open": "POST /session/unlock",
    "access /sign-in": BROWSER,
    "access /sign-out": BROWSER,
    "shell /sign-out": BROWSER,
    "shell /preferences": "cookies of a browser: language, colours, density",
    "account /account/codes": "POST /account/recovery-codes",
    "account /account/factor/begin": BROWSER,
    "account /account/notices/read": "notices of a browser's own page; a program has none",
    "account /account/password": "POST /account/password",
    "account /account/sessions/end-others": "DELETE /account/sessions",
    "account /account/sessions/{{ one.handle }}/end": "DELETE /account/sessions/{handle}",
    "admin /admin/audit/export": "GET /admin/audit",
    "admin /admin/audit/verify": "POST /admin/audit/verify",
    "admin /admin/keys": "POST /admin/keys",
    "admin /admin/keys/{{ key.id }}/revoke": "DELETE /admin/keys/{key_id}",
    "admin /admin/keys/{{ key.id }}/rotate": "POST /admin/keys/{key_id}/rotate",
    "admin /admin/people/new": "POST /admin/people",
    "admin /admin/review": "POST /admin/review",
    "admin /admin/sessions/{{ one.account }}/{{ one.handle }}/end": "DELETE /admin/sessions/{account}/{handle}",
    "admin {{ here }}/factor": "DELETE /admin/people/{account}/factor",
    "admin {{ here }}/grants": "POST /admin/people/{account}/grants",
    "admin {{ here }}/grants/end": "POST /admin/people/{account}/grants/end",
    "admin {{ here }}/link": "POST /admin/people/{account}/link",
    "admin {{ here }}/sealed": "POST /admin/people/{account}/sealed",
    "admin {{ here }}/sessions/end": "DELETE /admin/sessions/{account}/{handle}",
    "admin {{ here }}/state": "POST /admin/people/{account}/state",
    "alerts /alerts/views": "POST /views",
    "alerts /alerts/views/{{ view.id }}/delete": "DELETE /views/{view_id}",
    "alerts /alerts/{{ alert.id }}/approve_close": "POST /alerts/{alert_id}/approve_close",
    "alerts /alerts/{{ alert.id }}/comments": "POST /alerts/{alert_id}/comments",
    "alerts /alerts/{{ alert.id }}/comments/{{ line.comment }}": "POST /alerts/{alert_id}/comments/{seq}",
    "alerts /alerts/{{ alert.id }}/ticks": "POST /alerts/{alert_id}/ticks",
    "alerts /alerts/{{ alert.id }}/{{ move }}": "POST /alerts/{alert_id}/actions",
    'alerts {{ filter.href("/alerts/bulk") }}': "POST /alerts/bulk",
    "drop /import": "POST /imports",
    "home /start/calendar": "POST /calendar/{number}/approve",
    "entities {{ base }}/facts": "POST /entities/{kind}/{value}/facts",
    "hub /figures/findings/{{ one.id }}/answer": "POST /ioc/v1/findings/{finding_id}/answer",
    "hub /figures/form?unit={{ form.unit | urlencode }}&amp;subsystem={{ form.subsystem }}"
    "&amp;kind={{ form.period.type }}&amp;day={{ form.period.end }}": "POST /ioc/v1/batches",
    "hub /figures/held/{{ hold.known.seq }}/confirm": "POST /ioc/v1/held/{seq}/confirm",
    "hub /figures/reasons/{{ name }}": "POST /ioc/v1/readiness/{subsystem}/reasons",
    "hub /figures/upload": "POST /ioc/v1/batches",
    "hub /figures/upload/{{ token }}": "POST /ioc/v1/batches",
    "hunt /hunt/export": "POST /events/export",
    "hunt /hunt/saved": "POST /hunts",
    "hunt /hunt/saved/{{ one.id }}/delete": "DELETE /hunts/{saved_id}",
    "jobs /jobs/{{ job.id }}/undo": "POST /jobs/{job_id}/undo",
    "alerts /unmask/end": "DELETE /unmaskings",
    "unmask /unmask": "POST /unmaskings",
    "tasks /tasks/new": "POST /tasks",
    "meeting /meetings/new": "POST /meetings",
    "meeting /meetings/{{ one.id }}/freeze": "POST /meetings/{meeting_id}/freeze",
    "meeting /meetings/{{ one.id }}/decisions": "POST /meetings/{meeting_id}/decisions",
    "meeting /meetings/{{ one.id }}/end": "POST /meetings/{meeting_id}/end",
    "tasks /tasks/{{ one.id }}/{{ move }}": "POST /tasks/{task_id}/moves",
    "warnings /warnings/{{ one.id }}/{{ move }}": "POST /warnings/{warning_id}/moves",
    "registers /registers/incidents/{{ one.id }}/{{ move }}": "POST /registers/incidents/{incident_id}/moves",
    "registers /registers/{{ book.name }}/entry": "POST /registers/{book}",
    "registers /registers/{{ book.name }}/file": "POST /registers/{book}/file",
    "registers {{ base }}/approve": "POST /registers/systems/{system_id}/sources/{expected_id}",
    "registers {{ base }}/refuse": "POST /registers/systems/{system_id}/sources/{expected_id}",
    "registers {{ base }}/remove": "POST /registers/systems/{system_id}/sources/{expected_id}",
    "reports /reports": "POST /reports",
    "reports /reports/{{ one.id }}/issue": "POST /reports/{report_id}/issue",
    "reports /reports/{{ one.id }}/refresh": "POST /reports/{report_id}/refresh",
    "reports /reports/{{ one.id }}/return": "POST /reports/{report_id}/return",
    "reports /reports/{{ one.id }}/submit": "POST /reports/{report_id}/submit",
    "reports /reports/{{ one.id }}/texts": "POST /reports/{report_id}/texts",
    "sources /sources/approve": "POST /sources/{source_id}/approve",
    "sources /sources/new/{{ device.id }}": "POST /sources/keys",
    "sources /sources/new/{{ device.id }}/adopt/{{ found.source.id | urlencode }}": "POST /sources/{source_id}/approve",
    "sources /sources/{{ view.source.id | urlencode }}": "PATCH /sources/{source_id}",
    "sources /sources/{{ view.source.id | urlencode }}/{{ act }}": "POST /sources/{source_id}/state",
}
"""Feature and action of each form: its route below /api/v1, or why there is none."""

METHODS = ("GET ", "POST ", "PUT ", "PATCH ", "DELETE ")


def test_every_form_stands_in_the_table() -> None:
    assert sorted(set(forms()) - set(ALIKE)) == []
    assert sorted(set(ALIKE) - set(forms())) == []


def test_every_route_of_the_table_is_there() -> None:
    document = orjson.loads((ROOT / "docs" / "openapi.json").read_bytes())
    routes = {f"{method.upper()} {path}" for path, found in document["paths"].items() for method in found}
    wanted = [text for text in ALIKE.values() if text.startswith(METHODS)]

    assert [text for text in wanted if _whole(text) not in routes] == []


def _whole(route: str) -> str:
    """The hub has a place of its own; all else lies below /api/v1."""
    return route if " /ioc/" in route else route.replace(" /", " /api/v1/", 1)


def forms() -> Iterator[str]:
    """`feature action` of every form that changes something."""
    for path in sorted(Path(ROOT / "dashboards").glob("*/templates/*.html")):
        for found in FORM.finditer(path.read_text("utf-8")):
            yield f"{path.parent.parent.name} {found[1]}"
