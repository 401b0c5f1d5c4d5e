"""The REST API by route, and the request behind any page of ours. Whoever is signed in may read it."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Annotated, cast

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from starlette.responses import Response

from dashboards.access.session import SignedIn
from dashboards.access.viewer import Viewer
from dashboards.docs import service
from dashboards.shell.render import page, services_of

router = APIRouter(include_in_schema=False)
Reader = Annotated[Viewer, Depends(SignedIn())]


@router.get("/api")
def api(
    request: Request, viewer: Reader, page_href: Annotated[str, Query(alias="page", max_length=500)] = ""
) -> Response:
    """`?page=/api/v1/...`: the request behind the page that led here stands at the top."""
    origin = services_of(request).settings.origin
    found = service.operations(cast(FastAPI, request.app))
    behind = service.request_behind(cast(FastAPI, request.app), page_href, origin)
    return page(
        request,
        "docs/api.html",
        section="docs",
        groups=[(tag, list(some)) for tag, some in groupby(found, key=attrgetter("tag"))],
        count=len(found),
        request_of=lambda operation: service.request_of(operation, origin),
        behind=behind,
    )
