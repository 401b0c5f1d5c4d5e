from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from socctl.commands.rules import app

RULE = """title: Shell
id: 11111111-1111-4111-8111-111111111111
name: shell
author: An
references: [https://example.org]
level: high
logsource: {category: process_creation, product: windows}
detection: {s: {Image|endswith: '\\cmd.exe'}, condition: s}
"""


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"SOC_LANG": "en"})
    return result.exit_code, result.stdout, result.stderr


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_match_prints_the_indices_that_match(tmp_path: Path) -> None:
    rules = write(tmp_path, "r.yml", RULE)
    events = write(tmp_path, "e.ndjson", '{"Image": "C:\\\\CMD.exe"}\n{"Image": "x"}\n')
    assert run("match", rules, events) == (0, "[0]\n", "")


def test_match_takes_site_values(tmp_path: Path) -> None:
    rules = write(tmp_path, "r.yml", RULE.replace("Image|endswith: '\\cmd.exe'", "Image|expand: '%shells%'"))
    events = write(tmp_path, "e.ndjson", '{"Image": "x-cmd"}')
    values = write(tmp_path, "values.yml", "shells: ['*cmd']\n")
    assert run("match", rules, events, "--placeholders", values)[:2] == (0, "[0]\n")
    code, out, told = run("match", rules, events)
    assert (code, out) == (2, "")
    assert "placeholder %shells% has no site value" in told


def test_a_refused_rule_is_one_line_and_exit_2(tmp_path: Path) -> None:
    rules = write(tmp_path, "r.yml", RULE.replace("endswith", "endwith").replace("condition: s", "condition: t"))
    code, out, told = run("match", rules, write(tmp_path, "e.ndjson", ""))
    assert (code, out, told.count("\n")) == (2, "", 1)
    assert "did you mean 'endswith'? (and 1 more)" in told


def test_broken_placeholders_and_missing_files_are_said(tmp_path: Path) -> None:
    rules, events = write(tmp_path, "r.yml", RULE), write(tmp_path, "e.ndjson", "")
    broken = write(tmp_path, "v.yml", "a: [")
    assert run("match", rules, events, "--placeholders", broken)[0] == 2
    assert "no such file" in run("check", tmp_path / "missing")[2]


def test_check_ends_with_the_count_and_exits_1_on_a_fault(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", RULE)
    assert run("check", tmp_path) == (
        0,
        "1 of 1 rules of level high and above without Vietnamese text\n"
        "1 read: 1 loaded, 0 needs value, 0 unsupported, 0 fault, 0 skipped\n",
        "",
    )
    write(tmp_path, "b.yml", RULE.replace("1111-4111", "2222-4222").replace("author: An\n", "").replace("s: {", "t: {"))
    write(tmp_path, "c.yml", "some: text\n")
    code, out, _ = run("check", tmp_path)
    assert code == 1
    assert out.splitlines()[0].endswith("b.yml:8:58: SOC-1131: no selection 's'") or "no selection 's'" in out
    assert out.splitlines()[-2:] == [
        "1 not a rule",
        "2 read: 1 loaded, 0 needs value, 0 unsupported, 1 fault, 0 skipped",
    ]


def test_check_shows_warnings_placeholders_and_muting(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", RULE.replace("author: An\n", "").replace("{s:", "{u: {a: 1}, s:"))
    write(tmp_path, "b.yml", RULE.replace("1111-4111", "2222-4222").replace("endswith: '", "expand: '%x%"))
    correlation = "{type: event_count, rules: [shell], timespan: 5m, condition: {gte: 2}}"
    write(tmp_path, "c.yml", f"title: C\nid: c\nlevel: low\ncorrelation: {correlation}\n")
    code, out, _ = run("check", tmp_path)
    assert code == 0
    assert "the selection 'u' is not used by the condition (warning)" in out
    assert "needs value: x: 1" in out
    assert "muted by correlations: shell" in out
    assert "2 without an author" in out
    assert "(warning)" not in run("check", tmp_path, "--no-warnings")[1]


def test_check_speaks_json(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", RULE.replace("condition: s", "condition: x"))
    lines = [orjson.loads(line) for line in run("check", tmp_path, "--json")[1].splitlines()]
    assert (lines[0]["code"], lines[0]["severity"]) == ("SOC-1131", "fault")
    assert lines[-1] == {
        "read": 1,
        "loaded": 0,
        "needs value": 0,
        "unsupported": 0,
        "fault": 1,
        "skipped": 0,
        "not_a_rule": 0,
    }


def test_list_says_what_can_match_and_why_not(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", RULE)
    write(tmp_path, "b.yml", RULE.replace("1111-4111", "2222-4222").replace("product: windows", "product: macos"))
    write(tmp_path, "c.yml", RULE.replace("1111-4111", "3333-4333").replace("condition: s", "condition: x"))
    rows = [orjson.loads(line) for line in run("list", tmp_path, "--json")[1].splitlines()]
    assert [row["can_match"] for row in rows] == ["yes", "not collected yet", "fault"]
    assert rows[0]["link"] == "https://example.org"
    assert "macOS" in rows[1]["why"]
    blind = run("list", tmp_path, "--blind")[1].splitlines()
    assert len(blind) == 2
    assert "product=macos,category=process_creation  not collected yet" in blind[0]
    assert len(run("list", tmp_path, "--state", "fault")[1].splitlines()) == 1


def test_explain_says_the_condition_and_the_tree_of_an_event(tmp_path: Path) -> None:
    rules = write(tmp_path, "a.yml", RULE)
    code, out, _ = run("explain", rules)
    assert code == 0
    assert out.splitlines()[:2] == [f"Shell [high] {RULE.split()[3]}", "An - https://example.org"]
    event = write(tmp_path, "e.json", '{"Image": "x"}')
    assert "Image ends with '\\cmd.exe' ('x')" in run("explain", "shell", "--rules", rules, "--event", event)[1]
    assert run("explain", "nothing", "--rules", rules)[0] == 2


def test_explain_names_an_event_of_another_log_source(tmp_path: Path) -> None:
    rules = write(tmp_path, "a.yml", RULE)
    event = write(tmp_path, "e.json", '{"winlog.channel": "Security", "winlog.event_id": 4624}')
    assert "is not the log source of this rule" in run("explain", rules, "--event", event)[1]
    routed = (
        '{"winlog.channel": "Security", "winlog.event_id": 4688, "winlog.event_data.NewProcessName": "a\\\\cmd.exe"}'
    )
    assert "Matched" in run("explain", rules, "--event", write(tmp_path, "f.json", routed))[1]


@pytest.mark.parametrize("verb", ["check", "list", "match", "explain", "test"])
def test_every_verb_has_its_help(verb: str) -> None:
    assert run(verb, "--help")[0] == 0
