"""The whole chain in one process whose power is cut: it says every record that it acknowledged. Run by
test_crash_states.py; with a second word one defect is planted, which the test must find.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from soc import disk, sqlite
from tests.sim.life import Life
from tests.sim.test_lives import too_early

SEED, ROUNDS = 3, 12


class Loud(Life):
    """A life without kills that says each acknowledgement with one unbuffered write."""

    silent = False

    def _acknowledged(self, name: str) -> None:
        super()._acknowledged(name)
        if not self.silent:
            os.write(1, f"{name}\n".encode())

    def work(self) -> None:
        """Datagrams and lines of files through all four loops, some lines twice."""
        for _ in range(ROUNDS):
            self._send()
            self._send_file()
            for _ in range(2):
                for role in self.roles:
                    role.step(self.clock.now())
                self.clock.advance(timedelta(seconds=1))

    def leave(self) -> None:
        """Lets go of the files; the folder stays."""
        self._let_go()


def main(root: Path, defect: str) -> None:
    if defect == "no-sync":
        sqlite.SYNCHRONOUS = "NORMAL"
    if defect == "no-file-sync":
        disk.sync = lambda path: None
    Loud(SEED, root, defect=too_early if defect == "early-answer" else None).work()


if __name__ == "__main__":
    main(Path(sys.argv[-1]), sys.argv[1] if len(sys.argv) > 2 else "")
