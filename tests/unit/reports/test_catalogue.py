"""The shipped definitions: eight, in order, each whole; what is missing says who owes it."""

from __future__ import annotations

from reports.catalogue import Kind, catalogue
from reports.soc_figures import KEPT


def test_the_board_has_eight_tiles_and_the_index_is_first() -> None:
    tiles = catalogue().tiles
    assert len(tiles) == 8
    assert tiles[0].id == "sec_posture_score"
    assert len({tile.id for tile in tiles}) == 8


def test_every_definition_is_whole_in_both_languages() -> None:
    for tile in catalogue().tiles:
        assert all((tile.title.vi, tile.title.en, tile.formula.vi, tile.formula.en, tile.owner.vi, tile.owner.en))
        assert (tile.good is None) is (tile.watch is None)
        assert (tile.missing is None) is (tile.id in KEPT)
        assert tile.kind is not Kind.RATIO or tile.unit.vi == ""


def test_an_unknown_figure_has_no_definition() -> None:
    assert catalogue().get("no_such") is None
    assert catalogue().get("botnet_addresses") is not None
