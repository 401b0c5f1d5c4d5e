from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from collectors import registry
from collectors.detect_product import ProductDetector
from collectors.site_watch import EVERY, SiteWatch
from soc.raw import RawRecord, Transport
from tests.builders import NOON
from tests.unit.collectors.test_registry import OWN


@pytest.fixture(autouse=True)
def own_mappings_end(tmp_path: Path) -> Iterator[None]:
    yield
    registry.use_good(tmp_path / "nothing")


def test_a_saved_mapping_is_in_force_within_five_seconds(tmp_path: Path) -> None:
    told: list[int] = []
    watch = SiteWatch(tmp_path, lambda: told.append(1))
    watch.run(NOON)
    (tmp_path / "kv.yml").write_text(OWN)

    watch.run(NOON + EVERY / 2)
    assert registry.parser("kv").version != 7
    watch.run(NOON + EVERY)

    assert registry.parser("kv").version == 7
    assert told == [1]
    watch.run(NOON + 2 * EVERY)
    assert told == [1]


def test_a_clock_set_back_does_not_stop_the_look(tmp_path: Path) -> None:
    watch = SiteWatch(tmp_path, lambda: None)
    watch.run(NOON)
    (tmp_path / "kv.yml").write_text(OWN)
    watch.run(NOON - timedelta(hours=1))
    assert registry.parser("kv").version == 7


def test_a_file_that_became_bad_leaves_the_old_mapping_in_force(tmp_path: Path) -> None:
    watch = SiteWatch(tmp_path, lambda: None)
    (tmp_path / "kv.yml").write_text(OWN)
    watch.run(NOON)
    (tmp_path / "kv.yml").write_text("name: [")
    watch.run(NOON + EVERY)
    assert registry.parser("kv").version == 7


def test_what_was_learned_with_the_old_mappings_is_forgotten() -> None:
    detector = ProductDetector()
    line = b'date=2026-11-24 time=12:00:00 devname="F" devid="FG100D3G12345678" logid="0000000013" type="traffic"'
    record = RawRecord("x", "x", 1, "192.0.2.1", Transport.UDP, line)
    assert detector.product_of(record) == "fortigate"
    detector.relearn()
    assert detector._last == {}
    assert detector.product_of(record) == "fortigate"
