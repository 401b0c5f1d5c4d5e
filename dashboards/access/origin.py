"""Cross-site requests: who may send an unsafe one (security.md 6). No tokens: the browser says where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from dashboards.access.pace import keep_pace
from dashboards.errors import Refused, is_api
from dashboards.services import Services

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
RAW = frozenset({("application/octet-stream", "/api/v1/imports")})
"""What takes a file as its body; everything else under /api is JSON."""


def comes_from_us(method: str, headers: Mapping[str, str], origin: str) -> bool:
    """`Sec-Fetch-Site` decides where a browser sends it, else `Origin`; an unsafe request with neither is refused.

    A request that carries its own `Authorization` uses no cookie, so no browser can be tricked into sending it.
    """
    if method in SAFE or "authorization" in headers:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return headers.get("origin") == origin


def guard(request: Request) -> None:
    """Before every route: refuses cross-site writes, bodies that are not JSON under /api, and too much at once."""
    services: Services = request.app.state.services
    keep_pace(request)
    if not comes_from_us(request.method, request.headers, services.settings.origin):
        raise Refused("cross-site request refused", code="SOC-1722")
    if request.method not in SAFE and is_api(request):
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/json" and (kind, request.url.path) not in RAW:
            raise Refused(f"content type {kind[:80]!r}: only application/json", code="SOC-1723", status=415)
