from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from socctl.main import VERBS, build, take_globals


def socctl(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    command = [sys.executable, "-m", "socctl.main", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_global_options_may_stand_before_or_after_the_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (["--data", "d", "search", "q"], ["search", "q", "--data=d"]):
        monkeypatch.delenv("SOC_DATA", raising=False)
        assert take_globals(words) == ["search", "q"]
        assert os.environ.pop("SOC_DATA") == "d"


def test_what_stands_behind_two_dashes_is_left_alone() -> None:
    assert take_globals(["search", "--", "--data", "d"]) == ["search", "--", "--data", "d"]


def test_help_names_every_verb_and_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "socctl.main", "--help"], capture_output=True, text=True, check=True
    )
    assert all(verb in done.stdout for verb in VERBS)
    heavy = ("duckdb", "sqlalchemy", "fastapi", "pandas", "scapy", "pydantic", "re2")
    loaded = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert not loaded & set(heavy)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_own_help(verb: str) -> None:
    done = CliRunner().invoke(build(verb), [verb, "--help"], prog_name="socctl")
    assert (done.exit_code, f"Usage: socctl {verb}" in done.output) == (0, True), done.output


def test_an_unknown_verb_ends_with_two() -> None:
    assert socctl("frobnicate").returncode == 2


def test_a_code_is_explained_in_both_languages() -> None:
    assert "Meaning: A setting has a name" in socctl("explain", "soc-1001").stdout
    assert "Nghĩa: Tên thiết lập" in socctl("--lang", "vi", "explain", "SOC-1001").stdout
    assert "did you mean SOC-100" in socctl("explain", "SOC-1009").stderr
