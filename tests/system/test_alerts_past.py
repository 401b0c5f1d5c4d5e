"""Some days of the past through the real loops: received then, raised then, taken and closed then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.config import load
from soc.paths import DataDir
from soc.state.observation_rows import Wanted
from socctl import alerts_past, demo, wiring
from socctl.wiring import Site

UNTIL = datetime(2026, 10, 19, 3, 0, tzinfo=UTC)
FIRST = UNTIL - timedelta(days=4)


def test_a_past_has_the_times_that_it_would_have_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Site(load(None), DataDir(tmp_path / "data").make(), ManualClock(UNTIL))
    state = wiring.state(place)
    tree = wiring.units(state)
    demo.prepare(place, state, tree)
    monkeypatch.setattr(alerts_past, "beginning", lambda until: FIRST)
    sent = alerts_past.write_past(place, tree, 7, UNTIL, lambda text: None)
    with state.read() as tx:
        raised = list(tx.alert_past.raised(SYSTEM, FIRST, UNTIL, as_of=UNTIL))
        figures = tx.observations.page(SYSTEM, Wanted(), after=0, limit=100_000)
        rows = tx.accounting.ledger(SYSTEM)
        assert tx.audit.verify() is None
    state.close()
    assert len(raised) > 3
    assert len({one.raised_at.date() for one in raised}) > 1
    assert sum(row.received for row in rows) == sent
    assert all(row.in_flight == 0 for row in rows)
    assert {one.observation.key.period.end for one in figures} >= {(FIRST + timedelta(days=n)).date() for n in (1, 2)}
    assert max(one.known_at for one in figures) < UNTIL
