"""The demo as a stranger runs it: real processes, real sockets, every attack found, the books balanced."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from soc.access import SYSTEM
from soc.clock import SystemClock
from soc.paths import DataDir
from soc.state.queue import AlertFilter
from soc.state.store import State
from tests.corpus import corpus

PORTS = {f"SOC_INTAKE__{name}": "0" for name in ("SYSLOG_UDP", "SYSLOG_TCP", "HTTP")} | {"SOC_WEB__PORT": "0"}


def socctl(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **PORTS, "LC_ALL": "C"}
    command = [sys.executable, "-m", "socctl.main", "--data", str(data), *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=600)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The data directory after one demo, and what it printed."""
    data = tmp_path_factory.mktemp("demo") / "data"
    done = socctl(data, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    return data, done.stdout


def fired(data: Path) -> set[str]:
    state = State.open(DataDir(data), SystemClock())
    with state.read() as tx:
        alerts = tx.queue.page(AlertFilter(), SYSTEM, limit=500).alerts
    state.close()
    return {Path(alert.rule.file).stem for alert in alerts}


def test_it_prints_the_address_a_link_and_what_to_look_at(played: tuple[Path, str]) -> None:
    _, printed = played
    assert printed.startswith("ready: http://127.0.0.1:")
    assert "/set-up/" in printed
    assert "3. http" in printed


def test_every_attack_raises_the_alerts_of_its_truth(played: tuple[Path, str]) -> None:
    data, _ = played
    truths = [orjson.loads(line) for line in (data / "truth.ndjson").read_bytes().splitlines()]
    informational = {"mt_login_guess"}
    wanted = {rule for truth in truths for rule in truth["must"]} - informational
    assert len(wanted) >= 20
    assert wanted - fired(data) == set()


def test_the_books_balance_for_every_source(played: tuple[Path, str]) -> None:
    data, _ = played
    rows = [orjson.loads(line) for line in socctl(data, "source", "list", "--json").stdout.splitlines()]
    # The province works by day and sleeps by night: 27,000 lines in the afternoon, a fraction of them at three.
    assert sum(row["received"] for row in rows) > 2_000
    assert [row for row in rows if row["received"] != row["stored"] + row["quarantined"] + row["dropped"]] == []
    assert [row["source"] for row in rows if row["state"] != "active"] == []
    assert sum(row["pipeline_errors"] for row in rows) < 0.005 * sum(row["received"] for row in rows)


def test_its_events_can_be_searched_and_its_audit_chain_is_whole(played: tuple[Path, str]) -> None:
    data, _ = played
    assert int(socctl(data, "search", "event.dataset:fortinet.*", "--since", "6h", "--count").stdout) > 100
    assert socctl(data, "audit", "verify").stdout == "audit: the chain is whole\n"


def test_a_visitors_own_file_ends_at_its_alerts(tmp_path: Path) -> None:
    cleared = [path for path in corpus("evtx-dev").rglob("*.evtx") if "1102" in path.name]
    assert cleared
    done = socctl(tmp_path / "data", "demo", "--no-serve", str(cleared[0]))
    assert done.returncode == 0, done.stderr
    assert "win_log_cleared" in fired(tmp_path / "data")
