"""The sign of life of a role: `run/ROLE.beat`, rewritten every second."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Beat:
    """`position`: where the role stands, by lane. `failure`: what it cannot do at the moment, in words.
    `figures`: what it measures of itself, such as how late it is."""

    role: str
    pid: int
    at: datetime
    ready: bool
    position: dict[str, int] = field(default_factory=dict)
    rss_kib: int = 0
    address: str = ""
    failure: str | None = None
    figures: dict[str, float] = field(default_factory=dict)


def write(path: Path, beat: Beat) -> None:
    """Replaces the file in one step: a reader never sees half of it."""
    work = path.with_suffix(".tmp")
    work.write_bytes(orjson.dumps(asdict(beat)))
    work.replace(path)


def read(path: Path) -> Beat | None:
    """The last beat, None when there is none."""
    try:
        fields = orjson.loads(path.read_bytes())
    except (FileNotFoundError, orjson.JSONDecodeError):
        return None
    return Beat(**{**fields, "at": datetime.fromisoformat(fields["at"])})


def resident_kib() -> int:
    """Memory of this process in KiB (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024
