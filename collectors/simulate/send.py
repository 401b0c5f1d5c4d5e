"""Simulated lines to real receivers: each sender has a loopback address of its own (10.a.b.c speaks from 127.a.b.c)."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectors.simulate.line import Line
from soc.errors import SourceError
from soc.raw import Transport

HTTP_BATCH = 500
HTTP_TRIES = 20


@dataclass(frozen=True, slots=True)
class Target:
    """Where the receivers listen, and the intake key of each HTTP sender."""

    host: str
    udp: int
    tcp: int
    http: int
    keys: Mapping[str, str]


def loopback(peer: str) -> str:
    """The address from which a simulated sender speaks on this machine."""
    return "127." + peer.split(".", 1)[1]


class SenderPool:
    """Open connections, one a sender. `reliable`: datagrams go over TCP, where nothing can fall out of a buffer."""

    def __init__(self, target: Target, *, reliable: bool) -> None:
        self._target = target
        self._reliable = reliable
        self._streams: dict[str, socket.socket] = {}
        self._datagrams: dict[str, socket.socket] = {}
        self._batches: dict[str, list[bytes]] = {}
        self.sent = 0

    def send_all(self, lines: Iterable[Line]) -> int:
        """Sends every line, then what is left in the batches; answers how many."""
        for line in lines:
            self.send(line)
        self.flush()
        return self.sent

    def send(self, line: Line) -> None:
        self.sent += 1
        if line.transport is Transport.HTTP:
            batch = self._batches.setdefault(line.source, [])
            batch.append(line.data)
            if len(batch) >= (HTTP_BATCH if self._reliable else 1):
                self._post(line.source)
        elif line.transport is Transport.TCP or self._reliable:
            self._stream(line.peer).sendall(
                b"%d %s" % (len(line.data), line.data) if _countable(line) else line.data + b"\n"
            )
        else:
            self._datagram(line.peer).send(line.data)

    def flush(self) -> None:
        for source in list(self._batches):
            self._post(source)

    def close(self) -> None:
        self.flush()
        for sock in (*self._streams.values(), *self._datagrams.values()):
            sock.close()

    def _stream(self, peer: str) -> socket.socket:
        if peer not in self._streams:
            source = (loopback(peer), 0)
            self._streams[peer] = socket.create_connection((self._target.host, self._target.tcp), 30, source)
        return self._streams[peer]

    def _datagram(self, peer: str) -> socket.socket:
        if peer not in self._datagrams:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind((loopback(peer), 0))
            sock.connect((self._target.host, self._target.udp))
            self._datagrams[peer] = sock
        return self._datagrams[peer]

    def _post(self, source: str) -> None:
        batch = self._batches.pop(source, [])
        if not batch:
            return
        headers = {
            "Authorization": f"Bearer {self._target.keys[source]}",
            "Content-Type": "application/x-ndjson",
            "Idempotency-Key": f"{source}-{self.sent}",
        }
        for _ in range(HTTP_TRIES):
            connection = http.client.HTTPConnection(self._target.host, self._target.http, timeout=60)
            try:
                connection.request("POST", f"/ingest/v1/{source}", b"\n".join(batch), headers)
                answer = connection.getresponse()
                text = answer.read()
            finally:
                connection.close()
            if answer.status == 200:
                return
            if answer.status != 429:
                break
        raise SourceError(f"intake refused a batch of {source}: {answer.status} {text[:200]!r}", code="SOC-1336")


def _countable(line: Line) -> bool:
    """Octet counting keeps line ends inside a message; it is found by the `<` of a priority."""
    return line.data.startswith(b"<")
