from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from soc.errors import UnitError
from soc.organisation_file import read_organisation

DATA = Path(__file__).parents[3] / "soc" / "data"
TODAY = date(2026, 11, 24)
FILE = """
province: {id: tinh, name_vi: "Mẫu", full_name_vi: "Tỉnh Mẫu", name_en: "Sample"}
kinds:
  department: {name_vi: "Sở"}
  ward: {name_vi: "Phường", locality: true}
units:
  - {id: so, kind: department, name_vi: "Sở"}
  - {id: huyen, kind: ward, name_vi: "Huyện", valid_to: 2025-06-30}
  - {id: phuong, kind: ward, name_vi: "Phường", from_district: huyen, valid_from: 2025-07-01}
networks:
  - {network: 10.0.0.0/8, unit: so}
functions:
  - {id: budget, name_vi: "Ngân sách", holders: [{unit: so, valid_from: 2025-07-01}]}
"""


def faults(tmp_path: Path, old: str, new: str) -> list[str]:
    assert old in FILE
    path = tmp_path / "units.yml"
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(UnitError) as caught:
        read_organisation(path)
    return [str(fault).removeprefix(f"{tmp_path}/") for fault in caught.value.faults]


def test_the_province_stands_above_all_that_had_nothing_above(tmp_path: Path) -> None:
    path = tmp_path / "units.yml"
    path.write_text(FILE, encoding="utf-8")
    found = read_organisation(path)
    assert found.province == "tinh"
    root = found.tree.units["tinh"]
    assert (root.kind, root.name_vi, root.label, root.parent) == ("province", "Tỉnh Mẫu", "Mẫu", None)
    assert {unit.parent for unit in found.tree.units.values() if unit.id != "tinh"} == {"tinh"}
    assert found.holder("budget", TODAY) == "so"
    assert found.successors("huyen", TODAY) == ("phuong",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: department, name", "kind: departmnt, name", "units.yml:7: SOC-1059: unknown kind of unit 'departmnt'"),
        ('name_vi: "Sở"}\n  - {id: h', 'nam_vi: "Sở"}\n  - {id: h', "units.yml:7: SOC-1058: unknown word in a unit"),
        ("from_district: huyen", "from_district: huyn", "units.yml:9: SOC-1059: unknown unit 'huyn'"),
        ("[{unit: so,", "[{unit: s0,", "units.yml:13: SOC-1059: unknown unit 's0'"),
        ("valid_to: 2025-06-30", "valid_to: 2025-06-31", "units.yml:8: SOC-1057"),
        ("valid_to: 2025-06-30", "valid_from: 2026-01-01, valid_to: 2025-06-30", "units.yml:8: SOC-1060"),
        ("id: phuong", "id: huyen", "units.yml:9: SOC-1061: the unit 'huyen' is there twice"),
        ("unit: so}\n", "unit: no}\n", "units.yml:11: SOC-1051"),
        ("valid_from: 2025-07-01}]", "valid_from: 2025-07-01}, {unit: phuong}]", "units.yml:13: SOC-1060: function"),
        ("functions:", "duties:", "units.yml:13: SOC-1058: unknown word in the unit file 'duties'"),
    ],
)
def test_each_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert any(line.startswith(told) for line in faults(tmp_path, old, new))


@pytest.mark.parametrize(
    ("name", "province", "gaps"),
    [("nghe-an", "nghe_an", ()), ("demo", "nghe_an", ("health_insurance",)), ("lang-son", "lang_son", ())],
)
def test_the_shipped_files_are_whole(name: str, province: str, gaps: tuple[str, ...]) -> None:
    found = read_organisation(DATA / f"units-{name}.yml")
    assert found.province == province
    assert found.without_holder(TODAY) == gaps
    assert {unit.kind for unit in found.tree.units.values()} <= {*found.kinds, "province"}
    assert all(one.name_en for one in found.functions.values())


def test_a_district_of_the_reference_list_is_followed_to_its_wards() -> None:
    found = read_organisation(DATA / "units-nghe-an.yml")
    assert len(found.functions) == 23
    assert found.successors("h_cua_lo", date(2025, 1, 1)) == ("h_vinh",)
    assert found.successors("h_cua_lo", TODAY) == ("x_16732",)
    assert found.holder("incident_response", date(2025, 3, 1)) is None
    assert found.holder("cyber_security", date(2025, 2, 28)) == "so_tttt"
    assert sum(unit.kind in ("ward", "commune") for unit in found.units_on(TODAY)) == 130
