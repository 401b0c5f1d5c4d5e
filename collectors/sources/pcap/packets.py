"""The packets behind an event: asked of a process of its own that has limits and no network (security.md 9).

The capture goes to it as an open file, so it needs no right to any file of ours; what comes back is bounded, and a
process that dies or never ends is an answer.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from collectors.sources.pcap.dissect import find
from soc.confine import NOBODY
from soc.errors import SourceError

WORKER = "collectors.sources.pcap.drill"
MOST_SECONDS = 30.0
MOST_ANSWER = 16 << 20
MOST_WORKERS = 2
"""So many dissections at a time; whoever comes meanwhile waits, then is told."""
WAIT_SECONDS = 10.0

_free = threading.BoundedSemaphore(MOST_WORKERS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HERE = str(Path(__file__).resolve().parents[3])


@dataclass(frozen=True, slots=True)
class Summary:
    """One packet in the list. `place`: from 1 within the conversation; `number`: its frame in the capture."""

    place: int
    number: int
    at: datetime | None
    source: str
    destination: str
    protocol: str
    length: int
    info: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One protocol of a packet. `lines`: depth, name and value of each field, in the order of the packet."""

    name: str
    lines: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The conversation, and of one chosen packet its layers and bytes. `notes`: kind and what limits it met."""

    packets: tuple[Summary, ...]
    notes: tuple[tuple[str, str], ...] = ()
    chosen: int = 0
    layers: tuple[Layer, ...] = ()
    data: bytes = b""


def look(capture: Path, community: str, *, chosen: int = 0, seconds: float = MOST_SECONDS) -> Look:
    """The packets of a conversation (a community id); `chosen`: the place of the one to be taken apart.

    Raises SourceError: SOC-1360 no tshark, 1361 the capture is gone, 1362 time, 1363 the process died, 1364 busy,
    1365 no such packet, 1366 no capture.
    """
    tshark = find()
    if tshark is None:
        raise SourceError("tshark is not installed here, so packets cannot be shown - install it", code="SOC-1360")
    asked = orjson.dumps({"community": community, "chosen": chosen, "tshark": tshark}).decode()
    try:
        file = capture.open("rb")
    except OSError as error:
        raise SourceError(
            f"the capture {capture.stem[:12]} is not kept any more: {error.strerror}", code="SOC-1361"
        ) from error
    with file:
        return _answer(orjson.loads(run([sys.executable, "-P", "-m", WORKER, asked], file.fileno(), seconds)), chosen)


def run(command: Sequence[str], file: int, seconds: float) -> bytes:
    """What the process says on its output; killed with all its children when it takes too long or says too much."""
    if not _free.acquire(timeout=WAIT_SECONDS):
        raise SourceError("other people's packets are being read - try again in a moment", code="SOC-1364")
    try:
        with tempfile.TemporaryDirectory(prefix="soc-packets-") as home:
            if os.geteuid() == 0:
                os.chown(home, NOBODY, NOBODY)
            return _run(command, file, seconds, home)
    finally:
        _free.release()


def _run(command: Sequence[str], file: int, seconds: float, home: str) -> bytes:
    child = subprocess.Popen(
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # None of our settings, keys or paths; nobody's preferences or plug-ins of tshark either.
        env={"PATH": os.defpath, "HOME": home, "XDG_CONFIG_HOME": home, "LC_ALL": "C.UTF-8", "PYTHONPATH": _HERE},
    )
    assert child.stdout is not None
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(child)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        said = child.stdout.read(MOST_ANSWER + 1)
    finally:
        timer.cancel()
        _kill(child)
        child.stdout.close()
        child.wait()
    if late.is_set():
        raise SourceError(f"the packets could not be read within {seconds:g} seconds", code="SOC-1362")
    if not said.endswith(b"\n") or len(said) > MOST_ANSWER:
        raise SourceError("the packets could not be read: the reader ended at its limits", code="SOC-1363")
    return said


def _kill(child: subprocess.Popen[bytes]) -> None:
    """The process and whatever it started: the group is its own, and its leader is not reaped before."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _answer(told: dict[str, Any], chosen: int) -> Look:
    if "fault" in told:
        raise SourceError(told["fault"], code=told["code"])
    rows = enumerate(told["packets"], start=1)
    packets = tuple(Summary(place, row[0], _at(row[1]), *row[2:]) for place, row in rows)
    layers = tuple(
        Layer(name, tuple((depth, field, value) for depth, field, value in lines)) for name, lines in told["layers"]
    )
    notes = tuple((kind, text) for kind, _, text in (note.partition(": ") for note in told["notes"]))
    return Look(packets, notes, chosen, layers, bytes.fromhex(told["data"]))


def _at(at_ns: int) -> datetime | None:
    """pcapng's simple packets have no time; nor has one beyond the year 9999."""
    try:
        return _EPOCH + timedelta(microseconds=at_ns // 1_000) if at_ns > 0 else None
    except OverflowError:
        return None
