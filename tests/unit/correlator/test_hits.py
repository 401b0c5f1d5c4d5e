"""Hits: deterministic ids, entities of the rule or its source, times of foreign events."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from correlator.compile import RuleSet
from correlator.hits import EPOCH, fingerprint, hit_of, time_of
from correlator.pack import Pack
from soc.alert import Hit, Level
from soc.event import Event
from soc.logsource import load_table
from tests.builders import NOON, a_card, a_hit, an_event

RULE = """
title: A shell
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\\cmd.exe'}, condition: selection}
level: high
"""


def process(**fields: object) -> Event:
    event = an_event(NOON, host_name="pc1", user_name="an", **fields)
    return event | {"winlog.event_data.Image": "C:\\CMD.exe", "soc.route": "windows.sysmon.process_creation"}


def hit(tmp_path: Path, event: Event, extra: str = "") -> Hit:
    (tmp_path / "rule.yml").write_text(RULE + extra)
    table = load_table()
    (match,) = RuleSet(Pack([tmp_path]).rules, table).evaluate(event)
    return hit_of(match, event, table.routes.get(str(event["soc.route"])))


def test_the_same_event_gives_the_same_hit_again(tmp_path: Path) -> None:
    first = hit(tmp_path, process())
    assert first.id == hit(tmp_path, process()).id
    assert first.id != hit(tmp_path, process(process_pid="7")).id
    assert first.at == NOON
    assert first.matched == {"Image": "C:\\CMD.exe"}


def test_entities_come_from_the_source_unless_the_rule_declares_them(tmp_path: Path) -> None:
    assert hit(tmp_path, process()).entities == (("host.name", "pc1"),)
    declared = "soc: {entities: [user.name, source.ip]}\n"
    assert hit(tmp_path, process(), declared).entities == (("user.name", "an"),)


def test_an_event_without_an_id_is_known_by_its_content(tmp_path: Path) -> None:
    event = process()
    del event["event.id"]
    assert hit(tmp_path, event).id == hit(tmp_path, event).id


@pytest.mark.parametrize(
    ("event", "at"),
    [
        ({"@timestamp": "2026-11-24T05:00:00Z"}, NOON),
        ({"@timestamp": "nonsense", "UtcTime": "2026-11-24 05:00:00"}, NOON),
        ({"TimeCreated": 4}, EPOCH),
        ({}, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_foreign_event_tells_its_time_under_many_names(event: Event, at: datetime) -> None:
    assert time_of(event) == at


def test_the_level_says_how_many_entities_make_one_alert() -> None:
    def key(level: Level, *names: str) -> str:
        entities = tuple((f"field{place}", name) for place, name in enumerate(names))
        return fingerprint(a_hit(rule=a_card(level=level), entities=entities))

    assert key(Level.HIGH, "a", "b") != key(Level.HIGH, "a", "c")
    assert key(Level.MEDIUM, "a", "b") == key(Level.MEDIUM, "A", "c")
    assert key(Level.LOW, "a") == key(Level.LOW, "b")
