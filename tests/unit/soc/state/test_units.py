from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from soc.errors import UnitError
from soc.organisation_file import tree_from
from soc.state.store import State
from soc.state.units import demo_units, read_units

TODAY = date(2026, 11, 24)


def test_the_tree_comes_back_as_it_was(state: State) -> None:
    demo = demo_units()
    with state.write() as tx:
        tx.units.replace(demo)
        again = tx.units.tree()
        assert again.units == demo.units
        assert again.networks == demo.networks
        assert tx.units.mark() == 1
        tx.units.replace(tree_from({}))
        assert tx.units.tree().units == {}
        assert tx.units.mark() == 2


def test_the_demo_province_has_forty_bodies_with_networks_today() -> None:
    homes = {entry.unit for entry in demo_units().networks if entry.holds_on(TODAY)}
    assert len(homes) >= 40


def test_an_address_belongs_to_whoever_had_it_then() -> None:
    tree = demo_units()
    assert tree.of_address("10.40.1.5", date(2024, 1, 1)) == "so_tttt"
    assert tree.of_address("10.40.1.5", TODAY) == "so_khcn_2025"
    assert tree.of_address("10.42.4.9", date(2025, 1, 1)) == "h_vinh"
    assert tree.of_address("10.42.4.9", TODAY) is None


def test_a_successor_sees_what_its_forerunners_left() -> None:
    assert {"so_tttt", "so_khcn"} <= demo_units().below("so_khcn_2025")


def test_the_demo_is_a_part_of_the_reference_list() -> None:
    folder = Path(__file__).parents[4] / "soc" / "data"
    whole = {
        row["id"]: row
        for row in yaml.load((folder / "units-nghe-an.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)["units"]
    }
    for unit in demo_units().units.values():
        if unit.kind == "province":
            continue
        assert (unit.name_vi, unit.kind) == (whole[unit.id]["name_vi"], whole[unit.id]["kind"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("units: }", "units.yml:1: SOC-1056: not YAML"),
        ("- a", "must be a map"),
        ("units:\n  - {id: a, name_vi: A, parent: b}", "parent 'b' does not exist"),
    ],
)
def test_a_broken_unit_file_says_where(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "units.yml"
    path.write_text(text)
    with pytest.raises(UnitError, match=says):
        read_units(path)
