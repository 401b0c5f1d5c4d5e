"""The samples of a pack, or of a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from correlator.open_table import OpenTable
from correlator.pack import Pack
from correlator.sample_pack import prove, read_all, whole
from soc.errors import RuleError
from soc.event import Event

RULE = """\
title: Base
id: 11111111-1111-4111-8111-11111111111{n}
name: base_{n}
logsource: {{category: test}}
detection: {{selection: {{kind: x{n}}}, condition: selection}}
level: low
"""
CHAIN = """\
title: Three Times
id: 22222222-2222-4222-8222-222222222222
name: three_times
correlation: {type: event_count, rules: [base_1], group-by: [user], timespan: 10m, condition: {gte: 3}, generate: true}
level: high
"""
SAMPLES = """\
rule: 11111111-1111-4111-8111-11111111111{n}
match:
  - {{name: plain, event: {{kind: x{n}, user: an}}}}
  - {{name: other, event: {{kind: x{n}, user: binh}}}}
no_match:
  - {{name: none, event: {{kind: y}}}}
  - {{name: nothing, event: {{kind: z}}}}
"""
CHAIN_SAMPLES = """\
rule: 22222222-2222-4222-8222-222222222222
match:
  - {name: three, timeline: [{t: 0s, use: base_1/plain, repeat: 3, every: 1m}], expect: {count: 1}}
  - {name: two users, timeline: [{t: 0s, use: base_1/plain, repeat: 6, every: 1m, vary: {user: b}}], expect: {count: 1}}
no_match:
  - {name: two, timeline: [{t: 0s, use: base_1/plain, repeat: 2, every: 1m}]}
  - {name: slow, timeline: [{t: 0s, use: base_1/plain, repeat: 3, every: 6m}]}
"""


def no_lines(_: str, __: Sequence[str]) -> list[Event]:
    return []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in (1, 2):
        place = tmp_path / f"part_{number}"
        (place / "samples").mkdir(parents=True)
        (place / f"base_{number}.yml").write_text(RULE.format(n=number))
        (place / "samples" / f"base_{number}.yaml").write_text(SAMPLES.format(n=number))
    (tmp_path / "correlation" / "samples").mkdir(parents=True)
    (tmp_path / "correlation" / "three_times.yml").write_text(CHAIN)
    (tmp_path / "correlation" / "samples" / "three_times.yaml").write_text(CHAIN_SAMPLES)
    return tmp_path


def test_a_whole_pack_is_proved(folder: Path) -> None:
    report = prove(Pack([folder]), [folder], OpenTable(), no_lines, coverage=True)
    assert report.passed, report
    assert (report.rules, report.samples) == (3, 12)


@pytest.mark.parametrize("part", ["correlation", "correlation/three_times.yml", "part_2"])
def test_a_part_is_proved_with_the_rules_that_it_builds_on(folder: Path, part: str) -> None:
    report = prove(Pack([folder]), [folder / part], OpenTable(), no_lines, coverage=True)
    assert report.passed, report
    assert (report.rules, report.samples) == (1, 4)


def test_a_rule_without_samples_is_missing(folder: Path) -> None:
    (folder / "part_2" / "samples" / "base_2.yaml").unlink()
    report = prove(Pack([folder]), [folder / "part_2"], OpenTable(), no_lines, coverage=True)
    assert report.missing == [
        "base_2: 0 samples under match, at least 2 are needed",
        "base_2: 0 samples under no_match, at least 2 are needed",
    ]


def test_samples_of_a_rule_that_is_gone_fail(folder: Path) -> None:
    (folder / "part_1" / "samples" / "base_1.yaml").write_text(SAMPLES.format(n=7))
    report = prove(Pack([folder]), [folder / "part_1"], OpenTable(), no_lines, coverage=True)
    assert [failure.message for failure in report.failures] == [
        "no rule has the id 11111111-1111-4111-8111-111111111117"
    ]


def test_faults_of_all_sample_files_come_at_once(folder: Path) -> None:
    for number in (1, 2):
        (folder / f"part_{number}" / "samples" / f"base_{number}.yaml").write_text("rule: 3\nmach: []\n")
    with pytest.raises(RuleError) as caught:
        read_all([folder / "part_1", folder / "part_2"])
    assert len(caught.value.faults) == 4


def test_a_part_of_our_own_pack_loads_the_whole(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    assert whole([own / "web", own / "network" / "a.yml"], own) == [own]
    assert whole([other], own) == [other]
    assert whole([own / "web", other], own) == [own, other]
