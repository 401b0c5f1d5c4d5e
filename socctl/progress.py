"""A bar by bytes on a terminal's standard error; nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from soc.role import RoleName

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY_BYTES = 262_144


def byte_bar(files: Sequence[Path], *, shown: bool) -> Callable[[int], None]:
    """Call it with the bytes of each record."""
    if not shown:
        return lambda _: None
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    bar = Progress(BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=sum(_size(path) for path in files))
    bar.start()
    waiting = 0

    def advance(size: int) -> None:
        nonlocal waiting
        waiting += size
        if size < 0:
            bar.stop()
        elif waiting >= EVERY_BYTES:
            bar.advance(task, waiting)
            waiting = 0

    return advance


class ImportBar:
    """Two bars on a terminal's standard error: files read, then records worked off. Use it in a `with`."""

    def __init__(self, files: Sequence[Path], *, shown: bool | None = None) -> None:
        self._files = files
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._progress: Progress | None = None
        self._reading: TaskID | None = None
        self._working: TaskID | None = None
        self._most = 0

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description:<40}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._reading = self._progress.add_task("read", total=sum(_size(path) for path in self._files))
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def bytes(self, size: int) -> None:
        if self._progress is not None and self._reading is not None:
            self._progress.advance(self._reading, size)

    def waiting(self, left: Mapping[RoleName, int]) -> None:
        """How much every role has still to do."""
        if self._progress is None:
            return
        total = sum(left.values())
        self._most = max(self._most, total)
        if self._working is None:
            self._working = self._progress.add_task("")
        text = ", ".join(f"{role} {count}" for role, count in left.items() if count)
        self._progress.update(
            self._working, description=text or "done", total=max(self._most, 1), completed=self._most - total
        )


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(below.stat().st_size for below in path.rglob("*") if below.is_file())
    return path.stat().st_size if path.exists() else 0
