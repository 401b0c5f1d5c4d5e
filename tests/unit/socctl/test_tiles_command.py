"""`socctl tiles`: English keys for programs, the sentence for people."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from soc.errors import NotFound
from socctl.commands.tiles import tiles


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("SOC_DATA", str(tmp_path))
    lines: list[str] = []
    monkeypatch.setattr("typer.echo", lines.append)
    return lines


def test_one_object_a_tile_with_stable_keys(said: list[str]) -> None:
    tiles(as_json=True, unit="")
    rows = [orjson.loads(line) for line in said]
    assert len(rows) == 8
    assert {"subsystem", "kpi_id", "value", "freshness", "as_of", "responsible"} <= set(rows[0])
    assert {row["value"] for row in rows} == {None}


def test_the_table_speaks_the_language_of_the_terminal(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOC_LANG", "vi")
    tiles(as_json=False, unit="so_y_te")
    assert "chưa có số liệu" in said[0]
    monkeypatch.setenv("SOC_LANG", "en")
    tiles(as_json=False, unit="")
    assert "no figure" in said[16]


def test_an_unknown_unit_is_named_with_the_nearest(said: list[str]) -> None:
    with pytest.raises(NotFound, match="so_y_te"):
        tiles(as_json=False, unit="so_y_t")
