"""What makes the pages an installable app: manifest, worker, and the one page that shows without a connection.

The worker keeps the shell's files and the offline page only; answers of the API and pages with data are never kept.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from dashboards.shell.render import language_of, page, translate
from dashboards.shell.static import static_files

router = APIRouter(include_in_schema=False)
KEPT = ("css/all.css", "js/all.js", "mark.svg")
WORKER = "js/worker.js"


@router.get("/manifest.webmanifest")
def manifest(request: Request) -> Response:
    """Name and colours of the installed app."""
    name = translate(request, "Security monitoring")
    icon = {"src": static_files().url("mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JSONResponse(
        {
            "name": name,
            "short_name": name,
            "lang": language_of(request),
            "start_url": "/",
            "display": "standalone",
            "background_color": static_files().colour("surface-0"),
            "theme_color": static_files().colour("accent"),
            "icons": [icon],
        },
        media_type="application/manifest+json",
    )


@router.get("/worker.js")
def worker() -> Response:
    """The worker with the addresses of today's files; it lives at the root, because that is all it may watch over."""
    files = static_files()
    fonts = [name for name in files.files if name.endswith(".woff2")]
    kept = ["/offline", *(files.url(name) for name in (*KEPT, *fonts))]
    head = f"const VERSION = {files.version!r};\nconst KEPT = {kept!r};\n"
    return Response(
        head.encode() + files.files[WORKER].data, media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@router.get("/offline")
def offline(request: Request) -> Response:
    """Holds nothing of anybody."""
    return page(request, "shell/offline.html")
