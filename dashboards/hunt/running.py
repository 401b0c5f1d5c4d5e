"""One search from its place in the row to its answer. Hanging up is cancelling: the engine is free within a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar, cast

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.hunt.gate import Gate, Ticket
from soc.errors import StoreError
from soc.store.stop import Stop, stopping

Answer = TypeVar("Answer")

LOOK = 0.1
PATIENCE = 30.0
GONE = 499
"""nginx's status for a caller who hung up; nobody reads the answer."""


def gate_of(request: Request) -> Gate:
    return cast(Gate, request.app.state.searches)


async def run(request: Request, viewer: Viewer, work: Callable[[], Answer]) -> Answer:
    """`work` in a thread of its own, under the gate. Raises Refused when nobody listens any more."""
    gate = gate_of(request)
    ticket = gate.join(viewer.account)
    try:
        await _turn(request, gate, ticket)
        return await _watched(request, work)
    finally:
        gate.leave(ticket)


async def _turn(request: Request, gate: Gate, ticket: Ticket) -> None:
    end = time.monotonic() + PATIENCE
    while not gate.may_run(ticket):
        await asyncio.sleep(LOOK / 2)
        if await request.is_disconnected():
            raise Refused("the search was cancelled", code="SOC-1517", status=GONE)
        if time.monotonic() >= end:
            raise Refused("other searches did not end in time - try again", code="SOC-1515", status=429)


async def _watched(request: Request, work: Callable[[], Answer]) -> Answer:
    stop = Stop()

    def inside() -> Answer:
        with stopping(stop):
            return work()

    task = asyncio.create_task(run_in_threadpool(inside))
    try:
        while not (await asyncio.wait({task}, timeout=LOOK))[0]:
            if stop.pulled or await request.is_disconnected():
                # Again and again until it ends: the interrupt may fall between two statements.
                stop.now()
        return await task
    except StoreError as error:
        if stop.pulled:
            raise Refused("the search was cancelled", code="SOC-1517", status=GONE) from error
        raise
    finally:
        stop.now()
        with suppress(StoreError):
            await task
