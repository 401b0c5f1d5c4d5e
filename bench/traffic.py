"""What goes on while pages are asked: other open pages, and lines that arrive by syslog."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import httpx2

from tests.system.running import System

STREAMS_OF_SESSION = 3


class Ears:
    """Open pages; `heard` counts the messages of all."""

    def __init__(self) -> None:
        self.heard = 0


@contextmanager
def listening(address: str, people: Sequence[str], streams: int) -> Iterator[Ears]:
    """So many streams, at most three of one session, each read by a thread of its own."""
    ears, over = Ears(), threading.Event()

    def listen(token: str) -> None:
        with (
            closing(httpx2.Client(base_url=address, cookies={"soc-local": token})) as client,
            client.stream("GET", "/api/v1/stream", timeout=60) as stream,
        ):
            if stream.status_code != 200:
                raise SystemExit(f"stream: {stream.status_code}")
            for line in stream.iter_lines():
                ears.heard += line.startswith("event:")
                if over.is_set():
                    return

    threads = [
        threading.Thread(target=listen, args=(people[number // STREAMS_OF_SESSION],), daemon=True)
        for number in range(streams)
    ]
    for thread in threads:
        thread.start()
    while ears.heard < streams and all(thread.is_alive() for thread in threads):
        time.sleep(0.05)
    yield ears
    over.set()


class Traffic:
    """What arrives; `sent` counts."""

    def __init__(self) -> None:
        self.sent = 0


@contextmanager
def arriving(system: System, a_second: int) -> Iterator[Traffic]:
    """Failed logons by syslog, evenly: the tenth part of a second's lines ten times a second."""
    traffic, over, target = Traffic(), threading.Event(), ("127.0.0.1", system.port["udp"])

    def send() -> None:
        due = time.monotonic()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not over.wait(max(due - time.monotonic(), 0)):
                due += 0.1
                for _ in range(a_second // 10):
                    traffic.sent += 1
                    sender.sendto(line(traffic.sent), target)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    yield traffic
    over.set()
    thread.join()


def line(number: int) -> bytes:
    user, at = f"user{number % 320:04}", datetime.now(UTC).isoformat()
    said = f"Failed password for {user} from 10.9.0.{number % 200} port 4022 ssh2"
    return f"<38>1 {at} ws-{number % 320:03} sshd 31 - - {said}".encode()
