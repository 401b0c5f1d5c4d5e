"""Faults for simulated lives: doors that kill the process they are in, and disks that look as after a kill."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from soc.errors import JournalError
from soc.journal import Batch, Gap, Origin
from soc.journal.sqlite_log import SqliteLog
from soc.state.store import State, Tx
from soc.store import Ack, Cursor
from soc.store.embedded import EmbeddedStore


class Killed(BaseException):
    """The process is gone: nothing may catch this but the harness."""


class Fuse:
    """Burns down with every durable act; what it guards dies when it is at its end."""

    def __init__(self) -> None:
        self._left: int | None = None

    def light(self, acts: int) -> None:
        self._left = acts

    def put_out(self) -> None:
        self._left = None

    def burn(self) -> None:
        if self._left is None:
            return
        self._left -= 1
        if self._left < 0:
            self._left = None
            raise Killed


class MortalLog:
    """A real log; the process may die right before or right after its commit."""

    def __init__(self, log: SqliteLog, fuse: Fuse) -> None:
        self._log = log
        self._fuse = fuse
        self.refusal: JournalError | None = None
        """Raised once by the next append, with nothing written: a full quota or a bad disk."""

    def append(
        self,
        records: Sequence[bytes],
        *,
        at_ns: int,
        origin: Origin | None = None,
        places: Mapping[str, str] | None = None,
    ) -> int:
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal
        self._fuse.burn()
        last = self._log.append(records, at_ns=at_ns, origin=origin, places=places)
        self._fuse.burn()
        return last

    def read(self, after: int, *, max_records: int = 5_000) -> Iterator[Batch | Gap]:
        return self._log.read(after, max_records=max_records)

    def end(self) -> int:
        return self._log.end()

    def origins(self) -> dict[str, int]:
        return self._log.origins()

    def places(self) -> dict[str, str]:
        return self._log.places()

    def size(self) -> int:
        return self._log.size()

    def close(self) -> None:
        self._log.close()


class MortalStore(EmbeddedStore):
    """A real store; the process may die before or after a batch is taken."""

    fuse: Fuse

    def append(self, lines: Sequence[bytes], cursor: Cursor, *, fold: bool = False) -> Ack:
        self.fuse.burn()
        ack = super().append(lines, cursor, fold=fold)
        self.fuse.burn()
        return ack


def mortal_state(state: State, fuse: Fuse) -> State:
    """The same state store; the process may die before, in the middle of, or after a transaction."""
    real: Callable[[], object] = state.write

    @contextmanager
    def write() -> Iterator[Tx]:
        fuse.burn()
        with real() as tx:  # type: ignore[attr-defined]  # a context manager, seen through its bound method
            yield tx
            fuse.burn()
        fuse.burn()

    state.write = write  # type: ignore[method-assign]
    return state


def after_kill(folder: Path, target: Path, chance: random.Random) -> None:
    """The folder as the next process finds it: what was written is there, with torn bytes behind the last commit."""
    shutil.copytree(folder, target)
    for wal in target.rglob("*-wal"):
        if chance.random() < 0.5:
            with wal.open("ab") as file:
                file.write(chance.randbytes(chance.randint(1, 5_000)))
    for shm in target.rglob("*-shm"):
        # Shared memory does not survive; a successor makes it anew.
        shm.unlink()
    if chance.random() < 0.3:
        torn = target / "events" / "torn.parquet.tmp"
        torn.parent.mkdir(exist_ok=True)
        torn.write_bytes(chance.randbytes(500))
