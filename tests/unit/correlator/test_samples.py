"""Sample files are read whole, and their faults are all named with their lines."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from correlator.samples import SampleFile, duration, read_samples
from soc.errors import RuleError

GOOD = """\
rule: 5b1e6e2c-7c3b-4f0e-9a53-0f2d3c4b5a69
match:
  - name: plain
    source: linux
    lines: ['Oct  9 11:02:03 gw sshd[311]: Failed password for root from 203.0.113.9 port 4022 ssh2']
    expect: {count: 1, entities: {source.ip: 203.0.113.9}}
    also: [other_rule]
no_match:
  - name: spread out
    differs: selection
    timeline:
      - {t: 0s, fields: {EventID: 4625}}
      - {t: 1h30m, late: 2h, use: other_rule/plain, repeat: 3, every: 20s, vary: {user.name: "u{n}"}}
"""


def _read(tmp_path: Path, text: str) -> tuple[SampleFile, ...]:
    path = tmp_path / "rule.yaml"
    path.write_text(text)
    return read_samples(path, "samples/rule.yaml")


def test_a_sample_file_is_read_whole(tmp_path: Path) -> None:
    (file,) = _read(tmp_path, GOOD)
    plain, spread = file.samples
    assert plain.positive
    assert plain.line == 3
    assert (plain.count, plain.entities, plain.also) == (1, {"source.ip": "203.0.113.9"}, ("other_rule",))
    assert plain.steps[0].source == "linux"
    assert not spread.positive
    assert spread.timeline
    assert spread.differs == "selection"
    assert spread.steps[1].at == timedelta(minutes=90)
    assert spread.steps[1].late == timedelta(hours=2)
    assert (spread.steps[1].repeat, spread.steps[1].every) == (3, timedelta(seconds=20))
    assert file.named("plain") is plain
    assert file.named("unknown") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("no_match:", "nomatch:", 8, "did you mean 'no_match'"),
        ("rule: 5b1e6e2c-7c3b-4f0e-9a53-0f2d3c4b5a69", "match_all: []", 1, "write `rule:`"),
        ("name: plain", "nam: plain", 3, "did you mean 'name'"),
        ("    source: linux\n", "", 3, "`source` says who reads them"),
        ("t: 1h30m", "t: 90", 13, "no duration"),
        ("repeat: 3", "repeat: 0", 13, "repeat is a number"),
        ("fields: {EventID: 4625}", "use: a/b, fields: {EventID: 4625}", 12, "not 2"),
        ("fields: {EventID: 4625}", "fields: 7", 12, "fields is a map"),
        ("expect: {count: 1,", "expect: {counts: 1,", 6, "did you mean 'count'"),
        ("spread out", "plain", 9, "two samples are named"),
        ("match:\n", "match: 3\nmach:\n", 2, "must be a list"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        _read(tmp_path, GOOD.replace(old, new, 1))
    faults = {(fault.line, words in fault.message) for fault in caught.value.faults}
    assert (line, True) in faults


@pytest.mark.parametrize("text", ["[]", "rule: a\nmatch: [3]", "rule: a\nmatch: [{name: x, timeline: 3}]"])
def test_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RuleError):
        _read(tmp_path, text)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("t: 1h30m", "t: soon").replace("name: plain", "nam: plain").replace("no_match", "never")
    with pytest.raises(RuleError) as caught:
        _read(tmp_path, text)
    assert len(caught.value.faults) >= 3


def test_broken_yaml_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        _read(tmp_path, "rule: [")
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("55m", 3300), ("1h30m", 5400), ("1d", 86_400), ("0s", 0)])
def test_durations(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "m", "1.5h", "-3m", 90, "3m 4s"])
def test_what_is_no_duration(text: object) -> None:
    assert duration(text) is None
