"""The samples of our own pack through the real chain: every one passes, every part of a condition is proved."""

from __future__ import annotations

import pytest

from correlator.compile import RuleSet
from correlator.pack import Pack
from correlator.sample_events import SampleEvents
from correlator.sample_pack import prove, read_all
from correlator.sample_run import Report
from soc.logsource import load_table
from soc.unit import UnitTree
from socctl.sample_chain import chain
from tests.unit.rules.test_own_pack import BY_NAME, RULES, SINGLES


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack([RULES])


@pytest.fixture(scope="module")
def report(pack: Pack) -> Report:
    return prove(pack, [RULES], load_table(), chain(UnitTree(())), coverage=True)


def test_every_sample_passes(report: Report) -> None:
    assert "\n".join(map(str, report.failures)) == ""


def test_every_rule_has_two_samples_each_way(report: Report) -> None:
    assert report.missing == []
    assert report.rules == len(BY_NAME)


def test_every_selection_filter_and_not_is_decided_by_a_sample(report: Report) -> None:
    assert report.unproved == []


def test_every_dataset_that_a_rule_needs_is_what_its_samples_are(pack: Pack) -> None:
    by_id = {document["id"]: document for document in BY_NAME.values()}
    files = {
        by_id[file.rule]["name"]: file for file in read_all(sorted(path for path in RULES.iterdir() if path.is_dir()))
    }
    events = SampleEvents(files, chain(UnitTree(())))
    pcap = {"pcap.dns"}  # comes from captures; its samples are the same question as a sensor logs it
    for name, document in SINGLES.items():
        positives = [sample for sample in files[name].samples if sample.positive]
        seen = {arrival.event["event.dataset"] for sample in positives for arrival in events.of(files[name], sample)}
        assert set(document["soc"]["data"]) - pcap <= seen, name


def test_an_event_with_all_optional_fields_removed_hits_no_rule(pack: Pack) -> None:
    """Absent is not abroad: a negated test must not hold because a field is missing."""
    table = load_table()
    rules = RuleSet(pack.rules, table)
    for rule in pack.rules:
        for route in table.routes_for(rule.logsource):
            event = {"soc.route": route, "@timestamp": "2026-11-24T00:00:00.000000Z", "event.id": "0"}
            assert [match.rule.card.title for match in rules.evaluate(event)] == [], route
