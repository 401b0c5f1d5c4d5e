"""Whatever stands in the files: a province, or all faults of it; never a crash."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.kpi.province import Province, read_province
from soc.errors import CatalogueError, Fault
from tests.unit.reports.kpi.test_province import DATA, FORESTRY, PROFILE, planted

EXAMPLES = 2_000 if os.environ.get("SOC_PROOF") else 100
WORDS = st.sampled_from(
    ["", "null", "[]", "{}", "[", "- x", "a: b", "&a [*a]", "-1", "1e9", "0x10", "2026-13-01", "~", "!!x y", "	"]
)
DEMO = read_province("demo")
UNITS = (DATA / "units-demo.yml").read_text("utf-8")


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str]:
    """Name and text of one file with a line lost, doubled, or a value replaced."""
    name, text = draw(st.sampled_from([("own.yml", PROFILE), ("forestry.yml", FORESTRY), ("units.yml", UNITS)]))
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        index = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["lose", "double", "value", "cut"])):
            case "lose":
                lines[index] = ""
            case "double":
                lines.insert(index, lines[index])
            case "value":
                lines[index] = lines[index].split(":")[0] + ": " + draw(WORDS)
            case _:
                lines[index] = lines[index][: draw(st.integers(0, len(lines[index])))]
    return name, "\n".join(lines)


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(file=files())
def test_any_file_gives_a_province_or_its_faults(tmp_path: Path, file: tuple[str, str]) -> None:
    profile = planted(tmp_path)
    (tmp_path / file[0]).write_text(file[1], encoding="utf-8")
    faults: tuple[Fault, ...] = ()
    try:
        found = read_province(str(profile))
    except CatalogueError as error:
        faults = error.faults
        found = None
    assert found is not None or faults
    assert all(fault.path.startswith(str(tmp_path)) and fault.code.startswith("SOC-") for fault in faults)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(offset=st.integers(-3_000, 3_000))
def test_on_any_day_only_units_of_that_day_owe_something(offset: int) -> None:
    day = date(2026, 11, 24) + timedelta(days=offset)
    owed = DEMO.profile.expected(DEMO.catalogue, DEMO.organisation, day)
    assert all(_holds(DEMO, unit, day) for _, unit in owed)
    assert all(DEMO.catalogue.kpis[kpi].subsystem == duty.subsystem for (kpi, _), duty in owed.items())


def _holds(province: Province, unit: str, day: date) -> bool:
    return province.organisation.tree.units[unit].holds_on(day)
