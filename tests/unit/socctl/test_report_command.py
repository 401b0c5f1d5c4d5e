"""`socctl report`: what it writes can be read again; a changed byte and a wrong folder are told by exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from reports.monthly.package import PackageError
from socctl.commands.report import brief, compare, monthly, verify


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("SOC_DATA", str(tmp_path / "data"))
    lines: list[str] = []
    monkeypatch.setattr("typer.echo", lambda text, **_: lines.append(text))
    return lines


def written(out: Path, formats: str = "html,docx") -> int:
    with pytest.raises(typer.Exit) as left:
        monthly(out=out, period="2026-10", calendar="", as_of="", formats=formats)
    return left.value.exit_code


def code(folder: Path) -> int:
    with pytest.raises(typer.Exit) as left:
        verify(folder)
    return left.value.exit_code


def test_an_empty_month_is_written_with_what_lacks(tmp_path: Path, said: list[str]) -> None:
    assert written(tmp_path / "out") == 1
    assert "incomplete: chỉ số an toàn thông tin" in said
    assert "Báo cáo được lập khi chưa có đủ số liệu của" in (tmp_path / "out" / "report.html").read_text()
    assert code(tmp_path / "out") == 0


def test_a_changed_byte_is_named_and_ends_with_two(tmp_path: Path, said: list[str]) -> None:
    written(tmp_path / "out")
    page = tmp_path / "out" / "report.html"
    page.write_text(page.read_text().replace("BÁO CÁO", "BÁO CÁ0", 1))

    assert code(tmp_path / "out") == 2
    assert "changed       report.html" in said


def test_the_same_folder_is_written_anew_and_another_one_is_left_alone(tmp_path: Path, said: list[str]) -> None:
    written(tmp_path / "out", "html,docx,xlsx")
    first = (tmp_path / "out" / "report.docx").read_bytes()
    written(tmp_path / "out", "docx")
    assert (tmp_path / "out" / "report.docx").read_bytes() == first
    assert not (tmp_path / "out" / "report.xlsx").exists()

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(PackageError, match=r"letter\.txt"):
        monthly(out=tmp_path / "mine", period="2026-10", calendar="", as_of="", formats="html")
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_a_docx_that_was_not_edited_has_not_drifted(tmp_path: Path, said: list[str]) -> None:
    written(tmp_path / "out")
    with pytest.raises(typer.Exit) as left:
        compare(tmp_path / "out", tmp_path / "out" / "report.docx")
    assert left.value.exit_code == 0


def test_the_brief_and_a_format_that_there_is_not(tmp_path: Path, said: list[str]) -> None:
    with pytest.raises(typer.Exit) as left:
        brief(out=tmp_path / "brief", period="", calendar="calendar", as_of="", formats="html")
    assert left.value.exit_code == 1
    with pytest.raises(typer.BadParameter, match="no format 'doc'"):
        monthly(out=tmp_path / "x", period="", calendar="", as_of="", formats="doc")
    with pytest.raises(PackageError, match="no package"):
        verify(tmp_path)
