"""The samples of a whole pack: its rules, its correlations, and what they raise for a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from correlator.compile import RuleSet, Table
from correlator.hits import time_of
from correlator.pack import Pack
from correlator.sample_events import Arrival, Normalise
from correlator.sample_run import Report, SampleRun
from correlator.samples import SampleFile, read_samples, sample_paths
from correlator.windows.base_hits import BaseHits
from correlator.windows.correlator import Correlator
from soc.errors import Fault, RuleError


def prove(pack: Pack, folders: Sequence[Path], table: Table, normalise: Normalise, *, coverage: bool) -> Report:
    """Runs every sample file below the folders against the pack; raises RuleError where one cannot be read."""
    files = read_all(folders)
    names = {each.id: each.correlation.attributes.name for each in pack.correlations}
    run = SampleRun(pack.rules, names, table, normalise, PackEpisodes(pack, table).count)
    return run.run(files, coverage=coverage)


def read_all(folders: Sequence[Path]) -> list[SampleFile]:
    """All sample files of some folders; all faults of all files at once."""
    faults: list[Fault] = []
    files: list[SampleFile] = []
    for folder in folders:
        for path in sample_paths(folder):
            try:
                files += read_samples(path)
            except RuleError as error:
                faults += error.faults
    if faults:
        raise RuleError(faults)
    return files


class PackEpisodes:
    """Alerts of a pack's correlations for events in the order of their arrival."""

    def __init__(self, pack: Pack, table: Table) -> None:
        self._rules = RuleSet(pack.rules, table, filters=pack.filters)
        self._linked = pack.correlations

    def count(self, correlation: str, arrivals: Sequence[Arrival]) -> int:
        """How many alerts of one correlation are left when all has arrived."""
        base, windows = BaseHits(self._linked), Correlator(self._linked)
        alive: set[str] = set()
        for arrival in arrivals:
            event = arrival.event
            for match in self._rules.evaluate(event):
                unit = str(event.get("unit.id", ""))
                for hit in base.of(match, event, str(event["event.id"]), time_of(event), unit):
                    for episode in windows.feed(hit):
                        if episode.correlation.id == correlation:
                            (alive.discard if episode.superseded else alive.add)(episode.id)
        return len(alive)
