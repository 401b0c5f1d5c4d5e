from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from correlator.compile import Match, RuleSet
from correlator.detect import QUIET, RELOAD, RETRY, Detect
from correlator.pack import Pack
from soc.access import SYSTEM
from soc.alert import SUPERSEDED, SYSTEM_ACTOR, Action, Actor, Alert, Level, Status, Verdict
from soc.clock import ManualClock
from soc.errors import PositionMoved, StateError
from soc.event import Event, EventView, encode
from soc.journal.body import LINES
from soc.journal.memory_log import MemoryLog
from soc.logsource import load_table
from soc.state import moves
from soc.state.life import Life, replay
from soc.state.queue import AlertFilter
from soc.state.store import State, Tx
from tests.builders import NOON, an_event

MINUTE = timedelta(minutes=1)
RULES = """
title: One bad name
id: 11111111-1111-4111-8111-111111111111
level: {level}
logsource: {{product: linux, service: sshd}}
detection: {{selection: {{user.name: bad}}, condition: selection}}
---
title: Failed logon
id: 22222222-2222-4222-8222-222222222222
name: failed
level: low
logsource: {{product: linux, service: sshd}}
detection: {{selection: {{event.outcome: failure}}, condition: selection}}
---
title: Many failed logons
id: 33333333-3333-4333-8333-333333333333
level: high
correlation: {{type: event_count, rules: [failed], group-by: [source.ip], timespan: 1h, condition: {{{many}}}}}
"""
ONE, FAILED, MANY = (str(n) * 8 + f"-{str(n) * 4}-4{str(n) * 3}-8{str(n) * 3}-" + str(n) * 12 for n in (1, 2, 3))


@dataclass
class Chain:
    """An event log, a state store and the loop between them."""

    folder: Path
    state: State
    clock: ManualClock
    log: MemoryLog = field(default_factory=lambda: MemoryLog(form=LINES))
    loop: Detect = field(init=False)

    def write_rules(self, *, level: str = "high", many: str = "gte: 3") -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "rules.yml").write_text(RULES.format(level=level, many=many))

    def start(self) -> Detect:
        self.loop = Detect(self.log, self.state, Pack([self.folder]), load_table(), self.clock)
        return self.loop

    def take(self, *events: Event) -> None:
        """One batch of events, and the step that reads it."""
        self.log.append([encode(event) for event in events], at_ns=0)
        self.loop.step(self.clock.now())

    def alerts(self) -> dict[str, Alert]:
        """Rule -> its one alert."""
        with self.state.read() as tx:
            found = tx.queue.page(AlertFilter(statuses=tuple(Status)), SYSTEM).alerts
        assert len({alert.rule.id for alert in found}) == len(found)
        return {alert.rule.id: alert for alert in found}

    def many(self) -> Alert:
        return self.alerts()[MANY]

    def episodes(self) -> list[str]:
        with self.state.read() as tx:
            return [hit.id for hit in tx.hits.of_rules([MANY], NOON - 1_000 * MINUTE, SYSTEM)]


@pytest.fixture
def chain(tmp_path: Path, state: State, clock: ManualClock) -> Chain:
    made = Chain(tmp_path / "rules", state, clock)
    made.write_rules()
    made.start()
    return made


def failed(minute: float, n: int = 0) -> Event:
    at = NOON + minute * MINUTE
    return an_event(at, source_ip="192.0.2.9", event_outcome="failure", message=str(n)) | {"soc.route": "linux.sshd"}


def bad(n: int = 0) -> Event:
    return an_event(user_name="bad", message=str(n)) | {"soc.route": "linux.sshd"}


def test_hits_raise_one_alert_and_the_position_moves_with_them(chain: Chain, state: State) -> None:
    chain.take(bad(1), an_event(), bad(2))
    alert = chain.alerts()[ONE]
    assert (alert.count, alert.level, chain.loop.position()) == (2, Level.HIGH, {"events": 2})
    with state.read() as tx:
        assert tx.positions.get("detect", "events") == 2


def test_a_rule_that_a_correlation_tells_of_raises_nothing_itself(chain: Chain) -> None:
    chain.take(failed(0), failed(1))
    assert chain.alerts() == {}
    chain.take(failed(2))
    assert {rule: alert.count for rule, alert in chain.alerts().items()} == {MANY: 3}


def test_an_episode_grows_over_batches_and_a_restart(chain: Chain) -> None:
    chain.take(failed(0), failed(1), failed(2))
    chain.take(failed(3))
    first = chain.many()
    chain.start()
    chain.take(failed(4), failed(5))
    grown = chain.many()
    assert (first.id, first.count, grown.id, grown.count) == (grown.id, 4, first.id, 6)
    assert len(chain.episodes()) == 1


def test_a_late_hit_after_a_restart_joins_the_stored_window(chain: Chain) -> None:
    chain.take(failed(0), failed(2))
    chain.start()
    chain.take(failed(600))
    chain.take(failed(1))
    assert (chain.many().count, chain.many().last_event) == (3, NOON + 2 * MINUTE)


def test_events_read_again_change_nothing(chain: Chain, state: State) -> None:
    events = [failed(0), failed(1), failed(2), bad()]
    chain.take(*events)
    before = chain.alerts()
    chain.take(*events)
    assert chain.alerts() == before


def test_windows_that_were_let_go_come_back_from_the_stored_hits(chain: Chain) -> None:
    chain.take(failed(0), failed(1))
    chain.clock.advance(30 * 24 * 60 * MINUTE)
    chain.take(failed(30 * 24 * 60))
    assert chain.loop._windows.open_groups() == 1
    chain.take(failed(2))
    assert chain.many().count == 3


def test_late_hits_that_join_two_episodes_count_every_member_once(chain: Chain) -> None:
    chain.take(*(failed(minute) for minute in (0, 1, 2, 100, 101, 102)))
    assert (chain.many().count, len(chain.episodes())) == (6, 2)
    chain.take(failed(50), failed(55))
    assert (chain.many().count, chain.many().flags) == (8, ())


def test_a_joined_episode_keeps_its_id_over_a_restart(chain: Chain) -> None:
    for minutes in ((100, 101, 102), (0, 1, 2), (50, 55)):
        chain.take(*map(failed, minutes))
    chain.start()
    chain.take(failed(103))
    assert (chain.many().count, len(chain.episodes())) == (9, 2)


def test_an_alert_whose_hits_are_all_disproved_stays_and_is_marked(chain: Chain, state: State) -> None:
    chain.write_rules(many="eq: 2")
    chain.start()
    chain.take(failed(0, 1), failed(0, 2))
    raised = chain.many()
    chain.take(failed(0, 3))
    gone = chain.many()
    assert (raised.count, raised.flags, gone.count, gone.flags) == (2, (), 0, (SUPERSEDED,))
    assert (gone.id, gone.status) == (raised.id, raised.status)
    with state.read() as tx:
        history = tx.alerts.history(gone.id, SYSTEM)
        assert [event.kind for event in history] == ["raised", "superseded"]
        assert replay(history) == Life.of(gone)
        assert tx.audit.verify() is None


def test_an_episode_that_holds_again_counts_again(chain: Chain, state: State) -> None:
    chain.write_rules(many="neq: 3")
    chain.start()
    for n in range(3):
        chain.take(failed(0, n))
    assert (chain.many().count, chain.many().flags) == (0, (SUPERSEDED,))
    chain.start()
    chain.take(failed(0, 3))
    back = chain.many()
    assert (back.count, back.flags) == (4, ())
    with state.read() as tx:
        assert [event.kind for event in tx.alerts.history(back.id, SYSTEM)] == ["raised", "superseded", "restored"]


def test_an_alert_with_another_hit_only_loses_what_was_disproved(chain: Chain) -> None:
    chain.write_rules(many="eq: 2")
    chain.start()
    chain.take(failed(0), failed(10))
    chain.take(failed(5))
    assert (chain.many().count, chain.many().flags) == (2, ())


def test_what_is_disproved_before_it_was_told_leaves_no_alert(chain: Chain) -> None:
    chain.write_rules(many="eq: 2")
    chain.start()
    chain.take(failed(0, 1), failed(0, 2), failed(0, 3))
    assert chain.alerts() == {}


def test_a_second_detector_is_stopped_by_the_position(chain: Chain, state: State) -> None:
    other = Detect(chain.log, state, Pack([chain.folder]), load_table(), chain.clock)
    chain.take(bad())
    with pytest.raises(PositionMoved):
        other.step(NOON)
    assert chain.alerts()[ONE].count == 1


def test_a_second_detector_without_hits_is_stopped_too(chain: Chain, state: State) -> None:
    other = Detect(chain.log, state, Pack([chain.folder]), load_table(), chain.clock)
    chain.take(an_event())
    with pytest.raises(PositionMoved):
        other.step(NOON)


def test_rules_are_read_again_at_a_border_of_batches(chain: Chain) -> None:
    chain.take(bad(1))
    chain.write_rules(level="critical")
    chain.take(bad(2))
    assert chain.alerts()[ONE].level is Level.HIGH
    chain.clock.advance(RELOAD)
    chain.take(bad(3))
    assert (chain.alerts()[ONE].level, chain.alerts()[ONE].count) == (Level.CRITICAL, 3)


def test_an_alert_reopened_by_a_heavier_rule_is_open_and_heavier(chain: Chain, state: State) -> None:
    chain.take(bad(1))
    analyst = Actor("an")
    with state.write() as tx:
        alert = tx.alerts.get(chain.alerts()[ONE].id, SYSTEM)
        facts: dict[str, Any] = {"verdict": Verdict.TRUE_POSITIVE, "reason": "policy_violation"}
        words: dict[str, Any] = {"by": analyst, "scope": SYSTEM, "at": NOON, "request_id": ""}
        moves.act(tx, alert.id, Action.CLOSE, revision=alert.revision, **facts, **words)
    chain.write_rules(level="critical")
    chain.clock.advance(RELOAD)
    later = bad(2) | {"@timestamp": "2026-11-25T05:00:00.000000Z"}
    chain.take(later)
    again = chain.alerts()[ONE]
    assert (again.status, again.level, again.since_close) == ("reopened", Level.CRITICAL, 0)
    with state.read() as tx:
        history = tx.alerts.history(again.id, SYSTEM)
        assert history[-1].actor == SYSTEM_ACTOR.id
        assert replay(history) == Life.of(again)


def test_an_event_that_breaks_the_engine_is_counted_and_the_rest_goes_on(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate = RuleSet.evaluate

    def breaking(rules: RuleSet, event: EventView) -> list[Match]:
        if event.get("message") == "7":
            raise ZeroDivisionError
        return evaluate(rules, event)

    monkeypatch.setattr(RuleSet, "evaluate", breaking)
    chain.take(bad(1), bad(7), bad(2))
    assert (chain.alerts()[ONE].count, dict(chain.loop.errors)) == (2, {"ZeroDivisionError": 1})


def test_a_record_that_did_not_parse_is_no_business_of_rules(chain: Chain) -> None:
    chain.take(bad() | {"event.kind": "pipeline_error"})
    assert chain.alerts() == {}


def test_a_gap_is_stepped_over(chain: Chain, state: State) -> None:
    chain.take(bad(1))
    chain.log.continue_above(9)
    chain.take(bad(2))
    assert (chain.alerts()[ONE].count, chain.loop.position()) == (2, {"events": 10})


@contextmanager
def broken() -> Iterator[Tx]:
    raise StateError("disk full", code="SOC-1605")
    yield


def test_a_batch_whose_transaction_failed_is_written_once_the_store_works(
    chain: Chain, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "write", broken)
    chain.log.append([encode(event) for event in (failed(0), failed(1), failed(2))], at_ns=0)
    assert chain.loop.step(NOON) == NOON + RETRY
    assert (chain.loop.failure, chain.loop.position()) == ("disk full", {"events": -1})
    monkeypatch.undo()
    chain.loop.step(NOON + RETRY)
    assert (chain.loop.failure, chain.many().count) == (None, 3)


def test_a_position_that_could_not_be_stored_is_stored_later(
    chain: Chain, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "write", broken)
    chain.take(an_event())
    assert (chain.loop.failure, chain.loop.position()) == ("disk full", {"events": 0})
    monkeypatch.undo()
    chain.loop.step(NOON)
    with state.read() as tx:
        assert tx.positions.get("detect", "events") == 0


def test_without_hits_the_position_is_stored_twice_a_second(chain: Chain, state: State) -> None:
    stored: Callable[[], int] = lambda: _position(state)  # noqa: E731
    chain.take(an_event(message="1"))
    chain.take(an_event(message="2"))
    assert (stored(), chain.loop.position()) == (0, {"events": 1})
    chain.clock.advance(QUIET)
    chain.loop.step(chain.clock.now())
    assert stored() == 1


def _position(state: State) -> int:
    with state.read() as tx:
        return tx.positions.get("detect", "events")
