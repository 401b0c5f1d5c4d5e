"""Speaks to a hub over HTTP: a batch out, a receipt in. Standard library only; no proxies, no redirects."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson

from soc.errors import SourceError

PATH = "/ioc/v1"
LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """`body`: the receipt, or the problem. `retry_after`: seconds, when the hub asks for patience."""

    status: int
    body: dict[str, Any]
    retry_after: int | None = None

    @property
    def taken(self) -> bool:
        return self.status == 200

    @property
    def again(self) -> bool:
        """Whether a later try may be taken: too much at once, or the hub is not well."""
        return self.status == 429 or self.status >= 500


@dataclass(frozen=True, slots=True)
class HubClient:
    """`origin`: scheme, host and port of the hub. Raises SourceError when it cannot be reached."""

    origin: str
    key: str = field(repr=False)
    timeout: float = 30.0

    def push(self, batch: bytes, *, dry_run: bool = False) -> HubAnswer:
        """The receipt; sending the same again is harmless."""
        return self._ask("POST", f"/batches{'?dry_run=true' if dry_run else ''}", batch)

    def beat(self, system: str) -> HubAnswer:
        """A sign of life."""
        return self._ask("POST", f"/heartbeat?system={system}", b"")

    def get(self, path: str) -> HubAnswer:
        return self._ask("GET", path, None)

    def _ask(self, method: str, path: str, body: bytes | None) -> HubAnswer:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        connection = self._connection()
        try:
            connection.request(method, PATH + path, body, headers)
            answer = connection.getresponse()
            content = answer.read(LARGEST)
        except (OSError, http.client.HTTPException) as error:
            raise SourceError(f"{self.origin}: cannot be reached: {error} - is it running?", code="SOC-1955") from error
        finally:
            connection.close()
        wait = answer.headers.get("Retry-After", "")
        return HubAnswer(answer.status, _json(content), int(wait) if wait.isdigit() else None)

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.origin)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceError(f"{self.origin!r} is no address such as https://ioc.example.gov.vn", code="SOC-1955")
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=self.timeout, context=context)
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=self.timeout)


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
