"""What the hub's answers share: one form of JSON, strong ETags, the world that must be there."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from dashboards.errors import Refused
from dashboards.services import Services
from reports.kpi.world import World
from soc.state.types import canonical

JSON = "application/json"


def world_of(services: Services) -> World:
    """Raises Refused (503) where this system keeps no figures."""
    if services.world is None:
        raise Refused("this system has no catalogue of figures", code="SOC-1954", status=503)
    return services.world


def json_of(body: Any) -> Response:
    """Keys in order: the same answer has the same bytes, whether it was stored in between or not."""
    return Response(canonical(body), media_type=JSON)


def tagged(request: Request, body: Any) -> Response:
    """With a strong ETag; 304 when the caller has it."""
    content = canonical(body)
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    told = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if tag in told or "*" in told:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=JSON, headers=headers)
