"""The DNS tunnel as a capture file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from collectors.simulate.capture import QUERIES, write_pcap
from soc.errors import SourceError
from soc.unit import UnitTree
from tests.unit.collectors.simulate.conftest import MORNING


def test_one_seed_gives_one_capture(tmp_path: Path, units: UnitTree) -> None:
    pytest.importorskip("scapy")
    first, second, other = (tmp_path / name for name in ("a.pcap", "b.pcap", "c.pcap"))
    told = write_pcap(first, 3, MORNING, units)
    write_pcap(second, 3, MORNING, units)
    write_pcap(other, 4, MORNING, units)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes() != other.read_bytes()
    assert first.read_bytes().count(b"cdn-telemetry") >= QUERIES
    assert told.must == ("dns_tunnel",)
    assert told.first < told.last


def test_without_scapy_the_error_says_what_to_install(
    tmp_path: Path, units: UnitTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scapy.utils", None)
    with pytest.raises(SourceError, match="scapy is not installed") as caught:
        write_pcap(tmp_path / "a.pcap", 3, MORNING, units)
    assert caught.value.code == "SOC-1350"
    assert not (tmp_path / "a.pcap").exists()
