"""Answers are sent gzip-compressed; the event stream, what is packed already, and pages with secrets are not.

A page that shows a secret beside words of the request would tell it by its length (BREACH). The nonce is new with
every answer and harmless; one-use links, passwords and keys stand on the pages named here.
"""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SECRETS = ("/set-up", "/sign-in", "/account", "/admin", "/api/v1/keys", "/api/v1/account", "/api/v1/admin")
LEAST = 500
EFFORT = 5


class Packing:
    """GZip for everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.packed = GZipMiddleware(app, minimum_size=LEAST, compresslevel=EFFORT)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not str(scope["path"]).startswith(SECRETS):
            await self.packed(scope, receive, send)
        else:
            await self.app(scope, receive, send)
