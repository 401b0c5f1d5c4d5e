"""Hands a batch in over HTTP, as a stranger's system does. What comes back is one of three things."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

import orjson

TIMEOUT = 60
TOO_MANY, SERVER = 429, 500
OK = 200


class Result(StrEnum):
    """AGAIN: network faults, 429, 5xx. NEVER: the batch as a whole is refused."""

    TAKEN = "taken"
    AGAIN = "again"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Answer:
    """`retry`: places of items that may be sent again as they are."""

    result: Result
    text: str
    retry: tuple[int, ...] = ()
    wait_seconds: int = 0


class Door(Protocol):
    """Where batches go."""

    def push(self, sender: str, body: bytes) -> Answer: ...

    def beat(self, sender: str) -> bool: ...


@dataclass
class HttpDoor:
    """`keys`: an API key for each sender. A connection is kept for each, and made again when it is dead."""

    address: str
    keys: Mapping[str, str]
    _open: dict[str, http.client.HTTPConnection] = field(default_factory=dict)

    def push(self, sender: str, body: bytes) -> Answer:
        try:
            status, text, wait = self._post(sender, "/ioc/v1/batches", body)
        except (OSError, http.client.HTTPException) as error:
            self._drop(sender)
            return Answer(Result.AGAIN, f"{type(error).__name__}: {error}")
        return answer_of(status, text, wait)

    def beat(self, sender: str) -> bool:
        try:
            status, _, _ = self._post(sender, f"/ioc/v1/heartbeat?system={sender}", b"")
        except (OSError, http.client.HTTPException):
            self._drop(sender)
            return False
        return status < SERVER

    def _post(self, sender: str, path: str, body: bytes) -> tuple[int, bytes, str]:
        connection = self._open.get(sender)
        if connection is None:
            parts = urlsplit(self.address)
            connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=TIMEOUT)
            self._open[sender] = connection
        headers = {"Authorization": f"Bearer {self.keys[sender]}", "Content-Type": "application/json"}
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers.get("Retry-After") or ""

    def _drop(self, sender: str) -> None:
        connection = self._open.pop(sender, None)
        if connection is not None:
            connection.close()


def answer_of(status: int, text: bytes, wait: str = "") -> Answer:
    """What an answer means to the outbox."""
    if status == OK:
        receipt = orjson.loads(text)
        retry = tuple(item["index"] for item in receipt["items"] if item.get("retry"))
        return Answer(Result.TAKEN, orjson.dumps(receipt["summary"]).decode(), retry)
    told = f"{status} {text[:300].decode('utf-8', 'replace')}"
    again = status == TOO_MANY or status >= SERVER
    return Answer(Result.AGAIN if again else Result.NEVER, told, wait_seconds=int(wait) if wait.isdigit() else 0)
