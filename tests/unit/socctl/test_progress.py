"""The bar by bytes: silent unless it is shown, and it knows how much there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from soc.role import RoleName
from socctl.progress import EVERY_BYTES, ImportBar, byte_bar


def test_nothing_is_drawn_where_nobody_looks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    byte_bar([tmp_path], shown=False)(10)
    assert capsys.readouterr() == ("", "")


def test_the_bar_goes_to_standard_error_and_ends_on_minus_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    advance = byte_bar([tmp_path, tmp_path / "a", Path("-")], shown=True)
    advance(EVERY_BYTES)
    advance(1)
    advance(-1)
    assert capsys.readouterr().out == ""


def test_an_import_shows_what_is_read_and_what_waits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    with ImportBar([tmp_path], shown=True) as bar:
        bar.bytes(10)
        bar.waiting({RoleName.NORMALISE: 5, RoleName.KEEP: 0})
        bar.waiting({RoleName.NORMALISE: 0, RoleName.KEEP: 0})
    assert capsys.readouterr().out == ""


def test_an_import_into_a_file_draws_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ImportBar([tmp_path], shown=False) as bar:
        bar.bytes(10)
        bar.waiting({RoleName.NORMALISE: 5})
    assert capsys.readouterr() == ("", "")
