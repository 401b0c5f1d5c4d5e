"""The worked cases of posture-and-reports.md 1.2, to two decimals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from reports.posture.inputs import Half, MemberInput, ProvinceInputs, SystemInput
from reports.posture.method import CapId, Component, Reporting
from reports.posture.province import province
from reports.posture.score import places, score
from soc.alert import Level
from tests.unit.reports.posture.cases import METHOD, case_method, department, group, incident, seen, techniques

KEPT = Half(20.0, 20.0)
FIFTY = Half(50.0, 50.0)
HIDDEN = incident(contained=True, days=40.0, reporting=Reporting.LATE)
NOTHING_DUE: dict[str, Any] = {"acknowledge": Half(), "resolve": Half()}
NEVER = (SystemInput("sys", 3, None),)
WELL = (SystemInput("sys", 3, 0),)
CRITICAL = Level.CRITICAL


def two(value: Fraction) -> Decimal:
    return places(value, Decimal("0.01"))


CASES: dict[str, tuple[dict[str, Any], dict[str, str], str, str, int | None, str]] = {
    "three open low groups": (
        {"groups": tuple(group(name, Level.LOW, 2) for name in "abc")}, {"E": "89.08"}, "93.62", "93.62", 94, "A",
    ),
    "one open critical, in time": (
        {"groups": (group("a", CRITICAL, 3),)}, {"E": "61.19"}, "86.65", "84.00", 84, "B",
    ),
    "three critical, more than two limits old": (
        {"groups": tuple(group(name, CRITICAL, 3, 2.5) for name in "abc")}, {"E": "39.96"}, "81.34", "69.00", 69, "C",
    ),
    "hardly seen, nothing due, never scanned": (
        {"sources": seen(460), **NOTHING_DUE, "systems": NEVER, "techniques": techniques(13)},
        {"V": "46.00", "E": "46.00", "R": "90.00", "P": "0.00"}, "56.65", "56.65", 57, "C",
    ),
    "dark since yesterday": (
        {"sources": seen(970, 200)}, {"V": "20.00", "E": "20.00"}, "56.60", "29.00", None, "E",
    ),
    "serious incident, not contained": ({"incidents": (incident(),)}, {"I": "54.88"}, "89.33", "40.00", 40, "D"),
    "contained 40 days ago": (
        {"incidents": (incident(contained=True, days=40.0),)}, {"I": "78.81"}, "92.92", "92.92", 93, "A",
    ),
    "contained but hidden": (
        {"incidents": (HIDDEN,)}, {"I": "62.11"}, "90.42", "90.42", 90, "A",
    ),
    "seen just below 80": (
        {"sources": seen(799), "systems": WELL, "techniques": techniques(100), "acknowledge": FIFTY, "resolve": FIFTY},
        {"V": "79.90", "E": "79.90", "R": "99.09"}, "89.77", "84.00", 84, "B",
    ),
    "commune, nothing due": (
        {"unit_class": "commune", "sources": seen(1000), **NOTHING_DUE},
        {"R": "90.00"}, "97.65", "97.65", 98, "A",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_worked_case_agrees_to_two_decimals(name: str) -> None:
    changes, components, raw, capped, shown, letter = CASES[name]
    found = score(department(**changes), case_method())
    assert {part: str(two(found.components[Component(part)])) for part in components} == components
    assert (str(two(found.raw)), str(two(found.capped))) == (raw, capped)
    assert found.shown == shown
    assert found.letter.letter == letter


@pytest.mark.parametrize(
    "name, cap",
    [
        ("one open critical, in time", CapId.CRITICAL_OPEN),
        ("three critical, more than two limits old", CapId.CRITICAL_OVERDUE),
        ("serious incident, not contained", CapId.SERIOUS),
        ("seen just below 80", CapId.SIGHT_80),
        ("dark since yesterday", CapId.NO_SIGHT),
    ],
)
def test_the_lowest_cap_is_named_first(name: str, cap: CapId) -> None:
    assert score(department(**CASES[name][0]), case_method()).caps[0].id is cap


@pytest.mark.parametrize(
    "name, trust, word",
    [("hardly seen, nothing due, never scanned", "0.32", "thấp"), ("commune, nothing due", "0.76", "trung bình")],
)
def test_confidence_says_how_much_is_known(name: str, trust: str, word: str) -> None:
    found = score(department(**CASES[name][0]), case_method())
    assert str(two(found.trust)) == trust
    assert found.confidence.text.vi == word


def test_the_province_is_its_mean_and_its_worst() -> None:
    ninety = [MemberInput(f"u{n:02}", "90", 1, "1", shown=True) for n in range(38)]
    weak = [
        MemberInput(f"w{exact}", exact, weight, "1", shown=exact == "30")
        for exact, weight in (("20", 1), ("25", 1), ("30", 5))
    ]
    found = province(ProvinceInputs((*ninety, *weak), serious_open=False), METHOD)
    assert found is not None
    assert (str(two(found.mean)), str(found.worst), str(two(found.capped))) == ("80.33", "51", "71.53")
    assert (found.shown, found.letter.letter, found.dark) == (72, "B", ("w20", "w25"))
    capped = province(ProvinceInputs((*ninety, *weak), serious_open=True), METHOD)
    assert capped is not None
    assert (capped.shown, capped.letter.letter) == (69, "C")


def test_a_class_is_taken_from_the_shown_number() -> None:
    assert [METHOD.letter_of(shown).letter for shown in (100, 85, 84, 70, 69, 50, 49, 30, 29, 0)] == list("AABBCCDDEE")


def test_nobody_has_signed_what_ships() -> None:
    assert (METHOD.version, METHOD.signed_by, METHOD.signed_on) == ("posture-1", "", None)
    assert sum(METHOD.weights.values()) == 100
    assert round(METHOD.coefficients_sum, 6) == 2.592376
