"""The bar by bytes: silent unless it is shown, and it knows how much there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from socctl.progress import EVERY_BYTES, byte_bar


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
