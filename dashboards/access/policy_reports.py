"""Reports of browsers that a page broke its own content security policy (security.md 6): counted, limited, audited.

One report means a fault of ours or markup that was smuggled in; the number of them belongs at zero.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
import structlog
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from dashboards.access.attempts import Attempts
from dashboards.access.session import address_of
from dashboards.errors import Refused
from dashboards.shell.render import services_of
from soc.alert import Actor, ActorKind

ADDRESS = "/csp-report"
MOST_BYTES = 16_384
KINDS = 128
"""Different faults that are written to the audit log; what comes after is only counted."""

router = APIRouter(include_in_schema=False)
log = structlog.get_logger(__name__)


class PolicyReports:
    """What came in since the start. A kind of fault is audited once, so that nobody can flood the audit log."""

    def __init__(self) -> None:
        self.count = 0
        self._kinds: set[tuple[str, str]] = set()
        self._attempts = Attempts()
        self._lock = threading.Lock()

    def too_many(self, address: str, now: float) -> bool:
        return self._attempts.too_many(address, now)

    def note(self, directive: str, blocked: str) -> bool:
        """Counts; answers whether this kind is new."""
        with self._lock:
            self.count += 1
            kind = (directive, blocked)
            if kind in self._kinds or len(self._kinds) >= KINDS:
                return False
            self._kinds.add(kind)
            return True


async def small_body(request: Request) -> bytes:
    """At most `MOST_BYTES`; the rest is never read."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Refused("a policy report is smaller than 16 KB", code="SOC-1723", status=413)
    return body


@router.post(ADDRESS, status_code=204)
def report(request: Request, body: Annotated[bytes, Depends(small_body)]) -> Response:
    """204 whatever it was; 429 for an address that sends too many."""
    reports, services, address = reports_of(request), services_of(request), address_of(request)
    if reports.too_many(address, services.clock.monotonic()):
        raise Refused("too many reports from this address", code="SOC-1726", status=429)
    told = _told(body)
    if told and reports.note(told["directive"], told["blocked"]):
        log.warning("content security policy broken", address=address, **told)
        by = Actor("browser", ActorKind.SYSTEM, address=address)
        with services.state.write() as tx:
            tx.audit.append(by, "page.policy_report", told["page"], at=services.clock.now(), after=told)
    return Response(status_code=204)


def reports_of(request: Request) -> PolicyReports:
    found: PolicyReports = request.app.state.policy_reports
    return found


def _told(body: bytes) -> dict[str, str]:
    """What matters of a report, cut short: all of it is foreign text. Empty when it is no report."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    inner = content.get("csp-report") if isinstance(content, Mapping) else None
    if not isinstance(inner, Mapping):
        return {}
    return {
        "directive": _cut(inner, "effective-directive") or _cut(inner, "violated-directive"),
        "blocked": _cut(inner, "blocked-uri"),
        "page": _cut(inner, "document-uri"),
    }


def _cut(inner: Mapping[str, Any], name: str) -> str:
    """Without its query, which may hold what somebody searched for."""
    return str(inner.get(name, "")).partition("?")[0][:200]
