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

    why = explain(alert_with(TEXT.encode(), file), [folder])

    assert why.condition == "selection and (keywords or other)"
    assert set(why.lines) == {
        Line("source.ip", "203.0.113.45", "selection", "cidr: 203.0.113.0/24"),
        Line("user.name", "hai.nv", "other", "contains: hai & nv"),
        Line("action", "tunnel-up", "selection", "tunnel-up | tunnel-open"),
    }


def test_another_version_of_the_rule_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "vpn.yml").write_text(TEXT + "# changed", "utf-8")

    why = explain(alert_with(TEXT.encode(), "vpn.yml"), [tmp_path])

    assert why.condition == ""
    assert [line.part for line in why.lines] == ["", "", ""]


@pytest.mark.parametrize("file", ["../secret.yml", "", "none.yml", "/etc/hostname"])
def test_a_path_never_leads_outside(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.yml").write_text(TEXT, "utf-8")
    (tmp_path / "pack").mkdir()

    assert explain(alert_with(TEXT.encode(), file), [tmp_path / "pack"]).condition == ""


def test_several_conditions_and_a_rule_without_detection(tmp_path: Path) -> None:
    many = f"id: {RULE.id}\ndetection: {{a: {{action: x}}, condition: [a, not a]}}\n"
    none = f"id: {RULE.id}\n---\nid: other\n"
    (tmp_path / "many.yml").write_text(many)
    (tmp_path / "none.yml").write_text(none)

    assert explain(alert_with(many.encode(), "many.yml"), [tmp_path]).condition == "a; not a"
    assert explain(alert_with(none.encode(), "none.yml"), [tmp_path]).condition == ""
