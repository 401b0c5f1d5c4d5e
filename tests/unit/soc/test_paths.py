from __future__ import annotations

import stat
from pathlib import Path

from soc.paths import DataDir


def test_the_folders_are_made_once_and_only_the_owner_reads_keys(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data").make()
    data.keys.chmod(0o755)
    data.make()
    assert stat.S_IMODE(data.keys.stat().st_mode) == 0o700
    assert all(path.is_dir() for path in (data.run, data.event_log, data.events, data.evidence, data.quarantine))


def test_only_events_lie_where_duckdb_looks(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    others = (data.manifest, data.state, data.keys, data.raw_log("live"), data.event_log, data.lock, data.beat("keep"))
    assert not any(path.is_relative_to(data.events) for path in others)


def test_a_capture_has_a_place_only_under_a_whole_sha256(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    assert data.capture("ab" * 32) == data.evidence / f"{'ab' * 32}.pcap"
    assert [data.capture(text) for text in ("", "../../state", "AB" * 32, "ab" * 31, f"{'ab' * 32}/x")] == [None] * 5
