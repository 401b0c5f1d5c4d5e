"""What cannot be checked now."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dashboards.access.viewer import Viewer
from dashboards.shell.silence import Silence, silence
from soc.access import SYSTEM, Right, Scope
from soc.alert import Actor
from soc.state.source_table import Source
from soc.state.tables.sources import SourceClass, SourceState
from tests.builders import NOON
from tests.unit.dashboards.life import FINANCE, HEALTH, UNITS, Life
from tests.unit.dashboards.ruled import rule_board, rule_life


def seen(life: Life, scope: Scope = SYSTEM) -> Silence:
    rights = {Right.READ_SOURCES: scope}
    return silence(life.services, Viewer("an", "An", (), rights, UNITS, NOON.date(), Actor("an")))


def test_without_any_source_nothing_is_heard_and_nothing_is_known_of_rules(life: Life) -> None:
    assert seen(life) == Silence((), heard=False, blind=None)


def test_the_longest_silence_stands_first(life: Life, tmp_path: Path) -> None:
    rule_life(life)
    rule_board(life, tmp_path / "rules").make()
    with life.state.write() as tx:
        made = Source("old", "Cũ", NOON, unit=HEALTH, state=SourceState.ACTIVE, kind=SourceClass.SERVER)
        tx.sources.add(made)
        tx.sources.saw({"old": NOON - timedelta(days=2)})

    found = seen(life)

    assert found.names == ("Cũ", "med")
    assert [one.quiet for one in found.sources] == [timedelta(days=2), timedelta(hours=3)]
    assert found.heard
    assert found.blind == 2


@pytest.mark.parametrize(("unit", "names", "blind"), [(FINANCE, (), 0), (HEALTH, ("med",), 2)])
def test_each_sees_the_silence_of_the_own_units(
    life: Life, tmp_path: Path, unit: str, names: tuple[str, ...], blind: int
) -> None:
    rule_life(life)
    rule_board(life, tmp_path / "rules").make()

    found = seen(life, Scope(frozenset({unit})))

    assert (found.names, found.blind) == (names, blind)
    assert found.heard == (unit == FINANCE)
