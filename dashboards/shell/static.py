"""Our files for the browser: read once, served under one hash of all of them, cached for ever."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

FOLDER = Path(__file__).resolve().parent.parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
}
SHEETS = ("css/tokens.css", "css/base.css", "css/frame.css", "css/parts.css")
SCRIPTS = (
    *(f"vendor/{name}.min.js" for name in ("htmx", "hx-csp", "hx-sse")),
    *(f"js/{name}.js" for name in ("keys", "clock", "live", "drafts", "menu", "loading", "offline", "trail", "lock")),
)
"""What every framed page loads, in one file; a screen's own script comes by itself."""
FIGURES = frozenset({
    *("posture", "registers", "figures", "overview", "wall", "meetings", "tasks", "warnings", "reminders", "reports"),
})  # fmt: skip
"""Sections for leaders and the IT centre; their style sheets lie in `css/figures/`."""
PACKED = frozenset({".css", ".js", ".svg", ".txt", ".json"})


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file with its compressed twin; woff2 is compressed already."""

    data: bytes
    packed: bytes | None
    type: str


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """`version` is a hash over all names and bytes, so relative addresses inside style sheets need no rewriting."""

    files: dict[str, StaticFile]
    version: str

    def sheets(self, section: str) -> tuple[str, ...]:
        """One file for all pages, a second for those of figures and papers: a slow line pays for each request."""
        return ("css/all.css", "css/figures.css") if section in FIGURES else ("css/all.css",)

    def colour(self, token: str) -> str:
        """A token's value in the light theme, for places where no style sheet reaches."""
        found = re.search(rf"--{token}: light-dark\((#\w+)", self.files["css/tokens.css"].data.decode())
        return found.group(1) if found else ""

    def url(self, name: str) -> str:
        if name not in self.files:
            raise KeyError(f"no static file {name!r}")
        return f"/static/{self.version}/{name}"


@cache
def static_files() -> StaticFiles:
    """All of `dashboards/static`."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.suffix in TYPES)
    read = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}
    screens, figures = ([name for name in read if name.startswith(f"css/{part}/")] for part in ("screens", "figures"))
    read["css/all.css"] = b"\n".join(read[name] for name in (*SHEETS, *screens))
    read["css/figures.css"] = b"\n".join(read[name] for name in figures)
    read["js/all.js"] = b"\n;".join(read[name] for name in SCRIPTS)
    digest = hashlib.sha256()
    for name, data in read.items():
        digest.update(name.encode() + b"\0" + data)
    return StaticFiles({name: _file(name, data) for name, data in read.items()}, digest.hexdigest()[:16])


def _file(name: str, data: bytes) -> StaticFile:
    suffix = Path(name).suffix
    return StaticFile(data, gzip.compress(data, 9, mtime=0) if suffix in PACKED else None, TYPES[suffix])


async def serve_static(request: Request) -> Response:
    """`/static/{version}/{name}`: an unknown or outdated address is a 404, never a cached wrong file."""
    files = static_files()
    entry = files.files.get(request.path_params["name"])
    if entry is None or request.path_params["version"] != files.version:
        return PlainTextResponse("not found", status_code=404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if entry.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(entry.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=entry.type)
    return Response(entry.data, headers=headers, media_type=entry.type)
