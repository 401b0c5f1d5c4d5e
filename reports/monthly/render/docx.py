"""The report as the working form of agencies: real styles and headings, tables as tables, a bookmark per figure."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reports.monthly import wording
from reports.monthly.bookmarks import bookmark
from reports.monthly.model import Block, Box, Cell, Chart, Missing, Paragraph, Report, Run, Section, Table
from reports.monthly.printed import ROWS_MOST, ROWS_SHOWN
from reports.monthly.render.cleaned import cleaned
from reports.monthly.render.html import BLANK_DATE, drafted, drawn, enclosed, said_as_of, traced
from reports.monthly.render.zipped import steady

if TYPE_CHECKING:
    from docx.document import Document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BODY, ANNEXES = "BODY-OF-THE-REPORT", "ANNEXES-OF-THE-REPORT"
TWIPS = 9354
"""The width of the text: 165 mm."""

FIRST_SHARE = 0.3
PICTURE_CM = 16.0
ZOOM = 3


def docx(report: Report) -> bytes:
    """The same report gives the same bytes."""
    from docxtpl import DocxTemplate

    with as_file(files("reports") / "templates" / "report.docx") as path:
        template = DocxTemplate(path)
        template.render(_head(report), autoescape=True)
    document = template.docx
    _Body(document, report).write()
    properties = document.core_properties
    properties.title, properties.author = cleaned(report.cover.subject), cleaned(report.cover.issuing_body)
    properties.last_modified_by, properties.revision, properties.language = "", 1, "vi-VN"
    out = io.BytesIO()
    document.save(out)
    return steady(out.getvalue(), report.as_of)


def _head(report: Report) -> dict[str, Any]:
    cover = report.cover
    last = len(cover.recipients) - 1
    signing = cover.signing
    found = {
        "governing_body": cover.governing_body.upper(),
        "issuing_body": cover.issuing_body.upper(),
        "number": cover.number or "\u00a0" * 6,
        "symbol": cover.symbol,
        "place": cover.place,
        "issued_on": cover.issued_on or BLANK_DATE,
        "draft": "DỰ THẢO" if drafted(report) else "",
        "circulation": "LƯU HÀNH NỘI BỘ" if report.circulation == "internal" else "",
        "subject": cover.subject,
        "span": cover.span,
        "banner": cover.banner,
        "as_of": said_as_of(report),
        "authority": signing.authority,
        "office": signing.office.upper(),
        "signer": signing.name,
    }
    names = [f"- {cleaned(one)}{'.' if at == last else ';'}" for at, one in enumerate(cover.recipients)]
    return {name: cleaned(text) for name, text in found.items()} | {"recipients": names}


class _Body:
    """Writes blocks before two marks of the template."""

    def __init__(self, document: Document, report: Report) -> None:
        self._document = document
        self._report = report
        self._marks = 0

    def write(self) -> None:
        report = self._report
        for text, parts in ((BODY, self._main(report)), (ANNEXES, self._annexes(report))):
            mark = next(one for one in self._document.paragraphs if one.text == text)
            for part in parts:
                mark._p.addprevious(part)
            mark._p.getparent().remove(mark._p)

    def _main(self, report: Report) -> Iterator[Any]:
        if report.summary:
            yield self._line("TÓM TẮT", "Heading1")
        yield from self._all(report.summary)
        for section in report.sections:
            yield from self._section(section)

    def _section(self, section: Section) -> Iterator[Any]:
        yield self._line(f"{section.number}. {section.title}", "Heading1")
        if section.people and not section.blocks:
            yield self._line("(Nội dung do đơn vị lập báo cáo bổ sung trước khi trình duyệt.)", "ReportMissing")
        yield from self._all(section.blocks)
        for part in section.parts:
            yield self._line(f"{part.number}. {part.title}", "Heading2")
            yield from self._all(part.blocks)

    def _annexes(self, report: Report) -> Iterator[Any]:
        for annex in report.annexes:
            yield from self._annex(annex.number, annex.title)
            yield from self._all(annex.blocks)
        if not report.annexes:
            return
        yield from self._annex("Phụ lục X", "GÓI DỮ LIỆU MÁY ĐỌC ĐƯỢC VÀ MÃ KIỂM TRA")
        head = ("Số liệu", "Giá trị", "Truy vấn", "Số dòng", "Mã kiểm tra")
        rows = tuple(
            (Cell(one.id), Cell(wording.shown(one), number=True), Cell(one.asked.query),
             Cell(wording.number(one.n), number=True), Cell(one.rows_hash[:16]))
            for one in traced(report)
        )  # fmt: skip
        yield _parsed(self._grid(head, rows))

    def _annex(self, number: str, title: str) -> Iterator[Any]:
        yield _parsed(f'<w:p {W}><w:r><w:br w:type="page"/></w:r></w:p>')
        yield self._line(number, "Heading1", centred=True)
        yield self._line(title, "Heading2", centred=True)
        yield self._line(enclosed(self._report), "ReportNote", centred=True)

    def _all(self, some: Iterable[Block]) -> Iterator[Any]:
        for block in some:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Any]:
        match block:
            case Paragraph():
                yield self._paragraph(block)
            case Missing():
                yield self._line(f"Chưa có số liệu về {block.of}; lý do: {block.reason}.", "ReportMissing")
            case Table():
                yield from self._table(block)
            case Chart():
                yield self._line(_titled(block.label, block.title, block.unit), "ReportCaption")
                yield self._picture(block)
                if block.note:
                    yield self._line(block.note, "ReportNote")
            case Box():
                yield self._line(block.title, "Heading3")
                yield from self._all(block.blocks)
            case _:
                text = f"{block.title}: phần này không thuộc phạm vi lưu hành của bản báo cáo."
                yield self._line(text, "ReportMissing")

    def _table(self, table: Table) -> Iterator[Any]:
        yield self._line(_titled(table.label, table.title), "ReportCaption")
        if table.base:
            yield self._line(table.base, "ReportNote")
        long = len(table.rows) > ROWS_MOST
        yield _parsed(self._grid(table.head, table.rows[:ROWS_SHOWN] if long else table.rows, table.widths))
        if long:
            many = wording.number(len(table.rows))
            yield self._line(f"Trích {ROWS_SHOWN} dòng đầu trên {many} dòng; đầy đủ ở tệp XLSX.", "ReportNote")
        yield self._line(table.note, "ReportNote")

    def _paragraph(self, one: Paragraph) -> Any:
        runs = "".join(self._run(run) for run in one.runs)
        return _parsed(f'<w:p {W}><w:pPr><w:pStyle w:val="ReportText"/></w:pPr>{runs}</w:p>')

    def _line(self, text: str, style: str, *, centred: bool = False) -> Any:
        align = '<w:jc w:val="center"/>' if centred else ""
        return _parsed(f'<w:p {W}><w:pPr><w:pStyle w:val="{style}"/>{align}</w:pPr>{self._run(Run(text))}</w:p>')

    def _run(self, run: Run, *, bold: bool = False) -> str:
        strong = "<w:rPr><w:b/></w:rPr>" if bold else ""
        text = f'<w:r>{strong}<w:t xml:space="preserve">{escape(cleaned(run.text))}</w:t></w:r>'
        if not run.figure:
            return text
        self._marks += 1
        name = bookmark(run.figure, self._marks)
        return f'<w:bookmarkStart w:id="{self._marks}" w:name="{name}"/>{text}<w:bookmarkEnd w:id="{self._marks}"/>'

    def _grid(self, head: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], shares: tuple[int, ...] = ()) -> str:
        widths = _widths(len(head), shares)
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        first = "".join(
            self._cell(Cell(name, strong=True), width, align="center") for name, width in zip(head, widths, strict=True)
        )
        lines = "".join(
            f"<w:tr><w:trPr><w:cantSplit/></w:trPr>"
            f"{''.join(self._cell(one, width) for one, width in zip(row, widths, strict=True))}</w:tr>"
            for row in rows
        )
        return (
            f"<w:tbl {W}><w:tblPr>{_BORDERS}<w:tblLayout w:type='fixed'/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
            f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{first}</w:tr>{lines}</w:tbl>"
        )

    def _cell(self, cell: Cell, width: int, *, align: str = "") -> str:
        side = align or ("right" if cell.number else "left")
        run = self._run(Run(cell.text, cell.figure), bold=cell.strong)
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="ReportCell"/><w:jc w:val="{side}"/></w:pPr>{run}</w:p></w:tc>'
        )

    def _picture(self, chart: Chart) -> Any:
        from docx.shared import Cm

        line = self._document.add_paragraph(style="Report Picture")
        line.add_run().add_picture(io.BytesIO(_png(chart)), width=Cm(PICTURE_CM))
        properties = line._p.xpath(".//wp:docPr")[0]
        properties.set("descr", cleaned(_titled(chart.label, chart.title, chart.unit)))
        return line._p


_BORDERS = (
    f'<w:tblW w:w="{TWIPS}" w:type="dxa"/><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders>"
)


def _titled(label: str, title: str, unit: str = "") -> str:
    return f"{label}. {title}{f' ({unit})' if unit else ''}"


def _widths(count: int, shares: tuple[int, ...]) -> list[int]:
    """As the table says; else the first column has more room, since it names things."""
    if shares:
        return [TWIPS * share // 100 for share in shares]
    first = int(TWIPS * FIRST_SHARE) if count > 2 else TWIPS // count
    rest = (TWIPS - first) // max(count - 1, 1)
    return [first, *([rest] * (count - 1))]


def _png(chart: Chart) -> bytes:
    """By letters of the package alone, whatever the machine has."""
    import resvg_py

    with as_file(files("reports") / "fonts") as folder:
        letters = sorted(str(path) for path in folder.glob("*.ttf"))
        made = resvg_py.svg_to_bytes(
            svg_string=str(drawn(chart)), zoom=ZOOM, font_files=letters, skip_system_fonts=True, font_family="Tinos",
            background="#ffffff",
        )  # fmt: skip
    return bytes(made)


def _parsed(text: str) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(text)
