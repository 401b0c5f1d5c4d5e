"""Our files for the browser: read once, served under one hash of all of them, cached for ever."""

from __future__ import annotations

import gzip
import hashlib
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

    @property
    def sheets(self) -> tuple[str, ...]:
        """The style sheets in the order of their layers, one a screen at the end."""
        screens = sorted(name for name in self.files if name.startswith("css/screens/"))
        return ("css/tokens.css", "css/base.css", "css/parts.css", *screens)

    def url(self, name: str) -> str:
        if name not in self.files:
            raise KeyError(f"no static file {name!r}")
        return f"/static/{self.version}/{name}"


@cache
def static_files() -> StaticFiles:
    """All of `dashboards/static`."""
    found: dict[str, StaticFile] = {}
    digest = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.suffix in TYPES):
        name, data = path.relative_to(FOLDER).as_posix(), path.read_bytes()
        digest.update(name.encode() + b"\0" + data)
        packed = gzip.compress(data, 9, mtime=0) if path.suffix in PACKED else None
        found[name] = StaticFile(data, packed, TYPES[path.suffix])
    return StaticFiles(found, digest.hexdigest()[:16])


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
