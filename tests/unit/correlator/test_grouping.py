from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from correlator.grouping import Grouping, alertable, fingerprints, group, samples
from correlator.hits import fingerprint
from soc.alert import Alert, CorrelationFacts, Hit, Level, RuleCard, Status, Verdict
from tests.builders import NOON, an_event

CARD = RuleCard("r", "Rule", Level.HIGH, "author")


def a_hit(
    number: int = 0,
    *,
    level: Level = Level.HIGH,
    entities: Sequence[tuple[str, str]] = (("host.name", "PC1"),),
    **more: Any,
) -> Hit:
    at = more.pop("at", NOON + timedelta(seconds=number))
    event = an_event(at, number=number)
    return Hit(
        f"hit{number}", replace(CARD, level=level), at, "vinh", tuple(entities), {}, (event["event.id"],), (event,)
    )


def grouped(hits: Sequence[Hit], *known: Alert, now: datetime = NOON) -> Grouping:
    latest = {alert.fingerprint: alert for alert in known}
    return group(hits, latest, dict.fromkeys(latest, 1), now)


def closed(verdict: Verdict, level: Level = Level.HIGH) -> Alert:
    (alert,) = grouped([a_hit(level=level)]).raised
    return replace(alert, status=Status.CLOSED, verdict=verdict, closed_at=NOON)


def test_hits_of_one_fingerprint_are_one_alert_with_the_exact_count() -> None:
    found = grouped([a_hit(number) for number in range(500)])
    (alert,) = found.raised
    assert (alert.count, alert.first_event, alert.last_event) == (500, NOON, NOON + timedelta(seconds=499))
    assert len(alert.samples) == 20
    assert len(found.joined[alert.id]) == 500


def test_levels_choose_how_many_entities_make_an_alert() -> None:
    pairs = [("host.name", "PC1"), ("user.name", "An")]
    others = [("host.name", "PC1"), ("user.name", "Bình")]
    for level, alerts in ((Level.HIGH, 2), (Level.MEDIUM, 1), (Level.LOW, 1)):
        hits = [a_hit(1, level=level, entities=pairs), a_hit(2, level=level, entities=others)]
        assert len(grouped(hits).raised) == alerts
    low = [a_hit(1, level=Level.LOW), a_hit(2, level=Level.LOW, entities=[("host.name", "PC2")])]
    (alert,) = grouped(low).raised
    assert [value for _, value in alert.entities] == ["PC1", "PC2"]


def test_case_and_form_of_an_entity_do_not_make_another_alert() -> None:
    spellings = ["ĐÀ", "đà", "đa\u0300"]
    assert len(fingerprints(a_hit(entities=[("user.name", name)]) for name in spellings)) == 1


def test_an_open_alert_takes_hits_whatever_the_gap() -> None:
    (alert,) = grouped([a_hit()]).raised
    found = grouped([a_hit(at=NOON + timedelta(days=90))], replace(alert, status=Status.IN_PROGRESS))
    assert found.raised == ()
    assert (found.grown[0].count, found.grown[0].since_close) == (2, 0)


@pytest.mark.parametrize(
    "verdict, level, later, outcome",
    [
        (Verdict.FALSE_POSITIVE, Level.LOW, timedelta(days=29), "silent"),
        (Verdict.FALSE_POSITIVE, Level.LOW, timedelta(days=30), "new"),
        (Verdict.BENIGN_TRUE, Level.MEDIUM, timedelta(days=6), "silent"),
        (Verdict.BENIGN_TRUE, Level.MEDIUM, timedelta(days=7), "new"),
        (Verdict.FALSE_POSITIVE, Level.HIGH, timedelta(hours=23), "silent"),
        (Verdict.FALSE_POSITIVE, Level.CRITICAL, timedelta(seconds=1), "new"),
        (Verdict.TRUE_POSITIVE, Level.HIGH, timedelta(minutes=15), "silent"),
        (Verdict.TRUE_POSITIVE, Level.HIGH, timedelta(minutes=16), "reopened"),
        (Verdict.UNDETERMINED, Level.HIGH, timedelta(minutes=1), "new"),
    ],
)
def test_after_closing_the_verdict_decides(verdict: Verdict, level: Level, later: timedelta, outcome: str) -> None:
    old = closed(verdict, level)
    found = grouped([a_hit(1, level=level, at=NOON + later)], old)
    if outcome == "new":
        assert [alert.previous for alert in found.raised] == [old.id]
        assert found.raised[0].id != old.id
    else:
        assert [alert.since_close for alert in found.grown] == [1 if outcome == "silent" else 0]
        assert found.reopened == ((old.id,) if outcome == "reopened" else ())


def test_a_heavier_level_resurfaces_at_once() -> None:
    old = closed(Verdict.FALSE_POSITIVE, Level.LOW)
    hit = a_hit(1, level=Level.MEDIUM)
    same = replace(old, fingerprint=fingerprint(hit))
    assert [alert.level for alert in grouped([hit], same).raised] == [Level.MEDIUM]


def test_an_open_alert_rises_with_its_hits() -> None:
    (alert,) = grouped([a_hit(level=Level.HIGH)]).raised
    found = grouped([a_hit(1, level=Level.CRITICAL)], alert)
    assert found.grown[0].level is Level.CRITICAL


def test_an_episode_that_goes_on_adds_only_what_is_new() -> None:
    facts = CorrelationFacts("event_count", (), NOON, NOON + timedelta(minutes=5), 7, "")
    episode = replace(a_hit(), correlation=facts, count=7)
    (alert,) = grouped([replace(episode, count=4)]).raised
    found = group([], {alert.fingerprint: alert}, {}, NOON, growth=[(episode, 3)])
    assert (found.grown[0].count, found.grown[0].last_event) == (7, NOON + timedelta(minutes=5))
    assert found.joined == {}


def test_informational_and_muted_hits_raise_nothing() -> None:
    hits = [a_hit(level=Level.INFORMATIONAL), a_hit(level=Level.LOW)]
    assert list(alertable(hits, {"r"})) == []
    assert len(list(alertable(hits, set()))) == 1


def test_a_repeated_batch_raises_the_same_ids() -> None:
    assert grouped([a_hit()]).raised[0].id == grouped([a_hit()]).raised[0].id


def test_more_than_a_thousand_entities_are_told_apart_from_a_thousand() -> None:
    hits = [a_hit(n, level=Level.LOW, entities=[("host.name", f"PC{n}")]) for n in range(1_200)]
    assert len(grouped(hits).raised[0].entities) == 1_001


@given(order=st.permutations(range(60)), cut=st.integers(1, 59))
@settings(deadline=None, max_examples=200)
def test_samples_do_not_depend_on_order_or_batches(order: list[int], cut: int) -> None:
    events = [an_event(NOON + timedelta(seconds=number), number=number) for number in range(60)]
    shuffled = [events[number] for number in order]
    whole = samples("print", events)
    assert samples("print", (*samples("print", shuffled[:cut]), *shuffled[cut:])) == whole
    assert [event["number"] for event in whole[:5]] == [0, 1, 2, 3, 4]
    assert [event["number"] for event in whole[-5:]] == [55, 56, 57, 58, 59]
