"""A bar by bytes on a terminal's standard error; nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

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


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(below.stat().st_size for below in path.rglob("*") if below.is_file())
    return path.stat().st_size if path.exists() else 0
