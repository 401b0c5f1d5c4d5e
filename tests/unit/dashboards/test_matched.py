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

    assert why.condition == "selection và (keywords hoặc other)"
    assert set(why.lines) == {
        Line("source.ip", "203.0.113.45", "selection", "là địa chỉ thuộc 203.0.113.0/24"),
        Line("user.name", "hai.nv", "other", "chứa 'hai'; chứa 'nv'"),
        Line("action", "tunnel-up", "selection", "bằng 'tunnel-up'"),
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

    assert explain(alert, [tmp_path], "vi").lines == (
        Line("keywords", "ssl VPN up", "keywords", "trường bất kỳ chứa 'vpn'"),
    )


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


def test_a_rule_with_placeholders_takes_the_site_values(tmp_path: Path) -> None:
    text = (
        TEXT.replace("[tunnel-up, tunnel-open]", "x")
        .replace("action:", "action|expand:")
        .replace("x\n", "'%acts%'\n", 1)
    )
    (tmp_path / "vpn.yml").write_text(text, "utf-8")
    (tmp_path / "values").mkdir()
    (tmp_path / "values" / "site.yaml").write_text("acts: [tunnel-up]\n")

    lines = explain(alert_with(text.encode(), "vpn.yml"), [tmp_path], "en").lines

    assert Line("action", "tunnel-up", "selection", "is 'tunnel-up'") in lines


def test_a_correlation_has_a_guide_and_no_parts(tmp_path: Path) -> None:
    text = (
        f"title: T\nid: {RULE.id}\nlevel: high\ncorrelation:\n    type: event_count\n    rules: [a]\n"
        "    group-by: [source.ip]\n    timespan: 5m\n    condition: {gte: 20}\nen: {check: [Look]}\n"
    )
    (tmp_path / "many.yml").write_text(text)

    why = explain(alert_with(text.encode(), "many.yml"), [tmp_path], "vi")

    assert (why.check, why.condition, {line.part for line in why.lines}) == (("Look",), "", {""})


@pytest.mark.parametrize(("language", "step"), [("vi", "Hỏi người dùng"), ("en", "Hỏi người dùng")])
def test_the_guide_comes_in_the_language_there_is(tmp_path: Path, language: str, step: str) -> None:
    text = TEXT + "vi: {check: [Hỏi người dùng], act: [Khóa tài khoản]}\n"
    (tmp_path / "vpn.yml").write_text(text, "utf-8")

    why = explain(alert_with(text.encode(), "vpn.yml"), [tmp_path], language)

    assert (why.check, why.act) == ((step,), ("Khóa tài khoản",))
