"""Whatever stands in the files: a province, or all faults of it; never a crash."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.kpi.catalogue import shipped
from reports.kpi.province import Province, read_province
from soc.errors import CatalogueError, Fault
from tests.unit.reports.kpi.test_province import DATA, FORESTRY, PROFILE, planted

EXAMPLES = 1_000 if os.environ.get("SOC_PROOF") else 100
WORDS = st.sampled_from(
    ["", "null", "[]", "{}", "[", "- x", "a: b", "&a [*a]", "-1", "1e9", "0x10", "2026-13-01", "~", "!!x y", "	"]
)
DEMO = read_province("demo")
UNITS = (DATA / "units-demo.yml").read_text("utf-8")


FILES = {"own.yml": PROFILE, "forestry.yml": FORESTRY, "units.yml": UNITS}
Edit = tuple[int, str, str]
EDITS = st.lists(
    st.tuples(st.integers(0, 500), st.sampled_from(["lose", "double", "value", "cut"]), WORDS), min_size=1, max_size=3
)


def edited(text: str, edits: list[Edit]) -> str:
    """The text with lines lost, doubled, cut, or with another value."""
    lines = text.splitlines()
    for number, how, word in edits:
        index = number % len(lines)
        match how:
            case "lose":
                lines[index] = ""
            case "double":
                lines.insert(index, lines[index])
            case "value":
                lines[index] = lines[index].split(":")[0] + ": " + word
            case _:
                lines[index] = lines[index][: number % (len(lines[index]) + 1)]
    return "\n".join(lines)


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(sorted(FILES)), edits=EDITS)
def test_any_file_gives_a_province_or_its_faults(tmp_path: Path, name: str, edits: list[Edit]) -> None:
    profile = planted(tmp_path)
    (tmp_path / name).write_text(edited(FILES[name], edits), encoding="utf-8")
    faults: tuple[Fault, ...] = ()
    try:
        found = read_province(str(profile))
    except CatalogueError as error:
        faults = error.faults
        found = None
    assert found is not None or faults
    # A function that is gone from the unit file is missed by the catalogue that ships.
    assert all(Path(fault.path) == shipped() or fault.path.startswith(str(tmp_path)) for fault in faults)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(offset=st.integers(-3_000, 3_000))
def test_on_any_day_only_units_of_that_day_owe_something(offset: int) -> None:
    day = date(2026, 11, 24) + timedelta(days=offset)
    owed = DEMO.profile.expected(DEMO.catalogue, DEMO.organisation, day)
    assert all(_holds(DEMO, unit, day) for _, unit in owed)
    assert all(DEMO.catalogue.kpis[kpi].subsystem == duty.subsystem for (kpi, _), duty in owed.items())


def _holds(province: Province, unit: str, day: date) -> bool:
    return province.organisation.tree.units[unit].holds_on(day)
