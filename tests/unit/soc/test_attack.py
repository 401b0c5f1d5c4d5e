"""The ATT&CK table: old ids are mapped, tags are judged."""

from __future__ import annotations

import pytest

from soc.attack import attack_table

# The table of detection-content.md 1.2.
MOVED = {
    "T1562": "T1685",
    "T1562.001": "T1685",
    "T1562.002": "T1685.001",
    "T1562.003": "T1690",
    "T1562.004": "T1686",
    "T1562.006": "T1685",
    "T1562.007": "T1686.001",
    "T1562.008": "T1685.002",
    "T1562.009": "T1688",
    "T1562.010": "T1689",
    "T1562.011": "T1685.003",
    "T1562.012": "T1685.004",
    "T1562.013": "T1686.002",
    "T1070.001": "T1685.005",
    "T1070.002": "T1685.006",
    "T1574.002": "T1574.001",
    "T1656": "T1684.001",
    "T1672": "T1684.002",
}


@pytest.mark.parametrize(("old", "today"), MOVED.items())
def test_an_old_id_leads_to_the_technique_of_today(old: str, today: str) -> None:
    technique = attack_table().technique(old)
    assert technique is not None
    assert technique.id == today


def test_good_tags_have_no_faults() -> None:
    assert attack_table().faults(["attack.credential-access", "attack.t1110.003", "cve.2024-1234"]) == []


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (["attack.stealth", "attack.t1562.001"], "today it is t1685"),
        (["attack.defense-evasion", "attack.t1685"], "use stealth or defense-impairment"),
        (["attack.t1110"], "no tactic"),
        (["attack.impact", "attack.credential-access", "attack.t1110"], "tactic impact belongs to none"),
        (["attack.credential-access"], "no technique"),
        (["attack.credential-access", "attack.t9999"], "not in ATT&CK"),
        (["attack.credential-access", "attack.t1110", "attack.hopes"], "neither a technique nor a tactic"),
        (["attack.execution", "attack.t1064"], "without a successor"),
    ],
)
def test_a_wrong_tag_is_named_with_the_way_out(tags: list[str], words: str) -> None:
    assert any(words in fault for fault in attack_table().faults(tags))


def test_the_reused_tactic_number_is_never_a_key() -> None:
    """TA0005 means Stealth since v19; whoever keys on it mislabels in silence."""
    assert "stealth" in attack_table().tactics
    assert "defense-impairment" in attack_table().tactics
    assert "TA0005" not in attack_table().tactics
