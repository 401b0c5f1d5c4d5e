"""Simulated lives: nothing lost, nothing doubled, whatever is killed; and planted defects that must be found."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from collectors.inbox import Done
from collectors.normalise import Normalise
from soc.journal import Lane, Origin
from soc.raw import RawRecord
from tests.sim.faults import Fuse, MortalLog
from tests.sim.life import Life, fingerprint

PROOF = "SOC_PROOF" in os.environ
SEEDS = int(os.environ.get("SEEDS", 500 if PROOF else 100))
DEFECT_SEEDS = 60


def lived(seed: int, folder: Path, defect: Callable[[Life], None] | None = None) -> tuple[list[str], int, str]:
    """(violations, kills, what the life came to)."""
    folder.mkdir()
    life = Life(seed, folder, defect=defect)
    try:
        found = life.run()
        return found, life.kills, fingerprint(life)
    finally:
        life.end()


def test_nothing_is_lost_doubled_or_miscounted(tmp_path: Path) -> None:
    kills, found = 0, []
    for seed in range(SEEDS):
        violations, deaths, _ = lived(seed, tmp_path / str(seed))
        kills += deaths
        found += [f"seed {seed}: {violation}" for violation in violations]
    assert found == []
    assert kills > SEEDS


def test_one_seed_is_one_life(tmp_path: Path) -> None:
    assert lived(7, tmp_path / "a") == lived(7, tmp_path / "b")


def too_early(life: Life) -> None:
    """Tells the sender "done" before anything is in the log."""
    put = life.inbox.put

    def eager(
        record: RawRecord, lane: Lane = Lane.LIVE, done: Done | None = None, place: tuple[str, str] | None = None
    ) -> None:
        put(record, lane, None, place)
        if done is not None:
            done()

    life.inbox.put = eager  # type: ignore[method-assign]


class Unsynced(MortalLog):
    """Says that a frame is on disk while it lies in memory: the commit comes with the next one."""

    def __init__(self, log: MortalLog, fuse: Fuse) -> None:
        super().__init__(log._log, fuse)
        self._held: tuple[Sequence[bytes], int] | None = None

    def append(
        self,
        records: Sequence[bytes],
        *,
        at_ns: int,
        origin: Origin | None = None,
        places: Mapping[str, str] | None = None,
    ) -> int:
        held, self._held = self._held, (records, at_ns)
        if held is not None:
            super().append(held[0], at_ns=held[1])
        return self._log.end() + len(records)


def no_sync(life: Life) -> None:
    """A missing sync in the raw log."""
    logs = life.receive._logs
    life.receive._logs = {lane: Unsynced(log, life.fuse) for lane, log in logs.items() if isinstance(log, MortalLog)}


def position_first(life: Life) -> None:
    """Moves the position of normalise in a commit of its own, before the events."""
    for log in life.logs:
        append = log.append

        def split(
            records: Sequence[bytes],
            *,
            at_ns: int,
            origin: Origin | None = None,
            places: Mapping[str, str] | None = None,
            append: Callable[..., int] = append,
        ) -> int:
            if origin is not None:
                append([], at_ns=at_ns, origin=origin)
            return append(records, at_ns=at_ns, origin=origin, places=places)

        log.append = split  # type: ignore[method-assign]


def no_fold(life: Life) -> None:
    """Takes a line of a file that comes a second time for another event."""
    for role in life.roles:
        if isinstance(role, Normalise):
            role._folds.holds = lambda event_id: False  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "defect,word",
    [(too_early, "lost"), (no_sync, "lost"), (position_first, "lost"), (no_fold, "doubled")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_planted_defect_is_found(tmp_path: Path, defect: Callable[[Life], None], word: str) -> None:
    for seed in range(DEFECT_SEEDS):
        violations, _, _ = lived(seed, tmp_path / str(seed), defect)
        if any(violation.startswith(word) for violation in violations):
            return
    pytest.fail(f"{DEFECT_SEEDS} lives with the defect '{defect.__name__}' and nothing was {word}")
