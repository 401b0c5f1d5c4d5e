from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from typer.testing import CliRunner

from soc.access import SYSTEM
from soc.paths import DataDir
from soc.state.store import State
from socctl import wiring
from socctl.commands.users import app


def test_a_lost_phone_is_taken_away_and_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOC_DATA", str(tmp_path))
    state = State.open(DataDir(tmp_path).make(), wiring.site().clock)
    with state.write() as tx:
        now = state.clock.now()
        tx.people.create("an.nt", "An", at=now)
        secret = tx.factors.begin("an.nt", at=now)
        tx.factors.confirm("an.nt", pyotp.TOTP(secret).at(now), at=now)
        tx.sessions.start("an.nt", at=now)
    state.close()

    answer = CliRunner().invoke(app, ["lost-phone", "an.nt"])

    assert "1 sessions ended" in answer.output
    again = State.open(DataDir(tmp_path), wiring.site().clock)
    with again.read() as tx:
        assert tx.factors.of("an.nt") is None
        assert tx.audit.page(SYSTEM, act="factor.remove")[0].object == "an.nt"
    again.close()
