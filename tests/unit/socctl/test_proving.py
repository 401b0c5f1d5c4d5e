"""Rules are tested once a day, and what passed is noted for the score."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from reports.posture.coverage import passed_tests
from soc.clock import SystemClock
from soc.paths import DataDir
from soc.state.store import State
from socctl import proving
from socctl.proving import AGAIN, EVERY, SETTLED, Proving
from tests.builders import NOON


def test_the_shipped_rules_are_tested_in_a_process_of_their_own(tmp_path: Path) -> None:
    data = DataDir(tmp_path).make()
    state = State.open(data, SystemClock())
    prover = Proving(data, state)
    prover.run(NOON)
    with state.read() as tx:
        assert passed_tests(tx) == {}

    prover.run(NOON + SETTLED)

    with state.read() as tx:
        assert len(passed_tests(tx)) > 20
    state.close()


def test_a_run_is_not_repeated_before_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = DataDir(tmp_path).make()
    state = State.open(data, SystemClock())
    runs: list[int] = []
    monkeypatch.setattr(Proving, "_prove", lambda self: runs.append(1))
    monkeypatch.setattr(proving, "passed_tests", lambda tx: {"rule": NOON} if runs else {})
    prover = Proving(data, state)

    for minutes in range(0, 26 * 60, 5):
        prover.run(NOON + timedelta(minutes=minutes))

    assert len(runs) == 1 + int((timedelta(hours=26) - EVERY) / AGAIN)
    state.close()
