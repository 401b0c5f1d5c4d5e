"""The loop of the senders against doors that take, refuse, break and forget to answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from reports.outbox import Outbox
from reports.simulate.publisher import Publisher
from reports.simulate.push import Answer, Result, answer_of
from reports.simulate.scenario import Kind, Mishap, Scenario
from tests.unit.reports.simulate.worlds import NOW, a_plan

ONLY = frozenset({"press_social"})
MINUTE = timedelta(minutes=1)


class FakeDoor:
    """Answers what it is told to, then takes everything."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []
        self.beats: list[str] = []

    def push(self, sender: str, body: bytes) -> Answer:
        self.bodies.append(body)
        return self.answers.pop(0) if self.answers else Answer(Result.TAKEN, "{}")

    def beat(self, sender: str) -> bool:
        self.beats.append(sender)
        return True

    @property
    def ids(self) -> list[str]:
        return [item["observation_id"] for body in self.bodies for item in orjson.loads(body)["observations"]]


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox(tmp_path / "outbox.db")
    yield opened
    opened.close()


def run(publisher: Publisher, minutes: int, first: int = 0) -> None:
    for number in range(first, minutes + 1):
        publisher.step(NOW + number * MINUTE)


def test_every_due_figure_goes_out_once(outbox: Outbox) -> None:
    door, plan = FakeDoor(), a_plan(Scenario("press", only=ONLY))
    run(Publisher(plan, outbox, door), 130)
    due = [one.item["observation_id"] for one in plan.between("demo-press", NOW, NOW + 130 * MINUTE)]
    assert sorted(door.ids) == sorted(due)
    assert len(due) > 8


def test_a_broken_link_loses_nothing_and_keeps_the_order(outbox: Outbox) -> None:
    broken = [Answer(Result.AGAIN, "refused")] * 3
    door, plan = FakeDoor(*broken), a_plan(Scenario("press", only=ONLY))
    run(Publisher(plan, outbox, door), 130)
    assert len(set(door.bodies[:4])) == 1
    due = [one.item["observation_id"] for one in plan.between("demo-press", NOW, NOW + 130 * MINUTE)]
    assert list(dict.fromkeys(door.ids)) == due


def test_a_new_process_goes_on_where_the_old_one_was(outbox: Outbox) -> None:
    door, plan = FakeDoor(), a_plan(Scenario("press", only=ONLY))
    run(Publisher(plan, outbox, door), 61)
    run(Publisher(plan, outbox, door), 130, first=62)
    due = [one.item["observation_id"] for one in plan.between("demo-press", NOW, NOW + 130 * MINUTE)]
    assert sorted(door.ids) == sorted(due)


def test_a_refused_batch_is_a_dead_letter_and_the_next_goes_on(outbox: Outbox) -> None:
    door = FakeDoor(Answer(Result.NEVER, "403 the key does not hold"))
    run(Publisher(a_plan(Scenario("press", only=ONLY)), outbox, door), 130)
    assert outbox.counts()["dead"] == 1
    assert outbox.counts()["done"] >= 1


def test_items_to_be_tried_again_are_sent_alone(outbox: Outbox) -> None:
    door = FakeDoor(Answer(Result.TAKEN, "{}", retry=(1,)))
    run(Publisher(a_plan(Scenario("press", only=ONLY)), outbox, door), 70)
    first, second = (orjson.loads(body) for body in door.bodies[:2])
    assert second["observations"] == [first["observations"][1]]
    assert first["batch_id"] != second["batch_id"]


def test_a_dead_link_gives_no_sign_of_life(outbox: Outbox) -> None:
    down = Mishap(Kind.LINK_DOWN, subsystem="press_social", since=-MINUTE, by=timedelta(hours=1))
    door = FakeDoor()
    publisher = Publisher(a_plan(Scenario("press", only=ONLY, mishaps=(down,))), outbox, door)
    run(publisher, 55)
    assert (door.bodies, door.beats) == ([], [])
    run(publisher, 130, first=56)
    assert door.bodies
    assert set(door.beats) == {"demo-press"}


def test_answers_mean_taken_again_or_never() -> None:
    receipt = b'{"summary": {"accepted": 1}, "items": [{"index": 4, "retry": true}, {"index": 5, "retry": false}]}'
    assert answer_of(200, receipt).retry == (4,)
    assert answer_of(429, b"", "12").wait_seconds == 12
    assert [answer_of(status, b"").result for status in (429, 500, 503, 400, 403, 409)] == [Result.AGAIN] * 3 + [
        Result.NEVER
    ] * 3
