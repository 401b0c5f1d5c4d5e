"""`socctl normalise`: lines in, events out, the same bytes each time, and why on request."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from collectors import registry
from socctl.main import build

AT = "2026-11-24T05:00:00Z"
MAIN = "from socctl.main import main; main()"
SSH = "Nov 24 09:15:02 web01 sshd[1]: Failed password for root from 203.0.113.5 port 40022 ssh2"
FORTIGATE = (
    'date=2026-11-24 time=09:16:10 devname="fw" devid="FGT60F1" logid="0000000013" type="traffic" '
    "srcip=203.0.113.9 srcport=99999 dstip=10.0.0.1 action=deny"
)

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def go(text: str, *words: str) -> tuple[int, bytes, str]:
        path = tmp_path / "pasted.txt"
        path.write_text(text, "utf-8")
        found = CliRunner().invoke(build("normalise"), ["normalise", "--at", AT, *words, str(path)])
        return found.exit_code, found.stdout_bytes, found.stderr

    return go


def test_pasted_lines_give_one_event_each_and_blank_ones_none(run: Run) -> None:
    code, out, _ = run(f"{SSH}\n\n{FORTIGATE}\n")

    events = [orjson.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [event["event.module"] for event in events] == ["linux", "fortinet"]
    assert events[0]["source.ip"] == "203.0.113.5"


def test_a_file_and_standard_input_give_the_same(run: Run) -> None:
    _, out, _ = run(f"{SSH}\n{FORTIGATE}\n")
    words = ["normalise", "--at", AT, "-"]

    piped = CliRunner().invoke(build("normalise"), words, input=f"{SSH}\n{FORTIGATE}\n")

    assert piped.stdout_bytes == out


def test_nested_opens_the_dots(run: Run) -> None:
    _, out, _ = run(SSH, "--nested")

    assert orjson.loads(out)["source"]["ip"] == "203.0.113.5"


def test_explain_says_why_on_standard_error(run: Run) -> None:
    code, out, why = run(f'{SSH}\n{FORTIGATE}\n{{"a":\n', "--explain")

    assert code == 1  # the last line is no JSON
    assert len(out.splitlines()) == 3
    assert "line 1: framing lf" in why
    assert "line 1: header: bsd host=web01 program=sshd pid=1 time=2026-11-24T02:15:02" in why
    assert "line 1: scores: linux 90" in why
    assert "line 2: event: parser fortigate@" in why
    assert "line 2: event: steps that failed: source.port; flags: none" in why
    assert "line 3: scores: none" in why
    assert "line 3: event: bad_body: json@" in why


def test_a_mapping_of_the_site_is_used_and_a_bad_one_stops_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data" / "mappings"
    folder.mkdir(parents=True)
    (folder / "own.yml").write_text(
        "mapping: 1\nname: own\nversion: 3\nroot: kv\ncodec: {kind: kv}\n"
        "detect:\n  - {literals: [quầy=], weight: 90}\nfields:\n  may: {to: source.ip, as: ip}\n",
        "utf-8",
    )
    (folder / "bad.yml").write_text("mapping: 1\nname: [", "utf-8")
    monkeypatch.setenv("SOC_DATA", str(tmp_path / "data"))
    try:
        code, out, why = run("quầy=3 may=10.9.8.7 x=1\n")
    finally:
        registry.use_site(tmp_path / "nothing")

    event = orjson.loads(out)
    assert "bad.yml" in why
    assert code == 0
    assert event["soc.parser"] == "own@3"
    assert event["source.ip"] == "10.9.8.7"


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text(f"{SSH}\n{FORTIGATE}\n", "utf-8")
    command = [sys.executable, "-c", MAIN, "normalise", "--at", AT, str(path)]

    made = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    }

    assert len(made) == 1


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text(f"{SSH}\n" * 3_000, "utf-8")
    command = [sys.executable, "-c", MAIN, "normalise", "--at", AT, str(path)]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()

        assert process.wait(timeout=30) == 0
