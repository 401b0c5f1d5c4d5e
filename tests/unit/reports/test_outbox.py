"""What waits survives restarts, in order; what is never taken ends as a dead letter that can be sent again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.outbox import FIRST_WAIT, LONGEST_WAIT, Letter, Outbox, wait_of
from tests.unit.reports.simulate.worlds import NOW

HALF = Decimal("0.5")


def a_letter(name: str, sender: str = "demo-health") -> Letter:
    return Letter(name, sender, NOW, name.encode(), 1)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "demo" / "outbox.db")


def test_the_oldest_goes_first_and_a_restart_changes_nothing(outbox: Outbox, tmp_path: Path) -> None:
    outbox.put([a_letter("a"), a_letter("b")], cursor=("demo-health", NOW))
    outbox.close()
    again = Outbox(tmp_path / "demo" / "outbox.db")
    head = again.head("demo-health")
    assert head is not None
    assert (head.id, head.body, again.cursor("demo-health")) == ("a", b"a", NOW)
    again.done(head, "taken")
    assert (again.head("demo-health") or head).id == "b"
    assert again.head("demo-press") is None


def test_the_same_batch_twice_is_one(outbox: Outbox) -> None:
    outbox.put([a_letter("a")])
    outbox.put([a_letter("a")])
    assert outbox.counts() == {"waiting": 1}


def test_an_unanswered_batch_waits_and_is_dead_after_three_days(outbox: Outbox) -> None:
    outbox.put([a_letter("a"), a_letter("b")])
    head = outbox.head("demo-health")
    assert head is not None
    outbox.again(head, "503", NOW, HALF)
    tried = outbox.head("demo-health")
    assert tried is not None
    assert (tried.id, tried.tries, tried.next_at) == ("a", 1, NOW + FIRST_WAIT / 2)
    outbox.again(tried, "503", NOW + timedelta(hours=73), HALF)
    assert outbox.counts() == {"dead": 1, "waiting": 1}
    assert [row[3] for row in outbox.letters("dead")] == ["503"]
    assert outbox.replay(NOW - FIRST_WAIT, NOW + FIRST_WAIT) == 1
    assert (outbox.head("demo-health") or tried).tries == 0


def test_what_is_to_be_tried_again_blocks_nobody(outbox: Outbox) -> None:
    outbox.put([a_letter("a"), a_letter("b")])
    head = outbox.head("demo-health")
    assert head is not None
    outbox.done(head, "taken", [a_letter("a-again")])
    assert outbox.counts() == {"done": 1, "retry": 1, "waiting": 1}
    assert (outbox.head("demo-health", NOW) or head).id == "a-again"


@given(st.integers(0, 100), st.decimals(0, 1, allow_nan=False, places=4))
def test_a_wait_is_bounded(tries: int, jitter: Decimal) -> None:
    assert timedelta() <= wait_of(tries, jitter) <= LONGEST_WAIT
