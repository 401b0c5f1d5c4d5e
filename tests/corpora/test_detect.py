"""`socctl detect` on recorded attacks: every case of SigmaHQ's regression data, from its original log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from correlator.compile import RuleSet
from correlator.offline import Choice, Offline
from correlator.pack import Pack
from soc.clock import SystemClock
from soc.logsource import load_table
from soc.unit import UnitTree
from tests.corpus import corpus

LOGS = (".evtx", ".raw", ".log")


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return RuleSet(Pack([corpus("sigma-rules-8eaafff1f")]).rules, load_table())


def hits(rules: RuleSet, path: Path, wanted: str) -> int:
    """How often the rule hits in a file; as the command does it, in one process for all cases."""
    from collectors.senders import OneSender
    from socctl import wiring
    from socctl.detecting import Reading, normalised

    reading = Reading()
    normaliser = wiring.normaliser(OneSender("detect"), UnitTree([]))
    run = Offline(rules, load_table(), Choice())
    found = sum(hit.rule.id == wanted for hit in run.run(normalised(reading, [path], normaliser, SystemClock())))
    assert reading.problems == []
    assert run.summary.failed == 0, run.summary.failures
    return found


def cases() -> list[tuple[str, int, list[Path]]]:
    """(rule, hits at least, files) of every recorded case."""
    listed = []
    for path in sorted(corpus("sigma-regression-dev").rglob("info.yml")):
        info: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        wanted = sum(test.get("match_count") or 1 for test in info.get("regression_tests_info") or [{}])
        files = sorted(each for each in path.parent.iterdir() if each.suffix in (*LOGS, ".json"))
        listed.append((info["rule_metadata"][0]["id"], wanted, files))
    return listed


def test_every_recorded_case_is_found_in_its_log(rules: RuleSet) -> None:
    listed = cases()
    assert len(listed) == 129
    for rule, wanted, files in listed:
        logs = [path for path in files if path.suffix in LOGS]
        assert logs, rule
        assert sum(hits(rules, path, rule) for path in logs) >= wanted, (rule, logs)


def test_every_recorded_case_is_found_in_its_json_too(rules: RuleSet) -> None:
    for rule, _, files in cases():
        for path in files:
            if path.suffix == ".json":
                assert hits(rules, path, rule) >= 1, path
