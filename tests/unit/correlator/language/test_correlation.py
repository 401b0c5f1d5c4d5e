from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from correlator.language.attributes import Origin
from correlator.language.correlation import Correlation, read_correlation
from correlator.language.problems import Place

BASE = {"type": "event_count", "rules": ["a"], "group-by": ["user"], "timespan": "10m", "condition": {"gte": 3}}


def read(**changes: Any) -> tuple[Correlation | None, list[str]]:
    section = {key: value for key, value in {**BASE, **changes}.items() if value != "-"}
    place = Place()
    found = read_correlation({"title": "C", "id": "c", "correlation": section}, place, Origin("", "", 0))
    return found, [f"{problem.severity}: {problem.message}" for problem in place.found]


@pytest.mark.parametrize(
    "timespan, seconds",
    [("30s", 30), ("90m", 5_400), ("2h", 7_200), ("7d", 604_800), ("1w", 604_800), ("1M", 2_629_746)],
)
def test_a_timespan_is_one_number_and_one_unit(timespan: str, seconds: int) -> None:
    found, _ = read(timespan=timespan)
    assert found is not None
    assert found.timespan == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"timespan": "1h30m"}, "write 90m"),
        ({"timespan": "1m30s"}, "write 90s"),
        ({"timespan": "soon"}, "write it like 90m"),
        ({"timespan": "5"}, "write it like 90m"),
        ({"timespan": 5}, "write it like 90m"),
        ({"timespan": "0s"}, "not one number and one unit"),
        ({"timespan": "-"}, "no timespan"),
        ({"timespan": "32d"}, "over 31 d"),
        ({"timespan": "1y"}, "over 31 d"),
        ({"type": "event_cuont"}, "did you mean 'event_count'?"),
        ({"type": "-"}, "type 'None' is none of"),
        ({"rules": "-"}, "no rules"),
        ({"rules": []}, "no rules"),
        ({"rules": [5]}, "must be a list of names"),
        ({"group-by": [None]}, "must be a list of names"),
        ({"condition": "-"}, "needs a condition"),
        ({"condition": 5}, "must be a map of operators"),
        ({"condition": {}}, "no operator"),
        ({"condition": {"get": 5}}, "is no operator - did you mean"),
        ({"condition": {"gte": "5"}}, "needs a number"),
        ({"type": "value_count"}, "needs `field:`"),
        ({"type": "value_sum", "condition": {"gte": 1, "field": "n"}}, "not supported yet"),
        ({"type": "value_sum", "condition": {"gte": 1, "field": ["n", "m"]}}, "takes one field"),
        ({"type": "value_percentile", "condition": {"gte": 1, "field": "n"}}, "needs `percentile: p`"),
        ({"type": "temporal", "condition": "a and not a"}, "absence"),
        ({"type": "temporal", "condition": "a and b"}, "no selection 'b'"),
        ({"condition": "a"}, "must be a map of operators"),
        ({"aliases": ["x"]}, "must be a map of alias"),
        ({"aliases": {"user": ["x"]}}, "must be a map of rule"),
        ({"aliases": {"user": {"b": "x"}}}, "which is not correlated"),
        ({"generate": "yes"}, "must be true or false"),
    ],
)
def test_a_wrong_correlation_is_refused_with_its_reason(changes: dict[str, Any], why: str) -> None:
    found, told = read(**changes)
    assert found is None
    assert any(why in line for line in told), told


def test_several_operators_are_a_range() -> None:
    found, _ = read(condition={"gt": 1, "lte": 3.5})
    assert found is not None
    assert found.condition == "event_count > 1 and <= 3.5 in 600 s"


def test_a_temporal_without_condition_wants_all_rules() -> None:
    found, _ = read(type="temporal", condition="-")
    assert found is not None
    assert found.condition == "temporal all rules in 600 s"


def test_what_a_condition_does_not_use_is_a_warning() -> None:
    found, told = read(type="temporal", rules=["a", "b"], condition="a")
    assert found is not None
    assert told == ["warning: the rule 'b' is not used by the condition"]
    assert read(aliases={"host": {"a": "x"}})[1] == ["warning: the alias 'host' is not used by group-by"]


def test_a_correlation_that_is_no_map_is_refused() -> None:
    place = Place()
    assert read_correlation({"title": "C", "correlation": 5}, place, Origin("", "", 0)) is None
