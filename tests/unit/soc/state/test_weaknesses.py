from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from soc.access import SYSTEM, Scope
from soc.alert import Level
from soc.errors import NotFound, StaleRevision, StateError
from soc.register import Scan, Weakness
from soc.state.store import State
from tests.builders import NOON

ELSEWHERE = Scope(frozenset({"so_tai_chinh"}))
DAY = date(2026, 9, 1)
SCAN = Scan(0, "ht-1", "so_y_te", DAY, "Trung tâm CNTT", NOON)
FLAW = Weakness(0, "ht-1", "so_y_te", "CVE-2026-1234", "Old TLS", Level.HIGH, DAY, DAY + timedelta(days=30), NOON)


def test_the_last_scan_of_each_system_is_known(state: State) -> None:
    with state.write() as tx:
        tx.weaknesses.scanned(SCAN)
        tx.weaknesses.scanned(replace(SCAN, scanned_on=DAY + timedelta(days=60)))
        assert tx.weaknesses.last_scans(SYSTEM) == {"ht-1": DAY + timedelta(days=60)}
        assert tx.weaknesses.last_scans(SYSTEM, until=DAY) == {"ht-1": DAY}
        assert tx.weaknesses.last_scans(ELSEWHERE) == {}
        assert [one.scanned_on.month for one in tx.weaknesses.scans(SYSTEM)] == [10, 9]


def test_the_same_scan_or_weakness_is_recorded_once(state: State) -> None:
    with state.write() as tx:
        tx.weaknesses.scanned(SCAN)
        tx.weaknesses.add(FLAW)
    for again in ("scan", "flaw"):
        with pytest.raises(StateError, match="already"), state.write() as tx:
            tx.weaknesses.scanned(SCAN) if again == "scan" else tx.weaknesses.add(FLAW)


def test_a_weakness_is_mended_by_whoever_read_it_last(state: State) -> None:
    with state.write() as tx:
        tx.weaknesses.add(FLAW)
        (found,) = tx.weaknesses.all(SYSTEM, open_only=True)
        mended = tx.weaknesses.change(found.id, SYSTEM, revision=1, fixed_on=DAY + timedelta(days=9))
        assert tx.weaknesses.all(SYSTEM, open_only=True) == ()
        with pytest.raises(StaleRevision):
            tx.weaknesses.change(found.id, SYSTEM, revision=1, fixed_on=None)
        with pytest.raises(NotFound):
            tx.weaknesses.change(found.id, ELSEWHERE, revision=2, fixed_on=None)
    assert not mended.overdue_on(DAY + timedelta(days=40))
    assert found.overdue_on(DAY + timedelta(days=31))
    assert not found.overdue_on(found.due)
