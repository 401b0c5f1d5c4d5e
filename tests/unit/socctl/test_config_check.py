from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from collectors import registry
from socctl.main import build

RULE = "title: x\ndetection: {s: {a|startwith: b}, condition: s}\nlogsource: {product: linux}\n"


def checked(folder: Path, settings: str) -> tuple[int, str]:
    (folder / "soc.toml").write_text(settings, "utf-8")
    try:
        done = CliRunner().invoke(build("config"), ["config", "check", str(folder / "soc.toml")])
    finally:
        registry.use_site(folder / "nothing")
    return done.exit_code, done.stdout.replace(f"{folder}/", "")


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "data" / "mappings").mkdir(parents=True)
    (tmp_path / "data" / "mappings" / "own.yml").write_text("mapping: 1\nname: own\n", "utf-8")
    (tmp_path / "rule.yml").write_text(RULE, "utf-8")
    (tmp_path / "units.yml").write_text("units:\n  - {id: a}\n", "utf-8")
    code, said = checked(
        tmp_path,
        f'data = "{tmp_path}/data"\n[rules]\npaths = ["{tmp_path}/rule.yml"]\n'
        f'[organisation]\nunits = "{tmp_path}/units.yml"\n',
    )
    assert code == 2
    assert "units.yml:2: SOC-1054: unit 'a' has no name_vi" in said
    assert "rule.yml:2: SOC-1113: unknown modifier 'startwith' - did you mean 'startswith'?" in said
    assert "data/mappings/own.yml:1: SOC-1221:" in said


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    code, said = checked(
        tmp_path, f'[rules]\npaths = ["{tmp_path}/gone"]\n[organisation]\nunits = "{tmp_path}/none.yml"\n'
    )
    assert code == 2
    assert "none.yml: SOC-1335: no such file" in said
    assert "gone: SOC-1100: cannot be read" in said


def test_no_file_at_all_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert checked(tmp_path, "") == (0, "settings, units, rules and mappings: no faults\n")
