from __future__ import annotations

from pathlib import Path

import pytest

from correlator.board import Board, CanMatch, RuleOrigin, Survey
from correlator.language.documents import State
from correlator.pack import Pack
from soc.logsource import LogSource, load_table
from soc.state.watch import RouteSeen
from tests.builders import NOON

ROUTE = load_table().routes_for(LogSource(product="linux", service="sshd"))[0]
RULES = """
title: Bad name
id: 11111111-1111-4111-8111-111111111111
level: low
logsource: {product: linux, service: sshd}
detection: {selection: {user.name: bad}, condition: selection}
vi: {title: Tên xấu, meaning: Có tên xấu., check: [Xem ai], act: [Khóa]}
---
title: Bad colour
id: 22222222-2222-4222-8222-222222222222
level: low
logsource: {product: linux, service: sshd}
detection: {selection: {shoe.colour: red}, condition: selection}
---
title: Bad mail
id: 33333333-3333-4333-8333-333333333333
level: low
logsource: {product: windows, service: msexchange-management}
detection: {selection: {user.name: bad}, condition: selection}
---
title: Many bad names
id: 44444444-4444-4444-8444-444444444444
level: high
correlation: {type: event_count, rules: [11111111-1111-4111-8111-111111111111], group-by: [user.name], timespan: 1h,
  condition: {gte: 3}}
---
title: Bad and red
id: 55555555-5555-4555-8555-555555555555
level: high
correlation: {type: temporal, group-by: [user.name], timespan: 1h,
  rules: [11111111-1111-4111-8111-111111111111, 22222222-2222-4222-8222-222222222222]}
---
title: Not finished
id: 66666666-6666-4666-8666-666666666666
level: low
logsource: {product: linux}
detection: {selection: {user.name|nonsense: x}, condition: selection}
"""
NAME, COLOUR, MAIL, MANY, BOTH, BAD = (
    f"{str(n) * 8}-{str(n) * 4}-4{str(n) * 3}-8{str(n) * 3}-{str(n) * 12}" for n in range(1, 7)
)


def seen(source: str, unit: str, *fields: str, route: str = ROUTE) -> RouteSeen:
    return RouteSeen(source, unit, route, NOON.date(), frozenset(fields))


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    (tmp_path / "rules.yml").write_text(RULES, "utf-8")
    return Survey(Pack([tmp_path]), load_table(), tmp_path)


def can(board: Board) -> dict[str, CanMatch]:
    return {row.card.id: row.can for row in board.rows}


def test_what_a_rule_lacks_is_named(survey: Survey) -> None:
    board = survey.board([seen("s", "u", "user.name")], (), NOON)
    assert can(board) == {
        NAME: CanMatch.READY,
        COLOUR: CanMatch.NO_FIELD,
        MAIL: CanMatch.NO_SOURCE,
        MANY: CanMatch.READY,
        BOTH: CanMatch.NO_SOURCE,
        BAD: CanMatch.UNSUPPORTED,
    }
    colour, bad = board.row(COLOUR), board.row(BAD)
    assert colour is not None
    assert bad is not None
    assert colour.missing == ("shoe.colour",)
    assert bad.state is State.FAULT
    assert bad.why
    assert board.by_source == {"s": frozenset({NAME})}


def test_nothing_seen_is_not_known_rather_than_a_missing_source(survey: Survey) -> None:
    board = survey.board([], (), NOON)
    assert not board.observed
    assert can(board)[NAME] is CanMatch.NOT_KNOWN


def test_a_rule_is_blind_in_a_unit_whose_sources_are_all_silent(survey: Survey) -> None:
    rows = [seen("a", "health", "user.name"), seen("b", "health", "user.name"), seen("c", "tax", "user.name")]

    def blind(*silent: str) -> frozenset[str]:
        row = survey.board(rows, silent, NOON).row(NAME)
        assert row is not None
        return row.blind_in

    assert blind("a") == frozenset()
    assert blind("a", "b") == {"health"}
    assert blind("a", "b", "c") == {"health", "tax"}


def test_fields_of_two_sources_are_not_added_up(survey: Survey) -> None:
    """An event comes from one source: that another one knows the colour helps nobody."""
    board = survey.board([seen("a", "u", "user.name"), seen("b", "u", "shoe.colour")], ("b",), NOON)
    both, colour = board.row(BOTH), board.row(COLOUR)
    assert both is not None
    assert colour is not None
    assert both.ready_in == {"u"}
    assert both.blind_in == {"u"}
    assert colour.blind_in == {"u"}


def test_it_says_whose_rule_it_is_and_whether_its_text_is_complete(survey: Survey, tmp_path: Path) -> None:
    board = survey.board([], (), NOON)
    assert {row.origin for row in board.rows} == {RuleOrigin.OWN}
    assert [row.card.id for row in board.rows if row.complete] == [NAME]
    others = Survey(Pack([tmp_path]), load_table()).board([], (), NOON)
    assert {row.origin for row in others.rows} == {RuleOrigin.SITE}


def test_a_changed_rule_is_judged_anew(survey: Survey, tmp_path: Path) -> None:
    rows = [seen("s", "u", "user.name")]
    survey.board(rows, (), NOON)
    whole = RULES.rpartition("---")[0]
    (tmp_path / "rules.yml").write_text(whole.replace("shoe.colour", "user.name"), "utf-8")
    assert can(survey.board(rows, (), NOON))[COLOUR] is CanMatch.READY
