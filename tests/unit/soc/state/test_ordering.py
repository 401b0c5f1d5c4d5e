from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from soc.access import SYSTEM, Scope
from soc.alert import Action, Actor, Alert, Lane, Level, Status, Verdict
from soc.clock import ManualClock
from soc.entity import EntityKind
from soc.order import cents
from soc.paths import DataDir
from soc.state.moves import Question, act
from soc.state.ordering import refresh
from soc.state.queue import AlertFilter
from soc.state.store import State
from soc.state.tables.alerts import alert
from soc.state.tables.triage import entity_fact
from tests.builders import NOON, a_card, an_alert

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AN = Actor("an")


def raise_(state: State, *alerts: Alert, at: timedelta = timedelta(0)) -> None:
    with state.write() as tx:
        tx.alerts.insert(tx.storms.guard(alerts, NOON + at), at=NOON + at)


def get(state: State, name: str) -> Alert:
    with state.read() as tx:
        return tx.alerts.get(name, SYSTEM)


def order(state: State, wanted: AlertFilter | None = None) -> list[str]:
    with state.read() as tx:
        return [one.id for one in tx.queue.page(wanted or AlertFilter(), SYSTEM, limit=500).alerts]


def move(state: State, name: str, action: Action, minutes: int, **fields: object) -> Alert:
    at = NOON + minutes * MINUTE
    with state.write() as tx:
        revision = tx.alerts.get(name, SYSTEM).revision
        return act(tx, name, action, by=AN, scope=SYSTEM, revision=revision, at=at, request_id="", **fields)  # type: ignore[arg-type]


def test_a_new_alert_has_its_limits_and_its_place(state: State) -> None:
    raise_(state, an_alert())
    one = get(state, "alert-1")
    assert (one.ack_due, one.resolve_due) == (NOON + 30 * MINUTE, NOON + 24 * HOUR)
    assert (one.priority, one.band, one.ordered_at, one.lane) == (73.0, 1, NOON, "queue")


def test_what_waits_longer_comes_first_within_its_band(state: State) -> None:
    raise_(state, an_alert("old", raised_at=NOON), an_alert("low", rule=a_card("low", level=Level.LOW)))
    raise_(state, an_alert("new", raised_at=NOON + 20 * MINUTE), at=20 * MINUTE)
    raise_(state, an_alert("worst", rule=a_card("worst", level=Level.CRITICAL), raised_at=NOON + 20 * MINUTE))
    refresh(state, NOON + 20 * MINUTE)
    ours = AlertFilter(rules=("rule-1", "low", "worst"))  # their person's risk has an alert of its own
    assert order(state, ours) == ["worst", "old", "new", "low"]
    assert get(state, "old").priority > get(state, "new").priority


def test_a_refresh_writes_only_what_changes(state: State) -> None:
    raise_(state, an_alert())
    refresh(state, NOON)
    assert refresh(state, NOON + MINUTE) == 0
    assert refresh(state, NOON + 2 * MINUTE) == 1
    assert get(state, "alert-1").waited == 5
    refresh(state, NOON + 5 * HOUR)
    assert refresh(state, NOON + 500 * HOUR) == 0


def test_an_overdue_alert_moves_up_and_one_that_was_taken_in_time_does_not(state: State) -> None:
    medium = a_card("medium", level=Level.MEDIUM)
    raise_(state, an_alert("late", rule=medium), an_alert("taken", rule=medium))
    move(state, "taken", Action.TAKE, 1)
    refresh(state, NOON + timedelta(days=3))
    assert (get(state, "late").band, get(state, "taken").band) == (1, 2)


def test_risk_of_a_shared_entity_lifts_its_open_alerts_and_never_lets_them_fall(state: State) -> None:
    raise_(state, an_alert("first", entities=(("host.name", "PC-1"),)))
    raise_(state, an_alert("other", rule=a_card("rule-2"), entities=(("host.name", "pc-1"),)))
    refresh(state, NOON)
    assert (get(state, "first").risk, get(state, "other").risk) == (40.0, 40.0)
    lifted = get(state, "first").priority
    with state.read() as tx:
        assert tx.risk.of(EntityKind.HOST, "PC-1", SYSTEM, NOON).total == 80.0
    move(state, "other", Action.CLOSE, 1, verdict=Verdict.FALSE_POSITIVE, reason="rule_logic")
    refresh(state, NOON + MINUTE)
    assert get(state, "first").priority >= lifted
    with state.read() as tx:
        found = tx.risk.of(EntityKind.HOST, "pc-1", SYSTEM, NOON + MINUTE)
        assert [part.counted for part in found.parts] == [40, 0]


def test_a_few_new_alerts_get_the_risk_of_their_entities_at_once(state: State) -> None:
    raise_(state, an_alert("first", entities=(("host.name", "pc-1"),)))
    raise_(state, an_alert("other", rule=a_card("rule-2"), entities=(("host.name", "pc-1"),)))
    assert get(state, "other").risk == 20.0


def test_the_system_level_of_an_entity_weighs_from_the_next_refresh_on(state: State) -> None:
    raise_(state, an_alert(entities=(("host.name", "pc-1"),)))
    refresh(state, NOON)
    with state.write() as tx:
        fact = {"kind": "host", "key": "pc-1", "name": "level", "at": NOON, "by": "an", "unit_id": "so_y_te"}
        tx.connection.execute(insert(entity_fact), [fact | {"text": "1"}, fact | {"text": "5"}])
    refresh(state, NOON)
    one = get(state, "alert-1")
    assert (one.asset_level, one.priority) == (5, 73 * 1.25 + one.risk)
    with state.read() as tx:
        assert tx.risk.of(EntityKind.HOST, "pc-1", SYSTEM, NOON).total == 50.0


def test_the_sum_that_is_shown_adds_up_to_the_stored_order(state: State) -> None:
    raise_(state, an_alert("first"), an_alert("other", rule=a_card("rule-2")))
    refresh(state, NOON + 20 * MINUTE)
    with state.read() as tx:
        for one in tx.queue.page(AlertFilter(), SYSTEM).alerts:
            found = tx.queue.sum_of(one, NOON)
            assert sum(cents(part.points) for part in found.parts) == cents(found.total) == cents(one.priority)
            rank = tx.connection.scalar(select(alert.c.rank).where(alert.c.id == one.id))
            assert rank == -cents(found.total)


def test_asking_the_unit_moves_the_resolve_limit_by_the_pause(state: State) -> None:
    raise_(state, an_alert())
    asked = move(
        state, "alert-1", Action.ASK_UNIT, 60, question=Question("Which?", "Bình", NOON + 3 * HOUR), note="asked"
    )
    assert (asked.taken_at, asked.unit_due, asked.status) == (NOON + HOUR, NOON + 3 * HOUR, Status.WAITING_UNIT)
    answered = move(state, "alert-1", Action.RESUME, 120)
    assert (answered.unit_due, answered.resolve_due) == (None, NOON + 25 * HOUR)
    assert get(state, "alert-1") == answered


def test_a_closed_alert_leaves_the_order_and_comes_back_when_reopened(state: State) -> None:
    raise_(state, an_alert())
    move(state, "alert-1", Action.CLOSE, 1, verdict=Verdict.TRUE_POSITIVE, reason="attack_blocked")
    assert order(state) == []
    refresh(state, NOON + HOUR)
    assert get(state, "alert-1").waited == 0
    move(state, "alert-1", Action.REOPEN, 90)
    assert order(state) == ["alert-1"]
    assert get(state, "alert-1").waited == 200


def test_growth_enters_new_entities_once(state: State) -> None:
    raise_(state, an_alert(entities=(("host.name", "pc-1"),)))
    one = get(state, "alert-1")
    for _ in range(2):
        with state.write() as tx:
            tx.alerts.grow([replace(one, entities=(("host.name", "pc-1"), ("user.name", "An")))], at=NOON)
    with state.read() as tx:
        found = AlertFilter(entities=((EntityKind.USER, "AN"),))
        assert [each.id for each in tx.queue.page(found, SYSTEM).alerts] == ["alert-1"]
        assert tx.risk.of(EntityKind.USER, "an", SYSTEM, NOON).total == 40.0


def test_the_risk_of_a_unit_is_weighed_from_its_entities_in_scope(state: State) -> None:
    raise_(state, an_alert(entities=(("host.name", "pc-1"),)))
    with state.read() as tx:
        assert tx.risk.of(EntityKind.UNIT, "so_y_te", SYSTEM, NOON).total == pytest.approx(40 / 2.5924, abs=0.01)
        assert tx.risk.of(EntityKind.UNIT, "so_y_te", Scope(frozenset()), NOON).total == 0
        assert tx.risk.of(EntityKind.HOST, "pc-1", Scope(frozenset({"so_noi_vu"})), NOON).parts == ()


def test_a_rule_that_is_mostly_wrong_is_believed_less(state: State) -> None:
    wrong = [
        an_alert(f"a{n}", status=Status.CLOSED, verdict=Verdict.FALSE_POSITIVE, entities=(), raised_at=NOON)
        for n in range(20)
    ]
    raise_(state, *wrong)
    raise_(state, an_alert("next", entities=(("host.name", "pc-1"),)))
    with state.read() as tx:
        assert tx.risk.of(EntityKind.HOST, "pc-1", SYSTEM, NOON).total == 12.0


def test_an_entity_that_crosses_a_hundred_raises_one_alert_a_day_that_adds_no_risk(state: State) -> None:
    host = (("host.name", "PC-1"),)
    for n in range(3):
        raise_(state, an_alert(f"a{n}", rule=a_card(f"rule-{n}"), entities=host))
    refresh(state, NOON)
    raise_(state, an_alert("b", rule=a_card("rule-b"), entities=host, raised_at=NOON + HOUR), at=HOUR)
    refresh(state, NOON + HOUR)
    refresh(state, NOON + HOUR)
    with state.read() as tx:
        (told,) = tx.queue.page(AlertFilter(rules=("soc-high-risk",)), SYSTEM).alerts
        assert (told.entities, told.level, told.matched) == (host, Level.HIGH, {"soc.risk.score": 120.0})
        assert tx.risk.of(EntityKind.HOST, "pc-1", SYSTEM, NOON).total == 160.0
        assert tx.alerts.get(told.id, SYSTEM).band == 1
        assert list(tx.alerts.differences(SYSTEM)) == []
    later = 25 * HOUR
    raise_(state, *(an_alert(f"c{n}", rule=a_card(f"c-{n}"), entities=host, raised_at=NOON + later) for n in range(3)))
    refresh(state, NOON + later)
    with state.read() as tx:
        assert tx.queue.count(AlertFilter(rules=("soc-high-risk",)), SYSTEM) == 2


def test_what_passes_the_days_budget_goes_to_the_digest_lightest_first(state: State) -> None:
    state.limits = replace(state.limits, budget=3)
    low, high = a_card("low", level=Level.LOW), a_card("high")
    raise_(state, *(an_alert(f"a{n}", rule=low, raised_at=NOON + n * MINUTE) for n in range(5)))
    raise_(state, *(an_alert(f"h{n}", rule=high) for n in range(5)))
    move(state, "a4", Action.TAKE, 5)
    refresh(state, NOON + 6 * MINUTE)
    lanes = {name: get(state, name).lane for name in ("a0", "a1", "a2", "a3", "a4", "h4")}
    assert lanes == {"a0": "queue", "a1": "queue", "a2": "digest", "a3": "digest", "a4": "queue", "h4": "queue"}
    with state.read() as tx:
        assert tx.queue.lanes(SYSTEM) == {"queue": 8, "digest": 2, "storm": 0}
        assert sum(tx.queue.lanes(SYSTEM).values()) == tx.queue.count(AlertFilter(), SYSTEM)
    state.limits = replace(state.limits, budget=9)
    refresh(state, NOON + 7 * MINUTE)
    with state.read() as tx:
        assert tx.queue.lanes(SYSTEM)[Lane.DIGEST] == 0


def test_counts_are_kept_whatever_changes(state: State) -> None:
    raise_(state, an_alert("a"), an_alert("b", rule=a_card("low", level=Level.LOW)))
    move(state, "a", Action.TAKE, 1)
    with state.read() as tx:
        counts = tx.queue.counts(SYSTEM)
        assert counts[Status.IN_PROGRESS, Level.HIGH] == counts[Status.NEW, Level.LOW] == 1
        assert sum(counts.values()) == 2
        assert sum(tx.queue.counts(SYSTEM, lanes=(Lane.STORM,)).values()) == 0


def test_alerts_of_an_older_file_get_their_lane_entities_and_counts(tmp_path_factory: pytest.TempPathFactory) -> None:

    from soc.state import schema

    data = DataDir(tmp_path_factory.mktemp("older") / "data").make()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "HEAD", "0003")
        patch.setattr(schema, "REVISIONS", schema.REVISIONS[:3])
        old = State.__new__(State)
        State.__init__(old, data.state, ManualClock(NOON), b"")
        schema.migrate(old._writer, data.state)
        with old._writer.begin() as connection:
            card = '{"id":"r1","title":"Đăng nhập","level":"high","author":"An","tags":["attack.t1110"],"title_vi":""}'
            connection.exec_driver_sql("INSERT INTO rule_card VALUES ('k1', ?)", (card,))
            connection.exec_driver_sql(
                "INSERT INTO alert (id, number, fingerprint, rule_id, rule_key, unit_id, level, band, status, open, "
                "flags, raised_at, first_event, last_event, count, since_close, entities, matched, samples, "
                "weak_filter, text, revision) VALUES ('a1', 1, 'f', 'r1', 'k1', 'u', 'high', 1, 'new', 1, '[]', 5, 5, "
                "5, 1, 0, '[[\"host.name\",\"PC-1\"]]', '{}', '[]', '[]', 'x', 1)"
            )
            connection.exec_driver_sql(
                "INSERT INTO alert_event (alert_id, unit_id, at, actor, actor_kind, kind, before, after, note, "
                "request_id) VALUES ('a1', 'u', 5, 'system', 'system', 'raised', '{}', "
                '\'{"level":"high","status":"new"}\', \'\', \'\')'
            )
        old.close()
    state = State.open(data, ManualClock(NOON))
    with state.read() as tx:
        found = tx.queue.page(
            AlertFilter(entities=((EntityKind.HOST, "pc-1"),), tactics=("credential-access",)), SYSTEM
        )
        assert [(one.id, one.lane, one.band, one.priority) for one in found.alerts] == [("a1", "queue", 1, 73.0)]
        assert tx.queue.count(AlertFilter(text="dang nhap"), SYSTEM) == 1
        assert tx.queue.counts(SYSTEM)[Status.NEW, Level.HIGH] == 1
        assert len(tx.alerts.history("a1", SYSTEM)) == 1
    with state.write() as tx:
        act(tx, "a1", Action.TAKE, by=AN, scope=SYSTEM, revision=1, at=NOON, request_id="")
    state.close()
