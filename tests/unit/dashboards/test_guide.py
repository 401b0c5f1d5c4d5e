"""The rule's guide: filled queries, ticks, ready questions, the visible gap."""

from __future__ import annotations

from datetime import timedelta

from dashboards.alerts.guide import Guide, guide_of
from soc.alert import ActorKind, Alert, AlertEvent, Level
from soc.entity import EntityKind
from tests.builders import NOON
from tests.unit.dashboards.life import an_alert

CHECK = (
    'Xem tài khoản `user.name:"{user.name}"`',
    "Hỏi đơn vị của {user.name}",
    'Sai cú pháp `user.name:"`',
    'Thiếu giá trị `url.domain:"{url.domain}"`',
)


def a_guide(alert: Alert, *history: AlertEvent, check: tuple[str, ...] = CHECK, act: tuple[str, ...] = ()) -> Guide:
    return guide_of(alert, check, act, history, {"an": "Nguyễn Thị An"}, now=NOON, translate=str)


def ticked(step: int, *, done: bool, seq: int = 1) -> AlertEvent:
    after = {"step": step, "done": done, "text": "x"}
    return AlertEvent(seq, "alert-a", NOON, "an", ActorKind.PERSON, "tick", {}, after, "", "r")


def test_a_query_is_filled_and_becomes_a_link_with_its_time() -> None:
    step = a_guide(an_alert()).check[0]
    ((query, href),) = step.pivots
    assert query == 'user.name:"hai.nv"'
    assert href.startswith("/hunt?q=user.name%3A%22hai.nv%22&since=2026-11-23T")
    assert step.text == "Xem tài khoản"


def test_a_value_cannot_leave_its_quotes() -> None:
    alert = an_alert(entities=(("user.name", 'a" or user.name:*\\'),), matched={}, samples=())
    ((query, _),) = a_guide(alert).check[0].pivots
    assert query == 'user.name:"a\\" or user.name:*\\\\"'


def test_a_query_that_cannot_be_read_or_filled_is_no_link() -> None:
    steps = a_guide(an_alert()).check
    assert [len(step.pivots) for step in steps] == [1, 0, 0, 0]
    assert any(part.code for part in steps[2].parts)


def test_the_last_tick_of_a_step_counts() -> None:
    guide = a_guide(an_alert(), ticked(0, done=True), ticked(1, done=True, seq=2), ticked(1, done=False, seq=3))
    assert [step.by for step in guide.check] == ["Nguyễn Thị An", "", "", ""]
    assert guide.ticked == 1


def test_a_rule_without_steps_gets_one_question_for_each_kind_of_entity() -> None:
    alert = an_alert(entities=(("source.ip", "203.0.113.45"), ("source.ip", "203.0.113.46"), ("user.name", "hai.nv")))
    guide = a_guide(alert, check=())
    assert [question.thing.kind for question in guide.questions] == [EntityKind.USER, EntityKind.IP, EntityKind.IP]
    assert guide.gap


def test_a_low_rule_without_a_guide_is_no_gap() -> None:
    assert not a_guide(an_alert(level=Level.LOW), check=()).gap
    assert not a_guide(an_alert(), check=(), act=("Khóa tài khoản",)).gap


def test_a_question_never_ends_after_now_nor_before_the_alert() -> None:
    late = an_alert(raised_at=NOON + timedelta(hours=1), first_event=NOON + timedelta(hours=1))
    assert "until=2026-11-24T06%3A01" in a_guide(late).check[0].pivots[0][1]
