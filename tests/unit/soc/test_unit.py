from __future__ import annotations

from datetime import date
from ipaddress import ip_network

import pytest

from soc.access import ROOT
from soc.errors import UnitError
from soc.organisation_file import tree_from
from soc.unit import Unit, UnitNetwork, UnitTree

TREE = UnitTree(
    [
        Unit("tinh", "Tỉnh"),
        Unit("so_a", "Sở A", parent="tinh", valid_to=date(2025, 2, 28), successor="so_b"),
        Unit("so_b", "Sở B", short_vi="B", parent="tinh", valid_from=date(2025, 3, 1)),
        Unit("phong", "Phòng", parent="so_a"),
    ],
    [
        UnitNetwork(ip_network("10.0.0.0/8"), "tinh"),
        UnitNetwork(ip_network("10.1.0.0/16"), "so_a", valid_to=date(2025, 2, 28)),
        UnitNetwork(ip_network("10.1.0.0/16"), "so_b", valid_from=date(2025, 3, 1)),
        UnitNetwork(ip_network("2001:db8::/32"), "so_b"),
    ],
)


@pytest.mark.parametrize(
    ("address", "day", "unit"),
    [
        ("10.1.2.3", date(2025, 2, 28), "so_a"),
        ("10.1.2.3", date(2025, 3, 1), "so_b"),
        ("10.2.2.3", date(2025, 3, 1), "tinh"),
        ("2001:db8::9", date(2025, 3, 1), "so_b"),
        ("192.0.2.1", date(2025, 3, 1), None),
        ("2001:db9::9", date(2025, 3, 1), None),
        ("no address", date(2025, 3, 1), None),
        ("1:2", date(2025, 3, 1), None),
    ],
)
def test_an_address_belongs_to_the_longest_network_of_its_day(address: str, day: date, unit: str | None) -> None:
    assert TREE.of_address(address, day) == unit
    assert TREE.is_internal(address) == (unit is not None)


def test_whoever_sees_a_unit_sees_what_is_below_and_what_it_took_over() -> None:
    assert TREE.below("so_b") == {"so_b", "so_a", "phong"}
    assert TREE.path("phong") == ("tinh", "so_a", "phong")
    assert TREE.path("unknown") == ("unknown",)
    assert TREE.scope_over(["phong"]).units == frozenset({"phong"})
    assert TREE.scope_over([ROOT]).units is None
    assert TREE.scope_over([]).empty


def test_a_unit_has_days_and_a_short_name() -> None:
    old, new = TREE.units["so_a"], TREE.units["so_b"]
    assert [unit.holds_on(date(2025, 3, 1)) for unit in (old, new)] == [False, True]
    assert [unit.label for unit in (old, new)] == ["Sở A", "B"]
    assert TREE.get("nobody") is None


def test_all_contradictions_are_told_at_once() -> None:
    network = ip_network("10.0.0.0/8")
    with pytest.raises(UnitError) as caught:
        UnitTree(
            [Unit("a", "A", parent="x", successor="y"), Unit("b", "B")],
            [UnitNetwork(network, "a"), UnitNetwork(network, "b"), UnitNetwork(network, "c", date(2026, 1, 1))],
        )
    assert [fault.code for fault in caught.value.faults] == [
        "SOC-1050",
        "SOC-1050",
        "SOC-1051",
        "SOC-1052",
        "SOC-1052",
        "SOC-1052",
    ]


def test_every_fault_of_a_file_is_told_at_once() -> None:
    with pytest.raises(UnitError) as caught:
        tree_from(
            {
                "units": [{"id": "a"}, {"id": "b", "name_vi": "B", "valid_to": "2026-02-30"}],
                "networks": [{"network": "10.0.0.1/8"}, {"network": "10.0.0.0/8", "unit": "b", "valid_from": 7}],
            },
            "my.yml",
        )
    assert [fault.code for fault in caught.value.faults] == ["SOC-1054", "SOC-1055", "SOC-1057", "SOC-1057"]
    assert "unit 'b': valid_to '2026-02-30' is no day" in str(caught.value)


def test_a_file_of_another_shape_is_refused() -> None:
    with pytest.raises(UnitError, match="'units' must be a list of maps"):
        tree_from({"units": {"a": 1}})


def test_a_file_gives_units_and_networks_with_their_days() -> None:
    tree = tree_from(
        {
            "units": [{"id": "a", "name_vi": "A", "valid_from": date(2026, 1, 1), "valid_to": "2026-12-31"}],
            "networks": [{"network": "10.0.0.0/8", "unit": "a"}],
        }
    )
    assert tree.units["a"] == Unit("a", "A", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    assert tree.of_address("10.9.9.9", date(2026, 5, 5)) == "a"
