"""The demo's senders as one loop: figures due by now go to the outbox, the outbox goes through the door.

Killed anywhere it goes on where it was: the moment up to which a sender was read is stored with what was read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import orjson

from reports.outbox import PATIENCE, Letter, Outbox, wait_of
from reports.simulate.batches import Parcel, parcels
from reports.simulate.plan import Delivery, Plan
from reports.simulate.push import Answer, Door, Result

TOGETHER = timedelta(minutes=2)
AHEAD = timedelta(hours=2)
BEATS = timedelta(minutes=4)
IDLE = timedelta(seconds=2)
LEAST_WAIT = timedelta(minutes=5)
"""Before an item is tried again: what it waits for comes by itself, or not at all."""

MOST_AT_ONCE = 5
"""Batches of one sender in one step, so that no other waits for it."""


@dataclass
class Publisher:
    """`step` does what is due and says when to come again."""

    plan: Plan
    outbox: Outbox
    door: Door
    _ahead: dict[str, tuple[datetime, list[Delivery]]] = field(default_factory=dict)
    _beats: dict[str, datetime] = field(default_factory=dict)

    def step(self, now: datetime) -> datetime:
        for sender in self.plan.senders():
            self._read(sender, now)
            self._send(sender, now)
            self._beat(sender, now)
        return now + IDLE

    def _read(self, sender: str, now: datetime) -> None:
        after = self.outbox.cursor(sender) or self.plan.anchor
        if now - after < IDLE:
            return
        due = [one for one in self._upcoming(sender, after, now) if after < one.at <= now]
        letters = [letter_of(one) for one in parcels(sender, due, within=TOGETHER)]
        self.outbox.put(letters, cursor=(sender, now))

    def _upcoming(self, sender: str, after: datetime, now: datetime) -> list[Delivery]:
        """Drawn some hours ahead; drawing all of it at every step would cost seconds."""
        until, found = self._ahead.get(sender, (after, []))
        if until < now:
            until = now + AHEAD
            found = self.plan.between(sender, after, until)
            self._ahead[sender] = (until, found)
        return found

    def _send(self, sender: str, now: datetime) -> None:
        for _ in range(MOST_AT_ONCE):
            letter = self.outbox.head(sender, now)
            if letter is None or (letter.next_at is not None and letter.next_at > now) or letter.at > now:
                return
            answer = self.door.push(sender, letter.body)
            self._settle(letter, answer, now)
            if answer.result is Result.AGAIN:
                return

    def _settle(self, letter: Letter, answer: Answer, now: datetime) -> None:
        if answer.result is Result.TAKEN:
            self.outbox.done(letter, answer.text, self._follows(letter, answer, now))
        elif answer.result is Result.NEVER:
            self.outbox.dead(letter, answer.text)
        else:
            later = now + timedelta(seconds=answer.wait_seconds)
            self.outbox.again(letter, answer.text, later, self._jitter(letter))

    def _follows(self, letter: Letter, answer: Answer, now: datetime) -> list[Letter]:
        """Items that may be taken later, such as a revision that came before the one it follows; for 72 hours."""
        if not answer.retry or now - letter.at > PATIENCE:
            return []
        items = orjson.loads(letter.body)["observations"]
        again = [Delivery(now, items[index]) for index in answer.retry]
        wait = max(LEAST_WAIT, wait_of(letter.tries, self._jitter(letter)))
        return [
            Letter(one.id, one.sender, letter.at, one.body, one.items, letter.tries + 1, now + wait)
            for one in parcels(letter.sender, again, within=TOGETHER)
        ]

    def _jitter(self, letter: Letter) -> Decimal:
        return self.plan.sectors.chance.share("jitter", letter.id, letter.tries)

    def _beat(self, sender: str, now: datetime) -> None:
        last = self._beats.get(sender)
        if self.plan.silent(sender, now) or (last is not None and now - last < BEATS):
            return
        if self.door.beat(sender):
            self._beats[sender] = now


def letter_of(one: Parcel) -> Letter:
    return Letter(one.id, one.sender, one.at, one.body, one.items)
