from __future__ import annotations

from datetime import timedelta

from soc.access import SYSTEM, Scope
from soc.state.imports import ImportedFile
from soc.state.store import State
from tests.builders import NOON


def test_the_same_bytes_are_known_under_any_name(state: State) -> None:
    first = ImportedFile("aa", "one.evtx", 100, 7, NOON)
    with state.write() as tx:
        assert tx.imports.find("aa", SYSTEM) is None
        tx.imports.add(first)
        tx.imports.add(ImportedFile("aa", "two.evtx", 100, 7, NOON + timedelta(hours=1)))
        tx.imports.add(ImportedFile("bb", "three.log", 5, 1, NOON + timedelta(hours=2), unit="so_y_te"))
        assert tx.imports.find("aa", SYSTEM) == first
        assert [one.name for one in tx.imports.all(SYSTEM)] == ["three.log", "one.evtx"]
        assert [one.name for one in tx.imports.all(Scope(frozenset({"so_y_te"})))] == ["three.log"]
