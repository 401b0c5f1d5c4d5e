"""Rules over files: hits in order, correlations last, and a summary that hides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from correlator.compile import RuleSet
from correlator.offline import Choice, Episodes, Offline, counts
from correlator.pack import Pack
from correlator.reach import Reach
from soc.alert import Hit, Level
from soc.event import Event
from soc.logsource import load_table
from tests.builders import NOON, an_event

PACK = """
title: Failed logon
id: 11111111-1111-4111-8111-111111111111
name: failed
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
level: low
---
title: Guessing
id: 22222222-2222-4222-8222-222222222222
correlation:
    type: event_count
    rules: [failed]
    group-by: [IpAddress]
    timespan: 5m
    condition: {gte: 3}
level: high
---
title: A shell
id: 33333333-3333-4333-8333-333333333333
logsource: {product: windows, category: process_creation}
detection: {selection: {Image: x}, condition: selection}
level: medium
"""


def logon(minute: int, address: str = "192.0.2.9") -> Event:
    return an_event(NOON + timedelta(minutes=minute), source_ip=address) | {
        "soc.route": "windows.security.logon",
        "winlog.channel": "Security",
        "winlog.event_id": "4625",
        "winlog.event_data.IpAddress": address,
    }


def offline(folder: Path, choice: Choice | None = None) -> tuple[Offline, Pack]:
    (folder / "pack.yml").write_text(PACK)
    pack = Pack([folder])
    table = load_table()
    chosen = choice or Choice(muted=frozenset(pack.muted))
    return Offline(RuleSet(pack.rules, table), table, chosen, Episodes(pack.correlations)), pack


def titles(hits: Iterable[Hit]) -> list[str]:
    return [hit.rule.title for hit in hits]


def test_a_correlation_takes_over_the_hits_of_its_rules(tmp_path: Path) -> None:
    run, _ = offline(tmp_path)
    (hit,) = run.run([logon(0), logon(1), logon(2), logon(3), logon(30)])
    assert hit.rule.title == "Guessing"
    assert hit.at == NOON + timedelta(minutes=2)
    assert hit.count == 4
    assert hit.entities == (("IpAddress", "192.0.2.9"),)
    assert hit.correlation is not None
    assert hit.correlation.type == "event_count"
    assert run.summary.hits == {Level.HIGH: 1}


def test_rules_that_are_not_muted_hit_by_themselves(tmp_path: Path) -> None:
    run, _ = offline(tmp_path, Choice())
    assert titles(run.run([logon(0), logon(1), logon(2)])) == ["Failed logon"] * 3 + ["Guessing"]


def test_the_level_cuts_hits_but_not_correlations_over_them(tmp_path: Path) -> None:
    run, _ = offline(tmp_path, Choice(Level.HIGH))
    assert titles(run.run([logon(0), logon(1), logon(2)])) == ["Guessing"]


def test_events_outside_the_time_are_counted_apart(tmp_path: Path) -> None:
    run, _ = offline(tmp_path, Choice(since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=2)))
    assert titles(run.run([logon(0), logon(1), logon(2)])) == ["Failed logon"]
    assert (run.summary.events, run.summary.outside) == (1, 2)


def test_the_summary_says_what_was_not_checked(tmp_path: Path) -> None:
    run, pack = offline(tmp_path)
    error = an_event() | {"event.kind": "pipeline_error", "error.message": "no JSON"}
    stranger = an_event() | {"event.dataset": "nobody.knows", "soc.route": "other"}
    assert list(run.run([error, stranger, logon(0)])) == []
    assert run.summary.failures == {"no JSON": 1}
    assert run.summary.unfit == {"nobody.knows": 1}
    assert run.summary.first == run.summary.last == stranger["@timestamp"]
    assert counts(run.reached(pack.rules)) == {Reach.READY: 1, Reach.NO_SOURCE: 1}
