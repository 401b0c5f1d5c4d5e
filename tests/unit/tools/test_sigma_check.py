"""Our own rules pass pySigma's validators, without a network."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tools.sigma_check import check, installed_validators, rule_files, validator_lists

GOOD = """\
title: A Rule That Is Fine
id: 5b1e6e2c-7c3b-4f0e-9a53-0f2d3c4b5a69
status: test
description: A rule that has everything it needs.
author: Provincial SOC
date: 2026-11-24
tags: [attack.credential-access, attack.t1110]
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
falsepositives: [Mistyped passwords]
level: low
"""


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("the check went to the network")

    monkeypatch.setattr(socket, "getaddrinfo", refused)


def test_all_own_rules_are_clean() -> None:
    assert check() == []


def test_every_installed_validator_is_used_or_left_out_on_purpose() -> None:
    used, left_out = validator_lists()
    assert sorted([*used, *left_out]) == sorted(installed_validators())
    assert all(left_out.values())


def test_a_good_rule_has_no_faults(tmp_path: Path) -> None:
    (tmp_path / "rule_that_is_fine.yml").write_text(GOOD)
    assert check(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("attack.t1110", "attack.t1562.001", "today it is t1685"),
        ("Rule That Is", "rule that is", "SigmahqTitleCase"),
        ("status: test", "status: tested", "tested"),
        ("condition: selection", "condition: selections", "DanglingDetection"),
    ],
)
def test_a_fault_names_the_rule(tmp_path: Path, old: str, new: str, words: str) -> None:
    (tmp_path / "rule_that_is_fine.yml").write_text(GOOD.replace(old, new))
    assert any("rule_that_is_fine.yml" in fault and words in fault for fault in check(tmp_path))


def test_samples_are_not_taken_for_rules() -> None:
    assert not [path for path in rule_files(Path("rules")) if "samples" in path.parts]
