"""Which part of the rule a matched field satisfied."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from dashboards.alerts.matched import Line, explain
from soc.alert import Alert
from tests.unit.dashboards.life import RULE, an_alert

TEXT = f"""title: VPN
id: {RULE.id}
status: test
level: high
logsource:
    product: fortigate
detection:
    selection:
        action: [tunnel-up, tunnel-open]
        source.ip|cidr: 203.0.113.0/24
    keywords: ['vpn']
    other:
        - user.name|contains|all: [hai, nv]
        - noise
    condition: selection and (keywords or other)
"""


def alert_with(text: bytes, file: str) -> Alert:
    return an_alert(rule=replace(RULE, file=file, version=sha256(text).hexdigest()))


@pytest.mark.parametrize("file", ["vpn.yml", "pack/vpn.yml"])
def test_each_field_names_the_part_that_speaks_of_it(tmp_path: Path, file: str) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "vpn.yml").write_text(TEXT, "utf-8")

    why = explain(alert_with(TEXT.encode(), file), [folder], "vi")

    assert why.condition == "selection and (keywords or other)"
    assert set(why.lines) == {
        Line("source.ip", "203.0.113.45", "selection", "cidr: 203.0.113.0/24"),
        Line("user.name", "hai.nv", "other", "contains: hai & nv"),
        Line("action", "tunnel-up", "selection", "tunnel-up | tunnel-open"),
    }


def test_a_part_that_was_not_satisfied_is_not_claimed(tmp_path: Path) -> None:
    text = TEXT.replace("    condition", "    never:\n        action: tunnel-down\n    condition").replace(
        "or other)", "or other or never)"
    )
    (tmp_path / "vpn.yml").write_text(text, "utf-8")

    parts = {(line.field, line.part) for line in explain(alert_with(text.encode(), "vpn.yml"), [tmp_path], "vi").lines}

    assert parts == {("action", "selection"), ("source.ip", "selection"), ("user.name", "other")}


def test_a_word_found_anywhere_names_its_part(tmp_path: Path) -> None:
    (tmp_path / "vpn.yml").write_text(TEXT, "utf-8")
    alert = replace(alert_with(TEXT.encode(), "vpn.yml"), matched={"keywords": "ssl VPN up"})

    assert explain(alert, [tmp_path], "vi").lines == (Line("keywords", "ssl VPN up", "keywords", "vpn"),)


def test_another_version_of_the_rule_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "vpn.yml").write_text(TEXT + "# changed", "utf-8")

    why = explain(alert_with(TEXT.encode(), "vpn.yml"), [tmp_path], "vi")

    assert why.condition == ""
    assert [line.part for line in why.lines] == ["", "", ""]


@pytest.mark.parametrize("file", ["../secret.yml", "", "none.yml", "/etc/hostname"])
def test_a_path_never_leads_outside(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.yml").write_text(TEXT, "utf-8")
    (tmp_path / "pack").mkdir()

    assert explain(alert_with(TEXT.encode(), file), [tmp_path / "pack"], "vi").condition == ""


def test_several_conditions_and_a_rule_without_detection(tmp_path: Path) -> None:
    many = f"id: {RULE.id}\ndetection: {{a: {{action: x}}, condition: [a, not a]}}\n"
    none = f"id: {RULE.id}\n---\nid: other\n"
    (tmp_path / "many.yml").write_text(many)
    (tmp_path / "none.yml").write_text(none)

    assert explain(alert_with(many.encode(), "many.yml"), [tmp_path], "vi").condition == "a; not a"
    assert explain(alert_with(none.encode(), "none.yml"), [tmp_path], "vi").condition == ""


@pytest.mark.parametrize(("language", "step"), [("vi", "Hỏi người dùng"), ("en", "Hỏi người dùng")])
def test_the_guide_comes_in_the_language_there_is(tmp_path: Path, language: str, step: str) -> None:
    text = TEXT + "vi: {check: [Hỏi người dùng], act: [Khóa tài khoản]}\n"
    (tmp_path / "vpn.yml").write_text(text, "utf-8")

    why = explain(alert_with(text.encode(), "vpn.yml"), [tmp_path], language)

    assert (why.check, why.act) == ((step,), ("Khóa tài khoản",))
