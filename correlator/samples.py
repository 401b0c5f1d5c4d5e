"""Samples: what a rule must match and what it must not (sigma-engine.md 8.2, detection-content.md 1.4).

`rules/<platform>/samples/<rule>.yaml` holds one document a rule: `rule: <id>`, `match:` and `no_match:`. A sample is
raw `lines` of a `source`, a flat `event`, the rule's own `fields`, or a `timeline` of these.
`sample_events.py` makes events of them, `sample_run.py` judges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from correlator.language.problems import Place, nearest
from correlator.language.yaml_text import places, read_yaml
from soc.errors import Fault, RuleError

_DOCUMENT = frozenset({"rule", "match", "no_match"})
_MATERIAL = frozenset({"source", "lines", "event", "fields", "use"})
_STEP = _MATERIAL | {"t", "late", "repeat", "every", "vary"}
_SAMPLE = _MATERIAL | {"name", "differs", "timeline", "expect", "also"}
_EXPECT = frozenset({"count", "entities"})
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?\Z", re.ASCII)
MOST_REPEATS = 10_000
SAMPLES = "samples"
"""The folder beside the rules."""


@dataclass(frozen=True, slots=True)
class Step:
    """Events at one moment of a timeline. `late`: how much later they arrive. `vary`: fields set on each event,
    `{n}` its number from 1. Of `lines`, `event`, `fields`, `use` one is set."""

    at: timedelta = timedelta(0)
    late: timedelta = timedelta(0)
    repeat: int = 1
    every: timedelta = timedelta(0)
    source: str = ""
    lines: tuple[str, ...] = ()
    event: Mapping[str, Any] | None = None
    fields: Mapping[str, Any] | None = None
    use: str = ""
    vary: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One case. `count`: how often the rule must hit, None for at least once. `also`: other rules that may hit."""

    name: str
    positive: bool
    line: int
    steps: tuple[Step, ...]
    timeline: bool = False
    differs: str = ""
    count: int | None = None
    entities: Mapping[str, Any] | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleFile:
    """The samples of one rule."""

    path: str
    rule: str
    samples: tuple[Sample, ...]

    def named(self, name: str) -> Sample | None:
        return next((sample for sample in self.samples if sample.name == name), None)


def read_samples(path: Path, shown: str = "") -> tuple[SampleFile, ...]:
    """The sample documents of a file; raises RuleError with all its faults."""
    data, shown = path.read_bytes(), shown or str(path)
    found = read_yaml(data, shown)
    if found.fault is not None:
        raise RuleError([found.fault])
    table = places(data)
    faults: list[Fault] = []
    files = []
    for number, document in enumerate(found.documents):
        place = Place()
        lines = {where: line for (index, where), (line, _) in table.items() if index == number}
        files.append(_file(document, place, shown, lines))
        faults += [Fault(shown, _line(lines, each.path), each.code, each.message) for each in place.found]
    if faults:
        raise RuleError(faults)
    return tuple(files)


def duration(text: object) -> timedelta | None:
    """`55m`, `1h30m`, `0s`; None for anything else."""
    found = _DURATION.match(text) if isinstance(text, str) and text else None
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


Lines = Mapping[tuple[str | int, ...], int]


def _line(lines: Lines, path: tuple[str | int, ...]) -> int:
    """The line of a place, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _file(document: object, place: Place, shown: str, lines: Lines) -> SampleFile:
    if not isinstance(document, dict):
        place.fault("SOC-1190", "a sample document is a map with rule, match and no_match")
        return SampleFile(shown, "", ())
    _known(document, _DOCUMENT, place)
    rule = document.get("rule")
    if not isinstance(rule, str):
        place.fault("SOC-1190", "no rule - write `rule:` with the id of the rule")
        rule = ""
    samples: list[Sample] = []
    for key in ("match", "no_match"):
        entries = document.get(key, [])
        if not isinstance(entries, list):
            (place / key).fault("SOC-1190", f"{key} must be a list of samples")
            continue
        for index, entry in enumerate(entries):
            where = place / key / index
            sample = _sample(entry, where, positive=key == "match", line=_line(lines, where.path))
            if sample is not None and any(sample.name == other.name for other in samples):
                where.fault("SOC-1190", f"two samples are named '{sample.name}' - `use` could not tell them apart")
            elif sample is not None:
                samples.append(sample)
    return SampleFile(shown, rule, tuple(samples))


def _sample(entry: object, place: Place, *, positive: bool, line: int) -> Sample | None:
    if not isinstance(entry, dict):
        place.fault("SOC-1190", "a sample is a map with a name")
        return None
    _known(entry, _SAMPLE, place)
    name = entry.get("name")
    if not isinstance(name, str):
        place.fault("SOC-1190", "no name - say in a few words what happens")
        return None
    timeline = "timeline" in entry
    steps = _timeline(entry, place) if timeline else (_step(entry, place),)
    expect = entry.get("expect", {})
    if not isinstance(expect, dict):
        (place / "expect").fault("SOC-1190", "expect is a map with count and entities")
        expect = {}
    _known(expect, _EXPECT, place / "expect")
    also = entry.get("also", [])
    return Sample(
        name=name,
        positive=positive,
        line=line,
        steps=steps,
        timeline=timeline,
        differs=str(entry.get("differs", "")),
        count=expect.get("count"),
        entities=expect.get("entities"),
        also=tuple(map(str, also)) if isinstance(also, list) else (str(also),),
    )


def _timeline(entry: dict[str, Any], place: Place) -> tuple[Step, ...]:
    steps = entry["timeline"]
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        (place / "timeline").fault("SOC-1190", "timeline is a list of steps like {t: 30m, use: vpn_failed/plain}")
        return ()
    for index, step in enumerate(steps):
        _known(step, _STEP, place / "timeline" / index)
    return tuple(_step(step, place / "timeline" / index) for index, step in enumerate(steps))


def _step(entry: dict[str, Any], place: Place) -> Step:
    material = [key for key in ("lines", "event", "fields", "use") if key in entry]
    if len(material) != 1:
        place.fault("SOC-1191", f"a sample is one of lines, event, fields, use or a timeline, not {len(material)}")
    lines = entry.get("lines", [])
    if "lines" in entry and (not isinstance(lines, list) or not isinstance(entry.get("source"), str)):
        place.fault("SOC-1191", "lines is a list of raw lines, and `source` says who reads them")
        lines = []
    for key in ("event", "fields", "vary"):
        if not isinstance(entry.get(key, {}), dict):
            (place / key).fault("SOC-1191", f"{key} is a map of fields")
    repeat = entry.get("repeat", 1)
    if not isinstance(repeat, int) or not 1 <= repeat <= MOST_REPEATS:
        (place / "repeat").fault("SOC-1191", f"repeat is a number from 1 to {MOST_REPEATS}")
        repeat = 1
    return Step(
        at=_moment(entry, "t", place),
        late=_moment(entry, "late", place),
        repeat=repeat,
        every=_moment(entry, "every", place),
        source=str(entry.get("source", "")),
        lines=tuple(map(str, lines)),
        event=entry.get("event"),
        fields=entry.get("fields"),
        use=str(entry.get("use", "")),
        vary=entry.get("vary"),
    )


def _moment(entry: dict[str, Any], key: str, place: Place) -> timedelta:
    found = duration(entry.get(key, "0s"))
    if found is None:
        (place / key).fault("SOC-1192", f"{key}: '{entry[key]}' is no duration - write it like 90s, 55m or 1h30m")
    return found or timedelta(0)


def _known(entry: Mapping[Any, Any], keys: frozenset[str], place: Place) -> None:
    for key in entry:
        if key not in keys:
            (place / str(key)).fault("SOC-1190", f"unknown key '{key}'{nearest(str(key), keys)}")
