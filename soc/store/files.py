"""How a file of the store comes to be: written beside, synced, renamed, its folder synced."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from soc import disk


def working(final: Path) -> Path:
    """Where the file is written before it has its name."""
    return final.with_name(final.name + ".tmp")


def publish(final: Path) -> None:
    """Gives the finished working file its name; after a power cut it is whole or not there."""
    work = working(final)
    disk.sync(work)
    os.chmod(work, 0o640)
    work.rename(final)
    disk.sync(final.parent)


def make_folder(folder: Path, top: Path) -> None:
    """The folder and those above it up to `top`, each known to the disk."""
    if folder.exists():
        return
    if folder != top:
        make_folder(folder.parent, top)
    folder.mkdir(exist_ok=True, mode=0o750)
    disk.sync(folder.parent)


def sweep(top: Path, known: Iterable[str]) -> int:
    """Unlinks what a crash left: working files, and files that no row of the manifest names."""
    keep = set(known)
    orphans = [path for path in top.rglob("*.parquet*") if str(path.relative_to(top)) not in keep]
    for path in orphans:
        path.unlink()
    return len(orphans)
