"""Bar 4: recorded Windows logs of every shape go through the real import, and a second time give nothing new."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from soc.access import SYSTEM
from soc.clock import SystemClock
from soc.event import Event
from soc.logsource import load_table
from soc.paths import DataDir
from soc.query import Query
from soc.state.queue import AlertFilter
from soc.state.store import State
from soc.store.embedded import EmbeddedStore
from tests.corpus import corpus

PROOF = "SOC_PROOF" in os.environ
EVERY_FILE = 6
HEAD_LINES = 240
MOST_ERRORS = 0.005
SECONDS = 1_200


@dataclass(frozen=True, slots=True)
class Import:
    """One run of `socctl import --json`."""

    code: int
    total: dict[str, Any]
    files: list[dict[str, Any]]
    alerts: int


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("import") / "data"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Both corpora, or every sixth EVTX file and the heads of the JSON files: about 20,000 events."""
    evtx, spread = corpus("evtx-dev"), corpus("windows-json-dev")
    if PROOF:
        return [evtx, spread]
    sample = tmp_path_factory.mktemp("sample")
    for path in sorted(evtx.rglob("*.evtx"))[::EVERY_FILE]:
        shutil.copyfile(path, sample / f"{len(list(sample.iterdir()))}.evtx")
    for number, path in enumerate(exports(spread)):
        with path.open("rb") as file:
            (sample / f"{number}.ndjson").write_bytes(b"".join(islice(file, HEAD_LINES)))
    return [sample]


@pytest.fixture(scope="module")
def first(data: Path, folders: list[Path]) -> Import:
    return imported(data, folders)


@pytest.fixture(scope="module")
def second(data: Path, folders: list[Path], first: Import) -> Import:
    return imported(data, [*folders, Path("--again")])


def exports(folder: Path) -> list[Path]:
    """The files of events; beside them lies a list of what they are."""
    return sorted(path for path in folder.rglob("*.ndjson") if path.name != "manifest.ndjson")


def imported(data: Path, words: list[Path]) -> Import:
    command = [sys.executable, "-m", "socctl.main", "--data", str(data), "import", "--json", *map(str, words)]
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode in (0, 1), done.stderr.decode()
    *files, total = [orjson.loads(line) for line in done.stdout.splitlines()]
    state = State.open(DataDir(data), SystemClock())
    with state.read() as tx:
        alerts = tx.queue.count(AlertFilter(), SYSTEM)
    state.close()
    return Import(done.returncode, total, files, alerts)


def events(data: Path) -> Iterator[Event]:
    store = EmbeddedStore(DataDir(data), read_only=True)
    ever = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    yield from store.export(Query(None, *ever, SYSTEM))
    store.close()


def test_the_books_of_an_import_balance(first: Import) -> None:
    total = first.total
    assert total["received"] == total["stored"] + total["quarantined"] + total["dropped"]
    assert (total["quarantined"], total["dropped"], total["in_flight"]) == (0, 0, 0)
    assert total["events"] >= (340_000 if PROOF else 15_000)
    assert total["pipeline_errors"] <= total["events"] * MOST_ERRORS


def test_every_file_is_accounted_for(first: Import) -> None:
    assert {entry["state"] for entry in first.files} <= {"imported", "known"}
    assert sum(entry["records"] for entry in first.files) == first.total["received"]
    assert sum(entry["events"] for entry in first.files) == first.total["events"]
    assert all(entry["first"] <= entry["last"] for entry in first.files)


def test_every_event_is_stored_once_and_its_channel_is_routed(data: Path, first: Import) -> None:
    table = load_table()
    known = {channel for route in table.routes.values() for channel in route.tests.get("winlog.channel", ())}
    routes: Counter[tuple[str, str]] = Counter()
    ids = set()
    for event in events(data):
        ids.add(event["event.id"])
        if "winlog.channel" in event:
            routes[event["soc.route"], event["winlog.channel"]] += 1
    assert len(ids) == first.total["events"]
    assert len(known) > 40
    assert [route for route, _ in routes if not route.startswith(("windows.", "linux.sysmon."))] == []
    # What no rule of Sigma asks for by its channel is known as Windows all the same.
    assert [channel for route, channel in routes if route == "windows.other" and channel in known] == []


def test_the_same_files_a_second_time_give_no_event_and_no_alert(first: Import, second: Import) -> None:
    assert first.alerts > 0
    assert second.total["events"] == second.total["pipeline_errors"] == 0
    assert second.total["folded"] >= first.total["events"]
    assert second.total["received"] == second.total["stored"]
    assert second.alerts == first.alerts
