"""Dirt is counted exactly, and never falls on a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

from collectors.simulate.chance import chance
from collectors.simulate.dirt import Dirt, Soiler
from collectors.simulate.line import Line
from soc.raw import Transport
from tests.unit.collectors.simulate.conftest import MORNING

LINE = Line(MORNING, "fs-a", Transport.UDP, "10.1.0.3", "Nguyễn Văn An đăng nhập từ máy trạm pc-01".encode(), "linux")


def _lines(count: int, scenario: str = "") -> Iterator[Line]:
    moments = (MORNING + number * timedelta(seconds=1) for number in range(count))
    return (replace(LINE, at=at, scenario=scenario) for at in moments)


def test_every_kind_of_dirt_is_made_and_counted() -> None:
    soiler = Soiler(chance(3, "dirt"), rate=1)
    sent = list(soiler.pass_on(_lines(600)))
    assert set(soiler.counts) == set(Dirt)
    assert sum(soiler.counts.values()) == 600
    assert len(sent) == 600 + soiler.counts[Dirt.DUPLICATE]
    assert all(earlier.at <= later.at for earlier, later in pairwise(sent))


def test_a_scenario_stays_clean() -> None:
    soiler = Soiler(chance(3, "dirt"), rate=1)
    lines = list(_lines(100, scenario="A1-0"))
    assert list(soiler.pass_on(iter(lines))) == lines
    assert not soiler.counts


def test_only_a_datagram_can_hold_two_lines() -> None:
    soiler = Soiler(chance(3, "dirt"), rate=1)
    sent = list(soiler.pass_on(replace(line, transport=Transport.TCP) for line in _lines(300)))
    assert soiler.counts[Dirt.JOINED] == 0
    assert not [line for line in sent if b"\n" in line.data]


class _AlwaysLate(Random):
    def choice(self, _: Any) -> Any:
        return Dirt.LATE


def test_a_late_line_waits_and_keeps_what_it_tells() -> None:
    soiler = Soiler(_AlwaysLate(3), rate=1)
    sent = list(soiler.pass_on(_lines(3)))
    assert len(sent) == 3
    assert all(line.at == MORNING + timedelta(seconds=2) for line in sent)  # held lines leave at the end
    assert {line.data for line in sent} == {LINE.data}
