"""The files of docs/figures.md are right as they stand there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import yaml

from reports.kpi.province import read_province, shipped_profiles

GUIDE = Path(__file__).parents[4] / "docs" / "figures.md"


def test_the_subsystem_of_the_guide_joins_the_demo(tmp_path: Path) -> None:
    fragment, lines = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    profile, more = yaml.safe_load(shipped_profiles()["demo"].read_text("utf-8")), yaml.safe_load(lines)
    profile["catalogue"] = more["catalogue"]
    profile["services"] += more["services"]
    profile["owes"] += more["owes"]
    (tmp_path / "forestry.yml").write_text(fragment, "utf-8")
    (tmp_path / "own.yml").write_text(yaml.safe_dump(profile, allow_unicode=True), "utf-8")

    found = read_province(str(tmp_path / "own.yml"))

    assert found.profile.subsystems[-1] == "forestry"
    assert found.catalogue.subsystems["forestry"].headline_ids == ("trees_planted", "survival_rate")
    owed = found.profile.expected(found.catalogue, found.organisation, date(2026, 11, 24), subsystem="forestry")
    assert len(owed) == 22
    assert {duty.sender for duty in owed.values()} == {"key-lam-nghiep"}
