"""What a request may carry (security.md 6 and 13): at most 1 MiB, JSON at most 32 deep and with no key twice.

Pure ASGI and outside of the routes: the framework reads a body before it asks who sent it. Files that are dropped on
a page (`multipart/form-data`, `application/octet-stream`) are bounded by the route that takes them.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_048_576
DEEPEST = 32
FILES = ("multipart/form-data", "application/octet-stream")
BOUNDED = frozenset({"/ioc/v1/batches"})
"""Routes that bound what they read by themselves."""

STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
BRACKET = re.compile(rb"[\[\]{}]")


class BodyLimits:
    """Reads the body of an unsafe request, judges it, hands it on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = Headers(scope=scope).get("content-type", "") if scope["type"] == "http" else ""
        own = kind.startswith(FILES) or scope.get("path") in BOUNDED
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS") or own:
            await self.app(scope, receive, send)
            return
        body = await _read(receive)
        fault = _fault(body, json_body=kind.startswith("application/json"))
        if fault is not None:
            await _answer(scope, *fault)(scope, receive, send)
            return
        told = False

        async def replay() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body or b"", "more_body": False}

        await self.app(scope, replay, send)


def fault_of_json(body: bytes) -> str | None:
    """Why the text is refused; None also for text that is no JSON, which the route itself says better."""
    depth = deepest = 0
    for found in BRACKET.finditer(STRING.sub(b"", body)):
        depth += 1 if found[0] in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        return f"nested {deepest} deep; {DEEPEST} is the most"
    try:
        json.loads(body, object_pairs_hook=_no_doubles)
    except _TwiceError as error:
        return f"the key {error} stands twice"
    except ValueError:
        return None
    return None


class _TwiceError(Exception):
    """A key of an object stands there twice: readers differ in which one counts."""


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise _TwiceError(repr(key[:80]))
        seen[key] = value
    return seen


async def _read(receive: Receive) -> bytes | None:
    """None when it is larger than it may be; the rest is never read."""
    body = b""
    while True:
        message = await receive()
        piece: bytes = message.get("body", b"")
        body += piece
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return body


def _fault(body: bytes | None, *, json_body: bool) -> tuple[int, str] | None:
    if body is None:
        return 413, f"the body is larger than {MOST_BYTES} bytes"
    text = fault_of_json(body) if json_body else None
    return None if text is None else (400, text)


def _answer(scope: Scope, status: int, detail: str) -> Response:
    told = {"type": "about:blank", "title": "The request cannot be read", "status": status, "code": "SOC-1723"}
    told |= {"detail": detail, "request_id": scope.get("state", {}).get("request_id", "")}
    return Response(orjson.dumps(told), status_code=status, media_type="application/problem+json")
