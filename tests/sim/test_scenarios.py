"""The demo's attacks through the real parsers and the real engine: each is found, and nothing else is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from collectors.finish import SourceInfo
from collectors.normaliser import Normaliser, Sender
from collectors.simulate.capture import write_pcap
from collectors.simulate.line import Line
from collectors.simulate.province import Province
from correlator.compile import RuleSet
from correlator.hits import time_of
from correlator.pack import Pack
from correlator.windows.base_hits import BaseHits
from correlator.windows.correlator import Correlator
from soc.alert import Level
from soc.event import Event
from soc.logsource import load_table
from soc.organisation_file import tree_from
from soc.raw import RawRecord, Transport
from soc.unit import UnitTree
from tests.corpus import ROOT

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
HOURS = 0.5


class Strangers:
    """Senders of whom nothing is known: every product is found by its lines."""

    def sender_of(self, record: RawRecord) -> Sender:
        return Sender(SourceInfo(record.source))


class Watch:
    """Rules of the pack and what they found: rule -> scenarios of the lines that it hit ('' for ordinary ones)."""

    def __init__(self, pack: Pack) -> None:
        self.hits: dict[str, Counter[str]] = {}
        self.loud: dict[str, Counter[str]] = {}
        self._rules = RuleSet(pack.rules, load_table())
        self._base = BaseHits(pack.correlations, keep_events=False)
        self._windows = Correlator(pack.correlations)

    def see(self, events: Iterable[Event], scenario: str) -> None:
        for event in events:
            for match in self._rules.evaluate(event):
                self._note(match.rule.attributes.name, match.rule.card.level, scenario)
                for hit in self._base.of(match, event, event["event.id"], time_of(event), event["unit.id"]):
                    for episode in self._windows.feed(hit):
                        if episode.is_new:
                            of = episode.correlation
                            self._note(of.attributes.name, of.card.level, scenario)

    def _note(self, name: str, level: Level, scenario: str) -> None:
        self.hits.setdefault(name, Counter())[scenario] += 1
        if level is not Level.INFORMATIONAL:
            self.loud.setdefault(name, Counter())[scenario] += 1


@dataclass(slots=True)
class Run:
    province: Province
    watch: Watch
    lines: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def tree() -> UnitTree:
    return tree_from(yaml.safe_load((ROOT / "soc" / "data" / "units-demo.yml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module", params=[2026, 5])
def run(request: pytest.FixtureRequest, tree: UnitTree) -> Run:
    from socctl.wiring import normaliser

    worker = normaliser(Strangers(), tree)
    run = Run(Province(request.param, MORNING, HOURS, 0.1, tree, most=12_000), Watch(Pack([ROOT / "rules"])))
    for number, line in enumerate(run.province.lines()):
        events = _events(worker, line, number)
        run.lines[line.product] += 1
        run.errors[line.product] += any(event["event.kind"] == "pipeline_error" for event in events)
        run.watch.see(events, line.scenario)
    return run


def _events(worker: Normaliser, line: Line, number: int) -> list[Event]:
    nanos = int(line.at.timestamp() * 1_000_000) * 1_000
    record = RawRecord("test", line.source, nanos, line.peer, line.transport, line.data)
    return worker.events(record, ingested=line.at, sequence=str(number))


def test_every_scenario_fires_its_rules(run: Run) -> None:
    for attack in run.province.attacks:
        silent = [name for name in attack.truth.must if not run.watch.hits.get(name, Counter())[attack.truth.scenario]]
        assert silent == [], attack.truth.title


def test_ordinary_traffic_raises_nothing(run: Run) -> None:
    assert {name: count[""] for name, count in run.watch.loud.items() if count[""]} == {}


def test_a_scenario_raises_nothing_beyond_its_truth(run: Run) -> None:
    for played in run.province.attacks:
        raised = {name for name, count in run.watch.loud.items() if count[played.truth.scenario]}
        assert raised <= {*played.truth.must, *played.truth.may}, played.truth.title


def test_clean_lines_parse(run: Run) -> None:
    """Dirt is 0.5 % of the lines, and most of it still parses."""
    assert sum(run.errors.values()) <= sum(run.province.dirt.values())
    assert sum(run.errors.values()) <= 0.005 * sum(run.lines.values())


def test_the_tunnel_of_a_capture_is_found(tree: UnitTree, tmp_path: Path) -> None:
    pytest.importorskip("scapy")
    from collectors.finish import finish
    from collectors.sources.pcap.source import read

    path = tmp_path / "tunnel.pcap"
    truth = write_pcap(path, 2026, MORNING, tree)
    record = RawRecord("test", "sensor", int(MORNING.timestamp()) * 1_000_000_000, "", Transport.PCAP, b"")
    watch, table = Watch(Pack([ROOT / "rules"])), load_table()
    for number, parsed in enumerate(read(path, digest="0", name=path.name)):
        event = finish(
            parsed,
            record,
            source=SourceInfo("sensor"),
            units=tree,
            table=table,
            parser="pcap@1",
            item=number,
            sequence="0",
            ingested=MORNING,
            raw_ref=None,
        )
        watch.see([event], truth.scenario)
    assert set(watch.loud) == set(truth.must)
