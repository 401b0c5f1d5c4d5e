from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from correlator.hits import hit_of_episode
from correlator.language.documents import read_documents
from correlator.language.sigma_filter import Filter
from correlator.link import Linked
from correlator.windows import correlator as windows
from correlator.windows.correlator import Correlator, Episode
from correlator.windows.items import instant_of, time_of
from soc.hit import BaseHit
from tests.unit.correlator.windows.definition import Expected, a_hit, a_linked, episodes

KINDS: list[tuple[str, Sequence[str], Any]] = [
    ("event_count", ["a", "b"], {"gte": 3}),
    ("event_count", ["a"], {"gt": 1, "lte": 3}),
    ("event_count", ["a"], {"eq": 2}),
    ("event_count", ["a"], {"lt": 2}),
    ("value_count", ["a", "b"], {"gte": 2, "field": "x"}),
    ("value_count", ["a"], {"neq": 2, "field": ["x", "y"]}),
    ("temporal", ["a", "b"], None),
    ("temporal", ["a", "a", "b"], None),
    ("temporal", ["a", "b", "c"], {"gte": 2}),
    ("temporal_ordered", ["a", "b"], None),
    ("temporal_ordered", ["a", "b", "a"], None),
    ("temporal_ordered", ["a", "b", "c"], None),
    ("temporal_ordered", ["a", "b", "c"], "a and (b or c)"),
]

HITS = [
    a_hit(second, rule, f"{second}-{event}", [value])
    for second, rule, event, value in product(range(41), "abc", range(2), "xyz")
]


def final(linked: Linked, hits: Sequence[BaseHit]) -> set[Expected]:
    """What is left when all hits have arrived."""
    correlator = Correlator([linked])
    alive: dict[str, Episode] = {}
    for each in hits:
        for episode in correlator.feed(each):
            alive[episode.id] = episode
    (group,) = [group for groups in correlator._groups.values() for group in groups.values()]
    told = {(instant_of(each.at), instant_of(each.last), each.count) for each in alive.values() if not each.superseded}
    found = {Expected(run.first, run.last, frozenset(item.key for item in group.members(run))) for run in group.runs}
    assert told == {(each.first, each.last, len(each.members)) for each in found}
    return found


@pytest.mark.parametrize("kind, rules, condition", KINDS)
@given(hits=st.lists(st.sampled_from(HITS), min_size=1, max_size=14), data=st.data())
@settings(deadline=None, max_examples=200)
def test_every_order_of_arrival_gives_the_episodes_of_the_definition(
    kind: str, rules: Sequence[str], condition: Any, hits: list[BaseHit], data: st.DataObject
) -> None:
    linked = a_linked(kind, rules, condition)
    # An event has one value; only a whole hit may come twice.
    known = {(each.rule_id, each.event_id): each for each in hits}
    relevant = [known[each.rule_id, each.event_id] for each in hits if each.rule_id in rules] or [a_hit(0, rules[0])]
    expected = episodes(linked, relevant)
    assert final(linked, sorted(relevant, key=lambda each: each.at)) == expected
    assert final(linked, data.draw(st.permutations(relevant))) == expected


def test_a_late_hit_inside_an_episode_may_make_it_longer() -> None:
    linked = a_linked("temporal", ["a", "a", "b"])
    early = [a_hit(0, "a", "1"), a_hit(0, "a", "2"), a_hit(0, "b"), a_hit(1, "a"), a_hit(2, "a"), a_hit(11, "a")]
    late = a_hit(1, "b")
    assert final(linked, [*early, late]) == episodes(linked, [*early, late])


def test_a_hit_that_ends_an_episode_within_its_instant_counts_once_afterwards() -> None:
    linked = a_linked("event_count", ["a"], {"gt": 1, "lte": 3})
    hits = [a_hit(second, "a", str(number)) for number, second in enumerate((0, 0, 1, 1, 11))]
    assert final(linked, hits) == episodes(linked, hits)


def fed(linked: Linked, *hits: BaseHit) -> list[Episode]:
    correlator = Correlator([linked])
    return [episode for each in hits for episode in correlator.feed(each)]


def test_a_burst_across_any_clock_boundary_is_found() -> None:
    burst = [a_hit(second) for second in (595, 600, 605)]
    assert [episode.is_new for episode in fed(a_linked("event_count", ["a"], {"gte": 3}), *burst)] == [True]


def test_the_ends_of_a_window_belong_to_it() -> None:
    linked = a_linked("event_count", ["a"], {"gte": 2})
    assert fed(linked, a_hit(0), a_hit(10))
    assert not fed(linked, a_hit(0), a_hit(10.000001))


def test_a_replayed_hit_counts_once() -> None:
    linked = a_linked("event_count", ["a"], {"gte": 2})
    assert not fed(linked, a_hit(0), a_hit(0), a_hit(0))


def test_hits_that_go_on_belong_to_one_episode() -> None:
    found = fed(a_linked("event_count", ["a"], {"gte": 2}), *(a_hit(second) for second in range(0, 40, 5)))
    assert len({episode.id for episode in found}) == 1
    assert found[-1].count == 8
    assert found[-1].at == time_of(5_000_000)
    assert found[-1].first == time_of(0)
    assert [episode.is_new for episode in found] == [True] + [False] * 6


def test_after_a_quiet_time_a_new_episode_opens() -> None:
    found = fed(a_linked("event_count", ["a"], {"gte": 2}), *(a_hit(second) for second in (0, 1, 50, 51)))
    assert [episode.is_new for episode in found] == [True, True]


def test_groups_do_not_add_up() -> None:
    linked = a_linked("event_count", ["a"], {"gte": 2})
    assert not fed(linked, a_hit(0, user="an"), a_hit(1, user="ba"))


def test_a_late_hit_raises_what_was_missed() -> None:
    found = fed(a_linked("temporal_ordered", ["a", "b"]), a_hit(9, "b"), a_hit(7_200, "a"), a_hit(3, "a"))
    assert [(episode.at, episode.is_new) for episode in found] == [(time_of(9_000_000), True)]


def test_a_late_hit_that_joins_two_episodes_keeps_the_older_id() -> None:
    linked = a_linked("event_count", ["a"], {"gte": 2})
    first, second = fed(linked, a_hit(0), a_hit(1), a_hit(12.5), a_hit(13.5))
    correlator = Correlator([linked])
    correlator.rebuild([a_hit(0), a_hit(1), a_hit(12.5), a_hit(13.5)])
    changes = correlator.feed(a_hit(6))
    assert [(change.id, change.superseded) for change in changes] == [(first.id, False), (second.id, True)]


def test_a_hit_that_disproves_an_episode_supersedes_it() -> None:
    found = fed(a_linked("event_count", ["a"], {"eq": 1}), a_hit(5), a_hit(5, event="other"))
    assert [episode.superseded for episode in found] == [False, True]


def test_an_upper_bound_does_not_wait() -> None:
    found = fed(a_linked("event_count", ["a"], {"gt": 1, "lte": 3}), *(a_hit(second) for second in range(5)))
    assert [(episode.is_new, episode.count) for episode in found] == [(True, 2), (False, 3)]


def test_one_event_cannot_be_two_steps_of_an_order() -> None:
    linked = a_linked("temporal_ordered", ["a", "b"])
    assert not fed(linked, a_hit(1, "a", "same"), a_hit(1, "b", "same"))
    assert fed(linked, a_hit(1, "b", "one"), a_hit(1, "a", "two"))


def test_one_event_may_satisfy_two_rules_of_a_temporal() -> None:
    assert fed(a_linked("temporal", ["a", "b"]), a_hit(1, "a", "same"), a_hit(1, "b", "same"))


def test_a_condition_over_rule_names_is_judged() -> None:
    linked = a_linked("temporal", ["a", "b", "c"], "a and (b or c)")
    assert not fed(linked, a_hit(0, "b"), a_hit(1, "c"))
    assert fed(linked, a_hit(0, "a"), a_hit(1, "c"))
    assert fed(a_linked("temporal_ordered", ["a", "b"], "1 of a or all of b"), a_hit(0, "b"))


def test_a_count_over_an_order_is_its_longest_chain() -> None:
    linked = a_linked("temporal_ordered", ["a", "b", "c"], {"gte": 2})
    assert not fed(linked, a_hit(0, "c"), a_hit(1, "a"))
    assert fed(linked, a_hit(0, "a"), a_hit(1, "c"))


MANY = a_linked("event_count", ["a"], {"gte": 3})


def chain(kind: str = "temporal_ordered", **more: Any) -> list[Linked]:
    outer = a_linked(kind, ["corr", "b"], more.pop("condition", None), timespan="60s", **more)
    object.__setattr__(outer.correlation.attributes.card, "id", "outer")
    return [MANY, outer]


def run(linked: Sequence[Linked], *hits: BaseHit) -> list[Episode]:
    correlator = Correlator(linked)
    return [episode for each in hits for episode in correlator.feed(each) if episode.correlation.id == "outer"]


def test_an_inner_episode_is_a_hit_of_the_outer_correlation() -> None:
    failures = [a_hit(second) for second in range(3)]
    found = run(chain(), *failures, a_hit(50, "b", correlation="outer"))
    assert [(episode.is_new, episode.rules) for episode in found] == [(True, ("corr", "b"))]
    assert set(found[0].event_ids) == {"a0", "a1", "a2", "b50"}
    assert not run(chain(), a_hit(1, "b", correlation="outer"), *failures)


def test_any_instant_of_an_inner_episode_counts_for_an_order() -> None:
    going_on = [a_hit(second) for second in range(0, 100, 3)]
    assert run(chain(), *going_on, a_hit(150, "b", correlation="outer"))
    assert run(chain(), a_hit(150, "b", correlation="outer"), *going_on)


def test_inner_episodes_count_as_one_each() -> None:
    counted = chain("event_count", condition={"gte": 2})
    assert not run(counted, *(a_hit(second) for second in range(9)))
    assert run(counted, *(a_hit(second) for second in (0, 1, 2, 30, 31, 32)))


def test_a_disproved_inner_episode_leaves_the_outer_one() -> None:
    inner = a_linked("event_count", ["a"], {"eq": 1})
    outer = chain()[1]
    correlator = Correlator([inner, outer])
    correlator.feed(a_hit(5))
    assert [each.correlation.id for each in correlator.feed(a_hit(9, "b", correlation="outer"))] == ["outer"]
    superseded = [each.correlation.id for each in correlator.feed(a_hit(5, event="late")) if each.superseded]
    assert superseded == ["corr", "outer"]


def test_the_outer_group_comes_from_the_members_where_the_inner_has_none() -> None:
    outer = chain(aliases={})[1]
    object.__setattr__(outer.correlation, "group_by", ("host",))
    carried = [
        BaseHit("a", f"e{second}", time_of(second), "corr", (("user", "u"),), ((), ("u",), {"host": ["PC1"]}), "x")
        for second in range(3)
    ]
    answer = BaseHit("b", "e9", time_of(9), "outer", (("host", "pc1"),), ((), ("pc1",), {}), "x")
    assert run([MANY, outer], *carried, answer)


def test_what_memory_let_go_comes_back_from_the_stored_hits() -> None:
    linked = a_linked("event_count", ["a"], {"gte": 2})
    stored = [a_hit(0), a_hit(1_000_000)]

    def history(correlation: str, group: Any, first: datetime, last: datetime) -> list[BaseHit]:
        return [each for each in stored if first <= each.at <= last]

    correlator = Correlator([linked], history=history)
    correlator.rebuild(stored)
    assert correlator.open_groups() == 1
    assert correlator.forget(time_of(0) + timedelta(days=20)) == 2
    assert correlator.open_groups() == 0
    assert [episode.count for episode in correlator.feed(a_hit(5))] == [2]


def test_a_group_that_is_still_warm_is_kept() -> None:
    correlator = Correlator([a_linked("event_count", ["a"], {"gte": 2})])
    correlator.rebuild([a_hit(0), a_hit(100)])
    assert correlator.forget(time_of(50_000_000)) == 0
    assert correlator.open_groups() == 1


def test_past_a_bound_the_count_is_told_to_be_a_lower_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MAX_GROUP_HITS", 8)
    correlator = Correlator([a_linked("event_count", ["a"], {"gte": 2}, timespan="1h")])
    found = [episode for second in range(20) for episode in correlator.feed(a_hit(second))]
    assert correlator.evicted["corr"] > 0
    assert found[-1].lower_bound
    assert len({episode.id for episode in found}) == 1


def test_past_the_bound_of_groups_the_coldest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MAX_GROUPS", 2)
    correlator = Correlator([a_linked("event_count", ["a"], {"gte": 2})])
    correlator.rebuild([a_hit(second, user=f"u{second}") for second in range(3)])
    assert correlator.open_groups() == 2
    assert correlator.evicted["corr"] == 1


def test_a_hit_of_no_correlation_is_nothing() -> None:
    assert Correlator([]).feed(a_hit(0)) == []


def a_filter(selection: str, more: str = "") -> Filter:
    text = f"title: F\nid: f\nfilter: {{rules: [corr], x: {selection}, condition: not x}}\n{more}"
    (document,) = read_documents(text.encode(), "f.yml", {})
    assert isinstance(document.content, Filter), document.faults
    return document.content


def an_eventful_hit(second: int, **fields: Any) -> BaseHit:
    return replace(a_hit(second), event={"@timestamp": str(second), **fields})


@pytest.mark.parametrize(
    "selection, more, left",
    [
        ("{user: U}", "", 0),
        ("{user: other}", "", 1),
        ("{host: pc1}", "", 0),
        ("{port: 22}", "", 1),
        ("[u]", "", 0),
        ("{user: U}", "expires: 1969-01-01\n", 1),
        ("{user: U}", "units: [unassigned]\n", 0),
        ("{user: U}", "units: [vinh]\n", 1),
    ],
)
def test_a_filter_of_a_correlation_sees_its_group_and_what_all_members_share(
    selection: str, more: str, left: int
) -> None:
    linked = a_linked("event_count", ["a"], {"gte": 2})
    correlator = Correlator([linked], filters=[a_filter(selection, more)])
    hits = [an_eventful_hit(second, host="PC1", port=second) for second in (21, 22)]
    assert len([episode for each in hits for episode in correlator.feed(each)]) == left
    assert correlator.removed["f"] == 1 - left


def test_after_a_rebuild_an_episode_keeps_the_id_it_was_told_with() -> None:
    linked = a_linked("event_count", ["a"], {"gte": 2})
    live = Correlator([linked])
    arrivals = [a_hit(5), a_hit(6), a_hit(1)]
    told = [episode for each in arrivals for episode in live.feed(each)]
    assert len({episode.id for episode in told}) == 1
    rebuilt = Correlator([linked])
    rebuilt.rebuild(sorted(arrivals, key=lambda each: each.at))
    rebuilt.adopt([hit_of_episode(told[-1]), replace(hit_of_episode(told[-1]), correlation=None)])
    (after,) = rebuilt.feed(a_hit(7))
    assert after.id == told[0].id
