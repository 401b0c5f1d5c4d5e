"""What only the files can show: layout, damage, a reader in another process, the walls around DuckDB."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from soc import sqlite
from soc.access import SYSTEM
from soc.clock import ManualClock
from soc.errors import StoreError
from soc.paths import DataDir
from soc.query import Query
from soc.query.ast import Equals, Regex, Text, Wildcard
from soc.store import duck
from soc.store import embedded as embedded_module
from soc.store.embedded import EmbeddedStore
from tests.builders import NOON, an_event
from tests.unit.soc.store.batches import HOUR, append, ask, batch, files


def test_files_lie_by_day_of_arrival_and_class(store: EmbeddedStore, data: DataDir) -> None:
    append(store, batch(0))
    assert files(data) == ["2026-11-24/standard/00000001.parquet"]


def test_a_reader_in_another_process_never_sees_the_count_fall(
    store: EmbeddedStore, data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("soc.store.merging.MICRO_FILES", 4)
    append(store, batch(0))
    script = """
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        from soc.access import SYSTEM
        from soc.paths import DataDir
        from soc.query import Query
        from soc.query.ast import Exists
        from soc.store.embedded import EmbeddedStore
        store = EmbeddedStore(DataDir(Path(sys.argv[1])), read_only=True)
        query = Query(Exists("user.name"), datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC), SYSTEM)
        seen = 0
        while seen < 200:
            found = store.count(query)
            assert found >= seen and found % 10 == 0 and store.cursor("events") >= found - 1
            seen = found
        store.close()
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), str(data.root)], stderr=subprocess.PIPE)
    for n in range(1, 20):
        append(store, batch(n))
        if n % 5 == 0:
            store.maintain(5.0)
    _, said = child.communicate(timeout=60)
    assert (child.returncode, said) == (0, b"")


def test_a_store_that_only_reads_cannot_write(store: EmbeddedStore, data: DataDir) -> None:
    append(store, batch(0))
    reader = EmbeddedStore(data, read_only=True)
    with pytest.raises(StoreError, match="reading only"):
        append(reader, batch(1))
    with pytest.raises(StoreError, match="reading only"):
        reader.maintain(1.0)
    reader.close()
    assert store.count(ask()) == 10


def test_a_second_writer_is_refused_with_the_name_of_the_first(store: EmbeddedStore, data: DataDir) -> None:
    with pytest.raises(StoreError, match=r"process \d+ writes here already"):
        EmbeddedStore(data)
    append(store, batch(0))
    assert store.count(ask()) == 10


def test_an_old_log_that_came_today_is_kept_as_long_as_what_happens_today(
    store: EmbeddedStore, clock: ManualClock
) -> None:
    append(store, batch(0))
    clock.advance(timedelta(days=400))
    append(store, batch(1))
    assert store.retain(clock.now() - timedelta(days=90)) == 10
    assert store.count(ask()) == 10
    clock.advance(timedelta(days=91))
    assert store.retain(clock.now() - timedelta(days=90)) == 10


def test_folding_into_a_damaged_store_stores_nothing(store: EmbeddedStore, data: DataDir) -> None:
    append(store, batch(0))
    path = data.events / files(data)[0]
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(StoreError, match="missing or damaged"):
        append(store, batch(0), fold=True)
    assert store.cursor("events") == 9
    assert store.retain(NOON + HOUR) == 10


def test_a_reader_may_come_before_the_writer(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "early").make()
    reader = EmbeddedStore(data, read_only=True)
    assert reader.count(ask()) == 0
    writer = EmbeddedStore(data, clock=ManualClock(NOON))
    append(writer, batch(0))
    assert reader.count(ask()) == 10
    reader.close()
    writer.close()


def test_the_ids_and_addresses_of_a_file_have_bloom_filters(store: EmbeddedStore, data: DataDir) -> None:
    made = [
        an_event(NOON, message=str(n), source_ip=f"10.0.{n % 256}.{n // 256}", destination_ip="::1")
        for n in range(3_000)
    ]
    append(store, made)
    (path,) = files(data)
    rows = duckdb.execute(
        "SELECT path_in_schema FROM parquet_metadata(?) WHERE bloom_filter_offset IS NOT NULL",
        [str(data.events / path)],
    ).fetchall()
    assert {"event.id", "source.ip#key", "destination.ip#key"} <= {row[0] for row in rows}


def test_years_before_1971_never_widen_a_segment(store: EmbeddedStore, data: DataDir) -> None:
    append(store, [an_event(datetime(1970, 1, 1, tzinfo=UTC), user_name="old"), *batch(0)])
    assert [path.split("/")[1] for path in files(data)] == ["standard", "undated"]
    assert store.health().oldest == NOON
    assert store.count(ask(Equals("user.name", "old"))) == 1


def test_a_list_in_a_column_of_scalars_is_still_found(store: EmbeddedStore) -> None:
    append(store, [an_event(user_name=["an", "bình"], event_category="network", source_ip=["10.0.0.1", "10.0.0.2"])])
    append(store, batch(1))
    for node in (Equals("user.name", "BÌNH"), Equals("event.category", "network"), Wildcard("user.name", "a?")):
        assert store.count(ask(node)) == 1
    assert store.top(ask(), "user.name", 9) == (("user 1", 10), ("an", 1), ("bình", 1))


def test_files_of_another_layout_answer_from_their_documents(store: EmbeddedStore, data: DataDir) -> None:
    append(store, batch(0))
    store.close()
    connection = sqlite.writer(data.manifest)
    connection.execute("UPDATE segment SET layout = 'older'")
    connection.close()
    again = EmbeddedStore(data, clock=ManualClock(NOON))
    append(again, batch(1))
    assert again.count(ask(Wildcard("user.name", "user *"))) == 20
    assert again.count(ask(Text("nothing"))) == 0
    assert again.top(ask(), "user.name", 2) == (("user 0", 10), ("user 1", 10))
    again.close()


def test_a_missing_file_is_said_and_named(store: EmbeddedStore, data: DataDir) -> None:
    append(store, batch(0))
    (path,) = files(data)
    (data.events / path).unlink()
    assert store.health().problems == (f"SOC-1514: event file {path} is missing",)
    with pytest.raises(StoreError, match="missing or damaged"):
        store.count(ask(Text("user")))


def test_a_query_that_takes_too_long_is_ended(data: DataDir) -> None:
    writer = EmbeddedStore(data, clock=ManualClock(NOON))
    append(writer, [an_event(NOON + timedelta(seconds=n), message="a" * 4_000) for n in range(2_000)])
    writer.close()
    slow = EmbeddedStore(data, read_only=True, limit_seconds=0.001)
    with pytest.raises(StoreError, match="took longer"):
        slow.count(ask(Regex("message", "(a?){900}b")))
    slow.close()


def test_a_search_out_of_time_says_that_it_is_half(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(8):
        append(store, batch(n))
    times = iter([0.0, 1.0, 99.0])
    monkeypatch.setattr("soc.store.reading.time.monotonic", lambda: next(times, 99.0))
    page = store.search(ask(Text("no such text")), limit=5)
    assert (page.events, page.complete) == ((), False)


def test_pages_cross_files_in_order(store: EmbeddedStore) -> None:
    for n in (3, 0, 2, 1, 5, 4, 7, 6):
        append(store, batch(n))
    wanted = [event["event.id"] for n in range(8) for event in batch(n)]
    found: list[str] = []
    after: str | None = None
    while True:
        page = store.search(ask(), after=after, limit=7)
        found += [event["event.id"] for event in page.events]
        if (after := page.next) is None:
            break
    assert found == wanted[::-1]


def test_an_export_is_stable_while_events_come(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_module, "EXPORT_PAGE", 4)
    append(store, batch(0))
    export = store.export(ask())
    seen = [next(export)]
    append(store, batch(1))
    assert [*seen, *export] == batch(0)


def test_folding_asks_the_files_of_that_time(store: EmbeddedStore) -> None:
    append(store, batch(0))
    append(store, batch(0) + batch(1), fold=True)
    append(store, batch(1)[:3] * 2, fold=True)
    assert store.count(ask()) == 20


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('{root}/../events/../state.db')",
        "SELECT * FROM read_text('{root}/../manifest.db')",
        "COPY (SELECT 1) TO '{root}/../stolen.csv'",
        "ATTACH '{root}/../x.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET threads = 64",
    ],
)
def test_duckdb_sees_its_folder_and_nothing_else(data: DataDir, statement: str) -> None:
    connection = duck.connect(data.events, duck.READER)
    with pytest.raises(duckdb.Error):
        connection.execute(statement.replace("{root}", str(data.events)))
    connection.close()


def test_what_was_counted_by_hour_matches_the_events(store: EmbeddedStore) -> None:
    made = [an_event(NOON + n * timedelta(minutes=7), event_outcome=["failure", "success"][n % 2]) for n in range(50)]
    append(store, made)
    day = Query(None, NOON - 24 * HOUR, NOON + 24 * HOUR, SYSTEM)
    filtered = Query(Wildcard("event.id", "*"), day.since, day.until, SYSTEM)
    for by in (None, "event.outcome"):
        quick = store.histogram(day, interval_seconds=3_600, by=by)
        assert quick == store.histogram(filtered, interval_seconds=3_600, by=by)
        assert sum(n for _, _, n in quick) == 50
