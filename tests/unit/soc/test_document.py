from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from soc.document import Faults, Node, of, read
from soc.errors import UnitError


def faults() -> Faults:
    return Faults("x.yml", "SOC-1058", "SOC-1053", UnitError)


def test_scalars_stay_as_they_are_written() -> None:
    entry = read("code: 0100032001\nanswer: no\nnothing:\n", faults(), what="a map").items()
    assert [entry[key].text() for key in ("code", "answer")] == ["0100032001", "no"]
    assert entry["nothing"].null
    assert entry["answer"].line == 2


def test_each_kind_of_value_is_read_or_told() -> None:
    found = faults()
    text = 'n: 98.5\nday: 2026-07-01\nhour: "17:00"\nspan: P1DT4H\nyes: true\nwhole: 7\nbad: x\n'
    entry = read(text, found, what="a map").items()
    assert entry["n"].decimal() == Decimal("98.5")
    assert entry["day"].day() == date(2026, 7, 1)
    assert entry["hour"].clock() == time(17)
    assert entry["span"].duration() == timedelta(days=1, hours=4)
    assert entry["yes"].truth()
    assert entry["whole"].number() == 7
    assert not found.found
    bad = entry["bad"]
    for look in (bad.decimal, bad.day, bad.clock, bad.duration, bad.truth, bad.number, bad.items, bad.nodes):
        look()
    assert {(fault.line, fault.code) for fault in found.found} == {(7, "SOC-1053")}
    assert len(found.found) == 8


@pytest.mark.parametrize("text", ["P", "PT", "4h", "-PT1H", "PT1.5H", ""])
def test_what_is_no_duration_is_told(text: str) -> None:
    found = faults()
    Node(text, 3, found).duration()
    assert found.found[0].line == 3


def test_a_map_tells_words_it_does_not_know_and_what_it_lacks() -> None:
    found = faults()
    read("nmae: x\n", found, what="a map").only("a thing", frozenset({"name", "id"}), ("id",))
    assert [str(fault) for fault in found.found] == [
        "x.yml:1: SOC-1058: unknown word in a thing 'nmae' - did you mean 'name'?",
        "x.yml:1: SOC-1053: a thing has no id - add it",
    ]


@pytest.mark.parametrize(("text", "line"), [("a: [1\nb: 2", 2), ("- a", 1), ("", 1)])
def test_what_is_no_map_is_refused(text: str, line: int) -> None:
    with pytest.raises(UnitError) as caught:
        read(text, faults(), what="a map")
    assert caught.value.faults[0].line == line


def test_aliases_and_doubled_keys_are_told() -> None:
    found = faults()
    read("a: &x [*x]\nb: 1\nb: 2\n", found, what="a map")
    assert [fault.line for fault in found.found] == [1, 3]


def test_plain_values_become_the_same_tree() -> None:
    entry = of({"a": [1, True, None, date(2026, 1, 1)]}, faults()).items()
    first, second, third, fourth = entry["a"].nodes()
    assert (first.number(), second.truth(), third.null, fourth.day()) == (1, True, True, date(2026, 1, 1))
