"""Real processes: many that open at once, and one that is killed in the middle of its work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.paths import DataDir
from soc.state.store import State
from tests.builders import NOON

ROOT = Path(__file__).resolve().parents[4]

OPEN = """
import sys
from pathlib import Path
from soc.alert import SYSTEM_ACTOR
from soc.clock import SystemClock
from soc.paths import DataDir
from soc.state.store import State
from tests.builders import NOON, a_hit
state = State.open(DataDir(Path(sys.argv[1])), SystemClock())
"""
ONE = OPEN + "with state.write() as tx: tx.audit.append(SYSTEM_ACTOR, 'start', 'x', at=NOON)"
LOOP = (
    OPEN
    + """
for number in range(100_000):
    with state.write() as tx:
        tx.hits.add([a_hit(f'h{number}')])
        tx.positions.move('detect', 'events', number - 1, number)
    print(number, flush=True)
"""
)


def _start(program: str, data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_roles_that_start_together_share_one_schema_and_one_key(tmp_path: Path) -> None:
    starting = [_start(ONE, tmp_path / "data") for _ in range(3)]
    assert [process.wait() for process in starting] == [0, 0, 0]
    for process in starting:
        process.communicate()
    state = State.open(DataDir(tmp_path / "data"), ManualClock(NOON))
    with state.read() as tx:
        assert tx.audit.verify() is None
        assert tx.audit.head()[0] == 3  # type: ignore[index]
    state.close()


def test_after_a_kill_hits_and_position_agree_and_nothing_said_is_lost(tmp_path: Path) -> None:
    process = _start(LOOP, tmp_path / "data")
    assert process.stdout is not None
    said = -1
    for line in process.stdout:
        said = int(line)
        if said >= 20:
            os.kill(process.pid, signal.SIGKILL)
            break
    rest, _ = process.communicate()
    said = max([said, *(int(line) for line in rest.split())])
    state = State.open(DataDir(tmp_path / "data"), ManualClock(NOON))
    with state.read() as tx:
        position = tx.positions.get("detect", "events")
        assert position >= said
        assert len(tx.hits.get((f"h{n}" for n in range(position + 50)), SYSTEM)) == position + 1
    state.close()
