"""The samples of a whole pack: its rules, its correlations, and what they raise for a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from correlator.compile import RuleSet, Table
from correlator.hits import time_of
from correlator.pack import Pack
from correlator.sample_events import Arrival, Normalise
from correlator.sample_run import Report, SampleRun
from correlator.samples import SAMPLES, SampleFile, read_samples
from correlator.windows.base_hits import BaseHits
from correlator.windows.correlator import Correlator
from soc.errors import Fault, RuleError


def prove(pack: Pack, paths: Sequence[Path], table: Table, normalise: Normalise, *, coverage: bool) -> Report:
    """Runs the samples of the rules at these paths, which are a part of the pack or all of it; the samples lie in
    `samples/` beside the rules. Raises RuleError where a sample file cannot be read."""
    wanted = [path.resolve() for path in paths]
    places = {document.id: Path(document.path).resolve() for document in pack.documents}
    files = read_all(sorted({place.parent for place in places.values()}))
    only = {rule for rule, place in places.items() if any(place.is_relative_to(path) for path in wanted)}
    # A file of samples whose rule is gone belongs to whoever asks for its folder.
    only |= {file.rule for file in files if file.rule not in places and _below(Path(file.path), wanted)}
    names = {each.id: each.correlation.attributes.name for each in pack.correlations}
    run = SampleRun(pack.rules, names, table, normalise, PackEpisodes(pack, table).count)
    return run.run(files, only=frozenset(only), coverage=coverage)


def whole(paths: Sequence[Path], own: Path) -> list[Path]:
    """What to load to test some paths: all of our own pack for a part of it, since rules build on each other."""
    inside = [path.resolve().is_relative_to(own.resolve()) for path in paths]
    others = [path for path, is_own in zip(paths, inside, strict=True) if not is_own]
    return [*([own] if any(inside) else []), *others]


def read_all(folders: Sequence[Path]) -> list[SampleFile]:
    """The sample files beside the rules of some folders; all faults of all files at once."""
    faults: list[Fault] = []
    files: list[SampleFile] = []
    for path in (path for folder in folders for path in sorted((folder / SAMPLES).glob("*.yaml"))):
        try:
            files += read_samples(path)
        except RuleError as error:
            faults += error.faults
    if faults:
        raise RuleError(faults)
    return files


def _below(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.resolve().is_relative_to(folder) for folder in folders)


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
