"""One conversation cut out of a capture: what the dissector gets to see is small, whatever the capture is.

Frames are picked by the header walk that made the events, so they are the very ones that the flow counted.
Written as pcapng (draft-ietf-opsawg-pcapng) with one interface for each link type and times in ns.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from collectors.sources.pcap.flows import FlowTable
from collectors.sources.pcap.frames import Capture, Frame
from collectors.sources.pcap.headers import Packet, walk

MOST_PACKETS = 2_000
MOST_BYTES = 8 << 20
MOST_SECONDS = 15.0
_KNOWN = 200_000
_ASK_EVERY = 4_096


@dataclass(slots=True)
class Cut:
    """The frames of one conversation in order; `notes`: why there may be more of them."""

    frames: list[Frame] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def full(self) -> bool:
        return len(self.frames) >= MOST_PACKETS or self.size >= MOST_BYTES


def cut(
    capture: Capture, community: str, *, seconds: float = MOST_SECONDS, now: Callable[[], float] = time.monotonic
) -> Cut:
    """Every frame of the conversation, up to the limits. Raises ParseError when the file is no capture."""
    found, end = Cut(), now() + seconds
    belongs = _Belongs(community)
    for passed, frame in enumerate(capture.frames()):
        packet = walk(frame[2], frame[3])
        if packet is not None and belongs(packet):
            if found.full:
                found.notes.append(f"limit: {len(found.frames)} packets of the conversation are shown, there are more")
                break
            found.frames.append(frame)
            found.size += len(frame[3])
        if passed % _ASK_EVERY == 0 and now() > end:
            found.notes.append(f"time: the search stopped after frame {frame[0]} of the capture")
            break
    found.notes += [f"damage: {note}" for note in capture.notes]
    return found


class _Belongs:
    """Whether a packet is of the conversation; each pair of ends is worked out once."""

    def __init__(self, community: str) -> None:
        self._community = community
        self._table = FlowTable()
        self._known: dict[tuple[int, bytes, bytes, int, int], bool] = {}

    def __call__(self, packet: Packet) -> bool:
        if packet.fragment:
            return self._table.community(packet) == self._community
        key = packet[:5]
        verdict = self._known.get(key)
        if verdict is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            verdict = self._known[key] = self._table.community(packet) == self._community
        return verdict


def write(found: Cut, path: Path) -> None:
    """The frames as a capture of their own, numbered from 1."""
    links: dict[int, int] = {}
    for frame in found.frames:
        links.setdefault(frame[2], len(links))
    with path.open("wb") as file:
        file.write(_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for link in links:
            file.write(_block(1, struct.pack("<HHI", link, 0, 0) + struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)))
        for part in _packets(found.frames, links):
            file.write(part)


def _packets(frames: list[Frame], links: dict[int, int]) -> Iterator[bytes]:
    for _, at_ns, link, data, wire in frames:
        at = max(at_ns, 0)
        head = struct.pack("<IIIII", links[link], at >> 32 & 0xFFFF_FFFF, at & 0xFFFF_FFFF, len(data), wire)
        yield _block(6, head + data)


def _block(kind: int, body: bytes) -> bytes:
    size = len(body) + (-len(body) % 4) + 12
    return struct.pack("<II", kind, size) + body + b"\0" * (-len(body) % 4) + struct.pack("<I", size)
