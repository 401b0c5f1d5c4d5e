"""Shell completion: live names from a small file, in bash itself, without Python and within 100 ms."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from soc.state.source_table import Source
from socctl import names, wiring
from socctl.completion import install, script, shell_of
from socctl.main import VERBS
from tests.builders import NOON

ASK = """source "$1"; COMP_WORDS=({words}); COMP_CWORD={at}; _socctl; printf '%s\\n' "${{COMPREPLY[@]}}" """


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with one source, its names written."""
    monkeypatch.setenv("SOC_DATA", str(tmp_path / "data"))
    place = wiring.site()
    opened = wiring.state(place)
    with opened.write() as tx:
        tx.sources.add(Source("fortigate-vinh", "Tường lửa", NOON))
        tx.sources.add(Source("$(touch pwned)", "hostile", NOON))
    opened.close()
    names.refresh(place)
    return place.data.root


def ask(data: Path, tmp_path: Path, words: str) -> list[str]:
    path = tmp_path / "socctl.bash"
    path.write_text(script(VERBS, str(data)), "utf-8")
    count = len(words.split()) - (0 if words.endswith(" ") else 1)
    given = words + ("''" if words.endswith(" ") else "")
    code = ASK.format(words=given, at=count)
    environment = {"PATH": os.environ["PATH"], "SOC_DATA": str(data)}
    done = subprocess.run(
        ["bash", "-c", code, "bash", str(path)],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        cwd=tmp_path,
    )
    return [line for line in done.stdout.splitlines() if line]


def test_the_file_holds_rules_sources_units_and_nothing_a_shell_could_run(data: Path) -> None:
    lines = (data / "run" / "names").read_text("utf-8").splitlines()
    kinds = {line.split()[0] for line in lines}
    assert {"rule", "source", "unit"} <= kinds
    assert "source fortigate-vinh" in lines
    assert not [line for line in lines if "$" in line or "(" in line]


def test_verbs_and_live_names_are_offered(data: Path, tmp_path: Path) -> None:
    assert ask(data, tmp_path, "socctl sou") == ["source"]
    assert ask(data, tmp_path, "socctl source trace fort") == ["fortigate-vinh"]
    assert "so_y_te" in ask(data, tmp_path, "socctl import --unit so_")
    assert len(ask(data, tmp_path, "socctl rules explain ")) > 10
    assert ask(data, tmp_path, "socctl detect --lang v") == ["vi"]


def test_fields_are_offered_with_their_colon(data: Path, tmp_path: Path) -> None:
    path = data / "run" / "names"
    path.write_text(path.read_text("utf-8") + "field user.name\n", "utf-8")
    assert ask(data, tmp_path, "socctl search user.") == ["user.name:"]


def test_an_answer_takes_less_than_a_tenth_of_a_second(data: Path, tmp_path: Path) -> None:
    """The best of five: bash's own start is in it, the load of the machine is not."""
    path = data / "run" / "names"
    path.write_text("".join(f"rule rule-{n:05}\n" for n in range(4_000)), "utf-8")
    spent = []
    for _ in range(5):
        begun = time.perf_counter()
        assert ask(data, tmp_path, "socctl rules explain rule-0399") == [f"rule-0399{n}" for n in range(10)]
        spent.append(time.perf_counter() - begun)
    assert min(spent) <= 0.1


def test_the_script_is_written_where_the_shell_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, todo = install("bash", "text", tmp_path)
    assert path == tmp_path / ".local/share/bash-completion/completions/socctl"
    assert (path.read_text("utf-8"), todo) == ("text", "")
    path, todo = install("zsh", "text", tmp_path)
    assert todo == f"add to ~/.zshrc: source {path}"
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert (shell_of(""), shell_of("bash"), shell_of("fish")) == ("zsh", "bash", "bash")
