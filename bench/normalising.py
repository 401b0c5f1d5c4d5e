"""Lines and records a second, normalised to finished events on one core."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure, cpu
from collectors.file_kind import Kind
from collectors.files import opened, records
from collectors.senders import OneSender
from collectors.simulate.province import simulate
from soc.raw import RawRecord, Transport
from soc.state.units import read_units
from soc.unit import UnitTree
from socctl import wiring

UNITS = Path(__file__).resolve().parent.parent / "soc" / "data" / "units-demo.yml"
START = datetime(2026, 11, 24, 1, tzinfo=UTC)


def fortigate() -> Figure:
    """FortiGate lines of the simulator, units and all."""
    tree = read_units(UNITS)
    lines = [line.data for line in simulate(1, START, 2, 0.1, tree) if line.product == "fortigate"] * 3
    raw = [RawRecord("bench", "fw", time.time_ns(), "", Transport.UDP, line, product="fortigate") for line in lines]
    normaliser = wiring.normaliser(OneSender("fw", "fortigate"), tree)
    seconds = cpu(lambda: [normaliser.events(record, ingested=START) for record in raw])
    return Figure("normalise FortiGate lines", len(raw), "lines", seconds, bar="bar: >= 3,000")


def evtx(folder: Path) -> Figure:
    """Records of the EVTX corpus, from chunks to events."""
    normaliser = wiring.normaliser(OneSender("evtx"), UnitTree([]))
    raw = list(_evtx_records(folder))
    count = 0

    def work() -> None:
        nonlocal count
        for record in raw:
            count += len(normaliser.events(record, ingested=START))

    seconds = cpu(work)
    return Figure("normalise EVTX records", count, "records", seconds, bar="bar: >= 5,000")


def _evtx_records(folder: Path) -> Iterator[RawRecord]:
    with opened(folder, problem=lambda name, why: None) as inputs:
        for item in inputs:
            if item.kind is Kind.EVTX:
                yield from records(item, source="evtx")
