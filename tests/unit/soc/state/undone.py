"""A store for property tests: one file for all examples, since nothing is ever committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.store import State, Tx
from tests.builders import NOON


class _Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[Tx]:
    """A transaction on an empty store, undone at its end."""
    try:
        with _opened()[0].write() as tx:
            yield tx
            raise _Undo
    except _Undo:
        pass


@cache
def _opened() -> tuple[State, TemporaryDirectory[str]]:
    folder: TemporaryDirectory[str] = TemporaryDirectory()
    return State.open(DataDir(Path(folder.name)), ManualClock(NOON)), folder
