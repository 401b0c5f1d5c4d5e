"""Where one syslog message ends and the next begins on a stream (RFC 6587; found anew at each frame).

`[1-9][0-9]{0,9} <` is octet counting; anything else ends at LF or NUL. The `<` matters: a line that starts
`2026 Nov 22` is not a count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COUNT = re.compile(rb"([1-9][0-9]{0,9}) <")
_MAYBE_COUNT = re.compile(rb"[1-9][0-9]{0,9} ?\Z")
_END = re.compile(rb"[\n\0]")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. `flag`: '', `truncated` (longer than the limit), `partial` (cut off by the end of the
    stream) or `bad_frame` (an octet count that cannot be; nothing after it can be trusted)."""

    data: bytes
    flag: str = ""


class Framer:
    """Bytes of one connection in, whole frames out."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._skip = 0  # octets of a counted frame that are over the limit
        self._skip_line = False  # the rest of a line that is over the limit
        self.broken = False

    def feed(self, data: bytes) -> list[Frame]:
        self._buffer += data
        frames: list[Frame] = []
        while not self.broken and self._buffer:
            before = len(self._buffer)
            frame = self._next()
            if frame is not None and (frame.data or frame.flag):
                frames.append(frame)
            if frame is None and len(self._buffer) == before:
                break
        return frames

    def finish(self) -> list[Frame]:
        """What is left when the stream ends."""
        rest = bytes(self._buffer)
        self._buffer.clear()
        if not rest or self._skip or self._skip_line or self.broken:
            return []
        return [Frame(rest.rstrip(b"\r\n\0"), "partial")]

    def _next(self) -> Frame | None:
        if self._skip:
            cut = min(self._skip, len(self._buffer))
            del self._buffer[:cut]
            self._skip -= cut
            return None
        if self._skip_line:
            return self._skip_rest_of_line()
        if match := _COUNT.match(self._buffer):
            return self._counted(match.end(1) + 1, int(match[1]))
        if _MAYBE_COUNT.match(self._buffer):
            return None
        return self._line()

    def _skip_rest_of_line(self) -> Frame | None:
        end = _END.search(self._buffer)
        self._skip_line = end is None
        del self._buffer[: end.end() if end else len(self._buffer)]
        return None

    def _counted(self, start: int, count: int) -> Frame | None:
        if count > 64 * self._limit:
            self.broken = True
            frame = Frame(bytes(self._buffer[: self._limit]), "bad_frame")
            self._buffer.clear()
            return frame
        take = min(count, self._limit)
        if len(self._buffer) < start + take:
            return None
        body = bytes(self._buffer[start : start + take])
        del self._buffer[: start + take]
        self._skip = count - take
        return Frame(body.rstrip(b"\r\n\0"), "truncated" if self._skip else "")

    def _line(self) -> Frame | None:
        end = _END.search(self._buffer, 0, self._limit + 1)
        if end is not None:
            line = bytes(self._buffer[: end.start()])
            del self._buffer[: end.end()]
            return Frame(line.removesuffix(b"\r"))
        if len(self._buffer) <= self._limit:
            return None
        line = bytes(self._buffer[: self._limit])
        del self._buffer[: self._limit]
        self._skip_line = True
        return Frame(line, "truncated")
