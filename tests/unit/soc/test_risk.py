from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soc.alert import Level, Verdict
from soc.entity import EntityKind
from soc.risk import RiskSource, RiskSum, confidence_of, risk_of, unit_risk, wilson_lower
from tests.builders import NOON

HOUR = timedelta(hours=1)


def a_source(
    name: str = "a", *, rule: str = "rule-1", level: Level = Level.HIGH, hours: float = 0, **fields: object
) -> RiskSource:
    return RiskSource(name, 1, rule, "", level, NOON - hours * HOUR, **fields)  # type: ignore[arg-type]


def risk(*sources: RiskSource, **fields: object) -> RiskSum:
    return risk_of(EntityKind.HOST, "pc-1", sources, NOON, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("level", "points"),
    [(Level.CRITICAL, 80), (Level.HIGH, 40), (Level.MEDIUM, 15), (Level.LOW, 5), (Level.INFORMATIONAL, 1)],
)
def test_a_fresh_alert_gives_its_base(level: Level, points: float) -> None:
    assert risk(a_source(level=level)).total == points


def test_a_contribution_halves_each_day() -> None:
    assert [risk(a_source(hours=hours)).total for hours in (0, 24, 48)] == [40, 20, 10]


def test_one_rule_gives_at_most_twice_its_base_in_a_day() -> None:
    three = [a_source(name, hours=1) for name in "abc"]
    assert sum(part.counted for part in risk(*three).parts) == 80
    other = a_source("d", rule="rule-2", hours=1)
    assert sum(part.counted for part in risk(*three, other).parts) == 120
    a_day_later = [a_source("a", hours=25), a_source("b", hours=25), a_source("c", hours=0)]
    assert sum(part.counted for part in risk(*a_day_later).parts) == 120


@pytest.mark.parametrize("verdict", [Verdict.FALSE_POSITIVE, Verdict.BENIGN_TRUE])
def test_what_is_judged_harmless_contributes_nothing_and_stays_listed(verdict: Verdict) -> None:
    found = risk(a_source(verdict=verdict))
    assert (found.total, found.parts[0].base, found.parts[0].counted) == (0, 40, 0)
    assert risk(a_source(verdict=Verdict.TRUE_POSITIVE)).total == 40


@pytest.mark.parametrize(("level", "points"), [(1, 24), (2, 32), (3, 40), (4, 46), (5, 50), (None, 40), (9, 40)])
def test_the_system_level_weighs(level: int | None, points: float) -> None:
    assert risk(a_source(), asset_level=level).total == points


def test_a_rule_is_believed_until_twenty_alerts_of_it_are_judged() -> None:
    assert confidence_of(0, 19) == 1.0
    assert confidence_of(0, 20) == 0.3
    assert confidence_of(50, 50) == pytest.approx(wilson_lower(50, 100)) == pytest.approx(0.4038, abs=1e-4)
    assert risk(a_source(), confidence={"rule-1": 0.5}).total == 20


def test_many_small_entities_cannot_outshout_one_bad_one() -> None:
    assert unit_risk([90.0]) < unit_risk([10.0] * 5_000 + [90.0])
    assert unit_risk([10.0] * 5_000) < 10.01
    assert unit_risk([]) == 0


SOURCES = st.builds(
    a_source,
    st.text("abcdef", min_size=3, max_size=9),
    rule=st.sampled_from(["r1", "r2", "r3"]),
    level=st.sampled_from(list(Level)),
    hours=st.floats(0, 400),
    verdict=st.sampled_from([None, *Verdict]),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(SOURCES, max_size=40), st.sampled_from([None, 1, 5]))
def test_the_parts_add_up_to_the_shown_number(sources: list[RiskSource], level: int | None) -> None:
    found = risk(*sources, asset_level=level)
    assert f"{found.total:.2f}" == f"{sum(round(part.points * 100) for part in found.parts) / 100:.2f}"
    assert len(found.parts) == len(sources)
    assert found.total >= 0
