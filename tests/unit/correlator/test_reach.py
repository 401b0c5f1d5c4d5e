"""Which rules could have matched what was read, and what the others lack."""

from __future__ import annotations

from pathlib import Path

import pytest

from correlator.pack import Pack
from correlator.reach import Reach, reached
from soc.logsource import load_table

ROUTE = "windows.sysmon.process_creation"
OWN = "winlog.event_data."


def reach(
    folder: Path, detection: str, fields: set[str], category: str = "process_creation"
) -> tuple[Reach, tuple[str, ...]]:
    (folder / "rule.yml").write_text(
        f"title: t\nid: 11111111-1111-4111-8111-111111111111\n"
        f"logsource: {{product: windows, category: {category}}}\ndetection:\n{detection}\n"
    )
    pack = Pack([folder])
    assert pack.faults == ()
    (found,) = reached(pack.rules, load_table(), {ROUTE: fields})
    return found.reach, found.missing


@pytest.mark.parametrize(
    ("detection", "fields", "expected"),
    [
        ("  s: {Image: a}\n  condition: s", {OWN + "Image"}, (Reach.READY, ())),
        ("  s: {Image: a, Hashes: b}\n  condition: s", {OWN + "Image"}, (Reach.NO_FIELD, ("Hashes",))),
        ("  s: {Image: a}\n  f: {Hashes: b}\n  condition: s and not f", {OWN + "Image"}, (Reach.READY, ())),
        ("  s: {Image: a}\n  f: {Hashes: b}\n  condition: s or f", {OWN + "Image"}, (Reach.READY, ())),
        ("  s: {Hashes: null}\n  condition: s", set(), (Reach.READY, ())),
        ("  s: {Image|fieldref: ParentImage}\n  condition: s", {OWN + "ParentImage"}, (Reach.NO_FIELD, ("Image",))),
        ("  s: {Data: a}\n  condition: s", {OWN + "param1"}, (Reach.READY, ())),
        ("  s: {Data: a}\n  condition: s", {OWN + "Image"}, (Reach.NO_FIELD, ("Data",))),
        ("  s: [word]\n  condition: s", set(), (Reach.READY, ())),
    ],
)
def test_a_field_that_never_came_is_as_good_as_absent(
    tmp_path: Path, detection: str, fields: set[str], expected: tuple[Reach, tuple[str, ...]]
) -> None:
    assert reach(tmp_path, detection, fields) == expected


def test_a_source_without_events_is_named_so(tmp_path: Path) -> None:
    assert reach(tmp_path, "  s: {Image: a}\n  condition: s", {OWN + "Image"}, "image_load")[0] is Reach.NO_SOURCE
