"""HTTP intake: `POST /ingest/v1/{source}` with a key. 200 means that the bytes are on disk.

Bare Starlette in the receive role. No item is judged here: a bad one becomes a `pipeline_error` later, so a
sender never retries for ever.
"""

from __future__ import annotations

import asyncio
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from enum import Enum

import orjson
import zstandard
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from collectors.inbox import Inbox
from soc.raw import RawRecord, Transport

BODY_LIMIT = 20 * 1024 * 1024
ITEM_LIMIT = 10_000
RETRY_AFTER = {"Retry-After": "5"}
ACK_SECONDS = 30.0


class Door(Enum):
    """What a key opens."""

    OPEN = 200
    NO_KEY = 401
    OTHER_SOURCE = 403


Authorise = Callable[[str, str], Door]
"""(key, source) -> whether that key may write that source."""


class BodyError(Exception):
    """A body that cannot be taken in; status and what to do about it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class HttpIntake:
    """The application; `inbox` and `authorise` are handed in."""

    def __init__(self, inbox: Inbox, authorise: Authorise, frame_limit: int, lost: Callable[[], str | None]) -> None:
        self._inbox = inbox
        self._authorise = authorise
        self._limit = frame_limit
        self._lost = lost
        self.app = Starlette(routes=[Route("/ingest/v1/{source}", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        source = request.path_params["source"]
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        door = self._authorise(key.strip(), source) if scheme.lower() in ("bearer", "apikey") else Door.NO_KEY
        if door is not Door.OPEN:
            text = "wrong or missing key" if door is Door.NO_KEY else f"this key may not write source '{source}'"
            return _problem(door.value, text)
        if self._inbox.full:
            return _problem(429, "the raw log is full, send again later", RETRY_AFTER)
        try:
            items = list(split(await _body(request), request.headers.get("content-type", "")))
        except BodyError as error:
            return _problem(error.status, str(error))
        return await self._store(items, source, request)

    async def _store(self, items: list[bytes], source: str, request: Request) -> Response:
        batch = uuid.uuid4().hex
        key = request.headers.get("idempotency-key", "")
        peer = request.client.host if request.client else ""
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        left = len(items)

        def done() -> None:
            nonlocal left
            left -= 1
            if left == 0 and not durable.done():
                durable.set_result(None)

        for index, item in enumerate(items):
            flags = ("truncated",) if len(item) > self._limit else ()
            position = f"{key}:{index}" if key else ""
            data = item[: self._limit]
            record = RawRecord("http", source, time.time_ns(), peer, Transport.HTTP, data, position, flags=flags)
            self._inbox.put(record, done=done)
        if items:
            try:
                await asyncio.wait_for(durable, ACK_SECONDS)
            except TimeoutError:
                return _problem(429, self._lost() or "not on disk in time, send again with the same key", RETRY_AFTER)
        return JSONResponse({"received": len(items), "batch": batch})


async def _body(request: Request) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > BODY_LIMIT:
            raise BodyError(413, f"body over {BODY_LIMIT} bytes - send smaller batches")
        chunks.append(chunk)
    return unpack(b"".join(chunks), request.headers.get("content-encoding", ""))


def unpack(body: bytes, encoding: str) -> bytes:
    """The body without its content encoding; the unpacked size is bounded as well."""
    try:
        if encoding == "gzip":
            machine = zlib.decompressobj(wbits=31)
            plain = machine.decompress(body, BODY_LIMIT + 1)
        elif encoding == "zstd":
            plain = zstandard.ZstdDecompressor().decompress(body, max_output_size=BODY_LIMIT + 1)
        elif encoding in ("", "identity"):
            plain = body
        else:
            raise BodyError(415, f"content encoding '{encoding}' is not known - use gzip, zstd or none")
    except (zlib.error, zstandard.ZstdError) as error:
        raise BodyError(400, f"body is not {encoding}: {error}") from error
    if len(plain) > BODY_LIMIT:
        raise BodyError(413, f"body over {BODY_LIMIT} bytes unpacked - send smaller batches")
    return plain


def split(body: bytes, content_type: str) -> Iterator[bytes]:
    """One item a line; a JSON array is taken apart, a single JSON object is one item."""
    kind = content_type.split(";")[0].strip().lower()
    stripped = body.strip()
    if kind == "application/json" or (kind == "" and stripped.startswith(b"[")):
        items = _json_items(stripped)
    else:
        items = [line.removesuffix(b"\r") for line in body.split(b"\n") if line.strip()]
    if len(items) > ITEM_LIMIT:
        raise BodyError(413, f"{len(items)} items, at most {ITEM_LIMIT} - send smaller batches")
    yield from items


def _json_items(body: bytes) -> list[bytes]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BodyError(400, f"body is not JSON: {error} - use application/x-ndjson for one object a line") from error
    if isinstance(document, list):
        return [orjson.dumps(item) for item in document]
    return [body]


def _problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    body = {"type": "about:blank", "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
