"""Batches for programs: the door of kpi-contract/1, and the receipts again."""

from __future__ import annotations

import zlib
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from dashboards.access.pace import Pace
from dashboards.errors import Refused
from dashboards.hub.answers import json_of, world_of
from dashboards.hub.caller import Anyone, Caller, Writer
from dashboards.shell.render import services_of
from reports.kpi.contract import MOST_BYTES, BatchRefused
from reports.kpi.hub import receive
from reports.kpi.receipt import Receipt, receipt_from
from soc.errors import NotFound

router = APIRouter(prefix="/batches", tags=["hub"])
BATCHES = RateLimitItemPerMinute(60)
BURST = RateLimitItemPerSecond(20)
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "/ioc/v1/schema/kpi-contract-1.json"}}},
    }
}
Items = Annotated[Literal["all", "faulty"], Query()]


@router.post("", operation_id="push_batch", openapi_extra=BODY)
async def push_batch(request: Request, caller: Writer, *, dry_run: bool = False, items: Items = "faulty") -> Response:
    """Takes a batch; 200 with the receipt even when items fail. `dry_run`: all checks, nothing stored."""
    await run_in_threadpool(_keep_pace, request, caller)
    body = await _body(request)
    receipt = await run_in_threadpool(_receive, request, caller, body, dry_run=dry_run)
    return json_of(receipt.body(every=items == "all"))


@router.get("/{batch_id}", operation_id="get_receipt")
def get_receipt(request: Request, caller: Anyone, batch_id: str, items: Items = "faulty") -> Response:
    """The stored receipt again: the sender's own, or of units of the caller."""
    with services_of(request).state.read() as tx:
        stored = tx.receipts.find(batch_id) if caller.program else tx.receipts.get(batch_id, caller.scope)
    if stored is None or (caller.program and stored.sender != caller.sender.id):
        raise NotFound
    return json_of(receipt_from(stored).body(every=items == "all"))


def _receive(request: Request, caller: Caller, body: bytes, *, dry_run: bool) -> Receipt:
    services = services_of(request)
    try:
        return receive(services.state, world_of(services), body, caller.sender, services.clock.now(), dry_run=dry_run)
    except BatchRefused as error:
        raise Refused(error.message, code=error.code, status=error.status) from None


def _keep_pace(request: Request, caller: Caller) -> None:
    """60 batches a minute and key, at most 20 in a second."""
    pace: Pace = request.app.state.pace
    for limit in (BURST, BATCHES):
        wait = pace.wait(limit, f"batches:{caller.sender.id}")
        if wait is not None:
            seconds = min(wait, limit.get_expiry())
            raise Refused("more batches than a key may send", code="SOC-1729", status=429, wait=seconds)


async def _body(request: Request) -> bytes:
    """At most 2 MiB after unpacking, which stops at the limit."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        raise Refused(f"content encoding {coding[:40]!r}: identity or gzip", code="SOC-1723", status=415)
    unpacked = zlib.decompressobj(16 + zlib.MAX_WBITS) if coding == "gzip" else None
    body = bytearray()
    async for piece in request.stream():
        try:
            body += unpacked.decompress(piece, MOST_BYTES + 1 - len(body)) if unpacked else piece
        except zlib.error:
            raise Refused("not gzip", code="SOC-1950", status=400) from None
        if len(body) > MOST_BYTES or (unpacked and unpacked.unconsumed_tail):
            raise Refused(f"the batch is larger than {MOST_BYTES} bytes", code="SOC-1951", status=413)
    if unpacked and not unpacked.eof:
        raise Refused("the gzip stream ends too early", code="SOC-1950", status=400)
    return bytes(body)
