"""The real application under a real uvicorn on loopback, in a thread of the test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from dashboards.app import create_app
from tests.unit.dashboards.life import Life


@contextmanager
def served(life: Life) -> Iterator[str]:
    """The address under which it answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    life.services = replace(life.services, settings=replace(life.services.settings, origin=origin))
    app = create_app(life.services)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield origin
    finally:
        # Open streams end first, as when the real server stops: else it waits for pages that are still there.
        app.state.hub.close()
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "the server of this test goes on"
        listener.close()
