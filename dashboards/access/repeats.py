"""`Idempotency-Key`: a POST to the API that is sent twice is done once; for 24 hours the second gets the same answer.

Pure ASGI, inside of the limits for bodies. A key belongs to the account, the route and the body it came with.
"""

from __future__ import annotations

from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.services import Services
from soc.state.answers import AnswerKey, KeptAnswer

PREFIX = "/api/v1/"
KEY_MOST = 200
KEPT_HEADERS = ("content-type", "etag", "location", "retry-after")
NOT_KEPT = frozenset({401, 428, 429})
"""Answers that say nothing of the act itself; and everything from 500 on."""


class Repeats:
    """Does a request once; later ones with the same key are told what came of it."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self.app = app
        self.services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        key = headers.get("idempotency-key", "")
        if not key or scope["method"] != "POST" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        account = await run_in_threadpool(self._account, headers)
        if account is None or len(key) > KEY_MOST:
            await self.app(scope, receive, send)
            return
        body = await _read(receive)
        place = AnswerKey(account, scope["path"], key)
        # What was decided on (`If-Match`) belongs to the request as its body does.
        asked = sha256(headers.get("if-match", "").encode() + b"\n" + body).hexdigest()
        kept = await run_in_threadpool(self._claim, place, asked)
        if kept is not None:
            await _again(scope, kept, asked)(scope, receive, send)
            return
        await self._first(place, body, scope, receive, send)

    async def _first(self, place: AnswerKey, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer()
        told = False

        async def replay() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def noted(message: Message) -> None:
            answer.note(message)
            await send(message)

        try:
            await self.app(scope, replay, noted)
        finally:
            await run_in_threadpool(self._keep, place, answer)

    def _account(self, headers: Headers) -> str | None:
        if "authorization" in headers:
            return f"key:{sha256(headers['authorization'].encode()).hexdigest()}"
        token = _token(headers, "__Host-soc" if self.services.settings.secure else "soc-local")
        if not token:
            return None
        with self.services.state.read() as tx:
            session = tx.sessions.find(token, self.services.clock.now())
        return None if session is None else session.account

    def _claim(self, place: AnswerKey, asked: str) -> KeptAnswer | None:
        with self.services.state.write() as tx:
            return tx.answers.claim(place, asked, at=self.services.clock.now())

    def _keep(self, place: AnswerKey, answer: _Answer) -> None:
        with self.services.state.write() as tx:
            if answer.lasting:
                tx.answers.keep(place, answer.status, answer.headers, answer.body.decode())
            else:
                tx.answers.forget(place)


class _Answer:
    """What went out."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.whole = False

    def note(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            found = Headers(raw=message["headers"])
            self.headers = {name: found[name] for name in KEPT_HEADERS if name in found}
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            self.whole = not message.get("more_body", False)

    @property
    def lasting(self) -> bool:
        return self.whole and 200 <= self.status < 500 and self.status not in NOT_KEPT


def _again(scope: Scope, kept: KeptAnswer, asked: str) -> Response:
    if kept.asked != asked:
        return _problem(scope, 422, "this Idempotency-Key was used with another body - take a new key")
    if kept.status == 0:
        response = _problem(scope, 409, "the first request with this Idempotency-Key is still being answered")
        response.headers["Retry-After"] = "1"
        return response
    headers = {**kept.headers, "Idempotent-Replayed": "true"}
    return Response(kept.body.encode(), status_code=kept.status, headers=headers)


def _problem(scope: Scope, status: int, detail: str) -> Response:
    body: dict[str, Any] = {"type": "about:blank", "title": "Repeated request", "status": status}
    body |= {"code": "SOC-1618", "detail": detail, "request_id": scope["state"]["request_id"]}
    return Response(orjson.dumps(body), status_code=status, media_type="application/problem+json")


def _token(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts)
