"""The four files: the same bytes for the same report, letters of the package alone, every number with its figure."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook

from reports.monthly import package
from reports.monthly.bookmarks import NoDocument, drifted
from reports.monthly.document import read_figures, read_report
from reports.monthly.figures import Book
from reports.monthly.model import Report, Table
from reports.monthly.monthly import blocks
from reports.monthly.package import Format
from reports.monthly.render.docx import docx
from reports.monthly.render.html import html
from reports.monthly.render.worker import pdf_apart
from reports.monthly.render.xlsx import xlsx
from soc.paths import DataDir
from soc.state.store import State
from tests.builders import NOON
from tests.unit.reports.monthly.a_month import AS_OF, a_month, the_report

SAID = re.compile(
    r"ngày \d+ tháng \d+ năm \d+|\d+/\d+/\d+|\d+/\d+|tháng \d+ năm \d+|\d+ giờ \d+ phút|Biểu \d+|Bảng \d+"
    r"|[Pp]hụ lục [IVX]+|Cấp độ \d|phân vị 90|12 kỳ|posture-1|C\d\d|và \d+ đơn vị khác|SC-\d+|CB-\d+|#\d+|kỳ \d"
)
"""Dates, names and numbers of documents: no figures."""

FREE = frozenset({"style", "title", "figcaption", "th", "header", "svg", "h1", "h2", "h3"})
HOSTILE = (
    "<script>alert(1)</script><img src=http://127.0.0.1:9/x>",
    '=HYPERLINK("http://127.0.0.1:9","x")',
    "{{ 7*7 }}{% for x in y %} & < > \" '",
    "a\x00b\x1b[31mc\u202egnp.exe\u2066\ufffe",
    "+1+1 @SUM(A1) -2",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> tuple[Report, Book]:
    return _made(tmp_path_factory.mktemp("thang"), migrated)


def _made(folder: Path, migrated: Path, *, text: str = "Nhiều lần đăng nhập sai") -> tuple[Report, Book]:
    from soc.clock import ManualClock

    shutil.copytree(migrated, folder, dirs_exist_ok=True)
    state = State.open(DataDir(folder), ManualClock(NOON))
    a_month(state, title=text, name=text)
    found = the_report(state)
    state.close()
    return found


def test_the_model_comes_back_from_its_files_and_renders_the_same(made: tuple[Report, Book]) -> None:
    report, book = made
    contents = package.data_files(report, book)
    again = read_report(contents[package.REPORT], read_figures(contents[package.FIGURES]))

    assert again == report
    assert html(again) == html(report)
    assert docx(again) == docx(report)
    assert xlsx(again, book.rows) == xlsx(report, book.rows)


class _Numbers(HTMLParser):
    """Texts that no figure stands for, without heads, captions and names of rows."""

    def __init__(self) -> None:
        super().__init__()
        self.loose: list[str] = []
        self.figures: set[str] = set()
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("data-figure"):
            self.figures.add(str(named["data-figure"]))
        free = (
            tag in {"style", "title", "figcaption", "th", "header", "svg", "h1", "h2", "h3"} or "data-figure" in named
        )
        free = free or "trace" in (named.get("class") or "").split()
        if tag not in {"meta", "br", "hr", "link"}:
            self._open.append((tag, free))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(free for _, free in self._open):
            self.loose.append(SAID.sub("", data))


def test_every_number_of_the_page_has_a_figure(made: tuple[Report, Book]) -> None:
    report, _ = made
    parser = _Numbers()
    parser.feed(html(report))
    loose = [text.strip() for text in parser.loose if re.search(r"\d", text)]

    weights = {cell.text for one in blocks(report.annexes) if isinstance(one, Table) and one.id == "b19"
               for row in one.rows for cell in row}  # fmt: skip
    assert [text for text in loose if text not in weights] == []
    assert parser.figures <= set(report.figures) | set(report.changes)
    assert len(parser.figures) > 120


def test_a_parser_of_numbers_that_sees_one(made: tuple[Report, Book]) -> None:
    report, _ = made
    parser = _Numbers()
    parser.feed(html(report).replace("<h2>TÓM TẮT</h2>", "<h2>TÓM TẮT</h2><p>Có 17 vụ.</p>"))

    assert "Có 17 vụ." in parser.loose


def test_the_pdf_holds_letters_of_the_package_alone(made: tuple[Report, Book], tmp_path: Path) -> None:
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts is not here")
    report, _ = made
    one, two = (pdf_apart(html(report), report.as_of) for _ in range(2))
    (tmp_path / "x.pdf").write_bytes(one)
    told = subprocess.run(["pdffonts", str(tmp_path / "x.pdf")], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "x.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout

    assert one == two
    names = [line.split()[0] for line in told.splitlines()[2:]]
    assert names
    assert all(re.fullmatch(r"[A-Z]{6}\+Tinos(-Bold|-Italic|-Bold-Italic)?", name) for name in names)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text


def _said_by(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_docx_is_a_paper_of_styles_and_tables(made: tuple[Report, Book]) -> None:
    report, _ = made
    document = Document(io.BytesIO(docx(report)))
    styles = {one.style.name for one in document.paragraphs if one.style}
    page = document.sections[0]

    assert {"Heading 1", "Heading 2", "Report Text", "Report Caption"} <= styles
    assert len(document.tables) > 10
    assert [round(getattr(page, f"{side}_margin").mm) for side in ("top", "bottom", "left", "right")] == [
        20,
        20,
        30,
        15,
    ]
    assert page.different_first_page_header_footer
    assert document.styles["Normal"].font.name == "Times New Roman"
    text = "\n".join(one.text for one in document.paragraphs)
    assert "BODY-OF" not in text
    assert "{{" not in text
    assert len(document.inline_shapes) == html(report).count("<svg ")


def test_the_workbook_has_numbers_with_their_figures(made: tuple[Report, Book]) -> None:
    report, book = made
    sheets = load_workbook(io.BytesIO(xlsx(report, book.rows)))
    sheet = sheets["Bảng 5"]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[0].value == "Cao")

    assert row[1].value == 2
    assert row[1].comment is not None
    assert row[1].comment.text == "2026-11/b05/high/this"
    assert row[1].number_format == "[$-42A]#,##0"
    assert row[7].value == "2026-11/b05/high/this"
    assert any(one.hidden and (one.min or 0) <= 8 <= (one.max or 0) for one in sheet.column_dimensions.values())
    assert sheet.freeze_panes == "B4"
    assert any(name.startswith("DL alerts") for name in sheets.sheetnames)


def test_an_edited_docx_names_what_drifted(made: tuple[Report, Book]) -> None:
    report, _ = made
    clean = docx(report)
    assert drifted(clean, report) == ()

    document = Document(io.BytesIO(clean))
    table = next(
        one for one in document.tables if one.rows[0].cells[0].text == "Nhóm" and "Cao" in one.columns[0].cells[2].text
    )
    table.rows[2].cells[1].paragraphs[0].runs[0].text = "9"
    body = table._tbl.getparent()
    gone = next(one for one in document.tables if one.rows[0].cells[0].text == "Cấp độ")
    body.remove(gone._tbl)
    out = io.BytesIO()
    document.save(out)
    found = {one.figure.split("/", 1)[1]: (one.was, one.now) for one in drifted(out.getvalue(), report)}

    assert found["b05/high/this"] == ("2", "9")
    assert found["b01/level-3/this"] == ("1", None)
    assert len([one for one in found.values() if one[1] is not None]) == 1


@pytest.mark.parametrize("broken", [b"", b"PK", b"%PDF-1.7"])
def test_what_is_no_docx_is_said(made: tuple[Report, Book], broken: bytes) -> None:
    with pytest.raises(NoDocument, match="no DOCX"):
        drifted(broken, made[0])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(tmp_path: Path, migrated: Path, text: str) -> None:
    report, book = _made(tmp_path / "x", migrated, text=text)
    files = package.rendered(report, [Format.HTML, Format.DOCX, Format.XLSX], book.rows)

    page = files["report.html"].decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "49" not in Document(io.BytesIO(files["report.docx"])).paragraphs[0].text
    for name in ("report.docx", "report.xlsx"):
        with ZipFile(io.BytesIO(files[name])) as archive:
            whole = b"".join(archive.read(one) for one in archive.namelist() if one.endswith((".xml", ".rels")))
        assert b"<f>" not in whole
        assert b'TargetMode="External"' not in whole
        assert "\u202e".encode() not in whole
    shown = [cell.value for sheet in load_workbook(io.BytesIO(files["report.xlsx"])) for row in sheet for cell in row]
    assert any(isinstance(one, str) and one.startswith(text[:3].replace("\x00", "")[:1]) for one in shown)
    for name, rows in package.data_files(report, book).items():
        if name.endswith(".csv"):
            assert not re.search(rb"(?m)^[=+@-]|,[=+@]", rows)


def test_the_cut_off_stands_on_page_one(made: tuple[Report, Book]) -> None:
    at = datetime.fromisoformat("2026-11-15T08:00:00+07:00")

    assert at == AS_OF
    assert "08 giờ 00 phút ngày 15/11/2026" in html(made[0])
