"""`GET /api/v1/stream`: named events with ids only; the page asks again for what they name (workspace.md 5)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from dashboards.access.session import Seen, session_token
from dashboards.access.viewer import Viewer
from dashboards.live.hub import Hub, first_messages
from dashboards.live.listener import Ears, Listener, reset
from dashboards.shell.render import services_of
from soc.access import Right
from soc.state.sessions import Session

router = APIRouter(tags=["live"])
Idle = Annotated[Viewer, Depends(Seen(Right.READ_ALERT_HEADS, idle=True))]


async def listening(
    request: Request,
    viewer: Idle,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[str | None, Query(max_length=30)] = None,
) -> AsyncIterator[Listener]:
    """A place at the hub, with what the page missed already in its line: since its last message, else since `after`,
    where history stood when the page was made."""
    session: Session = request.state.session
    ears = Ears(
        account=viewer.account,
        token=session_token(request) or "",
        alerts=viewer.scope(Right.READ_ALERT_HEADS),
        sources=viewer.scope(Right.READ_SOURCES),
        grants=session.grants,
        day=viewer.day,
    )
    position, missed = await run_in_threadpool(_missed, request, ears, last_event_id or after)
    listener = Listener(ears, asyncio.get_running_loop(), position)
    for message in missed:
        listener.line.put_nowait(message)
    hub: Hub = request.app.state.hub
    hub.join(listener)
    try:
        yield listener
    finally:
        hub.leave(listener)


@router.get("/stream", operation_id="stream", response_class=EventSourceResponse)
async def stream(listener: Annotated[Listener, Depends(listening)]) -> AsyncIterator[ServerSentEvent]:
    """Events `alert-changed` {id, revision}, `source-changed`, `job-progress` {id}, `tick`, `reset`. `id:` is the
    position in the history of alerts; sent back as `Last-Event-ID`, it brings what was missed."""
    while (message := await listener.line.get()) is not None:
        yield message


def _missed(request: Request, ears: Ears, last: str | None) -> tuple[int, list[ServerSentEvent]]:
    with services_of(request).state.read() as tx:
        here = tx.feed.position()
        if last is None:
            return here, [ServerSentEvent(event="tick", data={}, id=str(here))]
        if not last.isdecimal() or len(last) > 18 or int(last) > here:
            return here, [reset(here)]
        return here, first_messages(tx, ears, int(last))
