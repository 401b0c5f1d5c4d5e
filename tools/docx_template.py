"""Makes `reports/templates/report.docx`: page, styles and letterhead by `reports/layouts/nd30-2020.yml`.

`python -m tools.docx_template` writes the file; `--check` tells whether it is what this program makes.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import yaml
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Mm, Pt, RGBColor

from reports.monthly.render.zipped import steady

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "reports" / "templates" / "report.docx"
LAYOUT = ROOT / "reports" / "layouts" / "nd30-2020.yml"
CENTRE, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
TEXT_MM = 165
LEFT_MM, RIGHT_MM = 66, 99


def made() -> bytes:
    layout = yaml.safe_load(LAYOUT.read_text("utf-8"))
    document = Document()
    _page(document, layout)
    _styles(document, layout)
    _page_number(document, layout)
    _letterhead(document, layout)
    _title(document, layout)
    document.add_paragraph("BODY-OF-THE-REPORT")
    _signing(document, layout)
    document.add_paragraph("ANNEXES-OF-THE-REPORT")
    out = io.BytesIO()
    document.save(out)
    return steady(out.getvalue())


def _page(document: Any, layout: dict[str, Any]) -> None:
    page, margins = document.sections[0], layout["margins_mm"]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for side in ("top", "bottom", "left", "right"):
        setattr(page, f"{side}_margin", Mm(margins[side]))
    page.header_distance = Mm(10)
    page.different_first_page_header_footer = True


def _styles(document: Any, layout: dict[str, Any]) -> None:
    body, font = layout["body"], layout["font"]["office"]
    normal = document.styles["Normal"]
    _font(normal, font, body["size_pt"])
    form = normal.paragraph_format
    form.space_after, form.space_before = Pt(0), Pt(0)
    for name in ("Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        _font(style, font, body["size_pt"], bold=True)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(6)
        style.paragraph_format.keep_with_next = True
    document.styles["Heading 3"].font.italic = True
    text = _style(document, "Report Text", font, body["size_pt"])
    text.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    text.paragraph_format.first_line_indent = Cm(body["first_line_cm"])
    text.paragraph_format.space_after = Pt(body["after_pt"])
    text.paragraph_format.line_spacing = body["line_spacing"]
    missing = _style(document, "Report Missing", font, body["size_pt"], base="Report Text")
    missing.font.italic = True
    caption = _style(document, "Report Caption", font, 12, bold=True)
    caption.paragraph_format.alignment, caption.paragraph_format.keep_with_next = CENTRE, True
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(4)
    note = _style(document, "Report Note", font, 11)
    note.font.italic = True
    note.paragraph_format.space_after = Pt(4)
    _style(document, "Report Cell", font, layout["table_pt"])
    picture = _style(document, "Report Picture", font, layout["table_pt"])
    picture.paragraph_format.alignment = CENTRE


def _style(document: Any, name: str, font: str, size: float, *, bold: bool = False, base: str = "Normal") -> Any:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles[base]
    _font(style, font, size, bold=bold)
    return style


def _font(style: Any, font: str, size: float, *, bold: bool = False) -> None:
    """All four families by name: a theme font would win over the first one alone."""
    style.font.name, style.font.size, style.font.bold = font, Pt(size), bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in list(fonts.attrib):
        if kind.endswith("Theme"):
            del fonts.attrib[kind]
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), font)
    style.font.color.rgb = RGBColor(0, 0, 0)


def _page_number(document: Any, layout: dict[str, Any]) -> None:
    head = document.sections[0].header.paragraphs[0]
    head.style, head.alignment = document.styles["Normal"], CENTRE
    run = head.add_run()
    run.font.size = Pt(layout["page_number_pt"])
    for kind in ("begin", None, "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = "PAGE"
        run._r.append(element)


def _letterhead(document: Any, layout: dict[str, Any]) -> None:
    head = layout["head"]
    left, right = _columns(document, LEFT_MM, RIGHT_MM)
    body = head["left"]["body_pt"]
    _line(left, "{{ governing_body }}", body, first=True)
    _line(left, "{{ issuing_body }}", body, bold=True)
    _rule(left, LEFT_MM * (1 - head["left"]["rule_share"]) / 2)
    _line(left, "Số: {{ number }}/{{ symbol }}", layout["number_pt"])
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", head["right"]["country_pt"] - 1, bold=True, first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", head["right"]["motto_pt"] - 0.5, bold=True)
    _rule(right, 19)
    _line(right, "{{ place }}, {{ issued_on }}", layout["date_pt"], italic=True)


def _title(document: Any, layout: dict[str, Any]) -> None:
    title = layout["title"]
    draft = _line(document, "{{ draft }}", layout["body"]["size_pt"], bold=True, align=LEFT)
    draft.paragraph_format.space_before = Pt(6)
    _line(document, "{{ circulation }}", 13, bold=True)
    _line(document, "BÁO CÁO", title["kind_pt"], bold=True).paragraph_format.space_before = Pt(6)
    _line(document, "{{ subject }}", title["subject_pt"], bold=True)
    _line(document, "{{ span }}", title["subject_pt"], italic=True)
    _rule(document, TEXT_MM * (1 - title["rule_share"]) / 2)
    banner = _line(document, "{{ banner }}", 13, bold=True, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    banner.paragraph_format.space_before = Pt(6)
    _line(document, "{{ as_of }}", 11, italic=True).paragraph_format.space_after = Pt(6)


def _signing(document: Any, layout: dict[str, Any]) -> None:
    sizes = layout["recipients"]
    document.add_paragraph()
    left, right = _columns(document, TEXT_MM / 2, TEXT_MM / 2)
    _line(left, "Nơi nhận:", sizes["head_pt"], bold=True, italic=True, align=LEFT, first=True)
    _line(left, "{%p for one in recipients %}", sizes["list_pt"], align=LEFT)
    _line(left, "{{ one }}", sizes["list_pt"], align=LEFT)
    _line(left, "{%p endfor %}", sizes["list_pt"], align=LEFT)
    _line(right, "{{ authority }} {{ office }}", layout["body"]["size_pt"], bold=True, first=True)
    name = _line(right, "{{ signer }}", layout["body"]["size_pt"], bold=True)
    name.paragraph_format.space_before = Mm(25)


def _columns(document: Any, *widths: float) -> tuple[Any, Any]:
    """Two columns without lines, as letterheads are set."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    margins = '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    made = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>")
    # The order of children is part of the format; office programs refuse another one.
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    table._tbl.tblPr.append(made) if look is None else look.addprevious(made)
    return table.rows[0].cells[0], table.rows[0].cells[1]


def _line(
    place: Any, text: str, size: float, *, bold: bool = False, italic: bool = False, align: Any = CENTRE,
    first: bool = False,
) -> Any:  # fmt: skip
    line = place.paragraphs[0] if first else place.add_paragraph()
    run = line.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    line.alignment = align
    return line


def _rule(place: Any, indent_mm: float) -> None:
    """A border of a paragraph of its own: its length is that of the paragraph, whatever the text above it."""
    line = place.add_paragraph()
    form = line.paragraph_format
    form.left_indent = form.right_indent = Mm(indent_mm)
    form.space_after, form.line_spacing = Pt(4), Pt(3)
    border = '<w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/>'
    properties = line._p.get_or_add_pPr()
    before = 0 if properties.pStyle is None else 1
    properties.insert(before, parse_xml(f"<w:pBdr {nsdecls('w')}>{border}</w:pBdr>"))


def main() -> int:
    wanted = made()
    if "--check" in sys.argv:
        same = TEMPLATE.exists() and TEMPLATE.read_bytes() == wanted
        print(f"{TEMPLATE.name}: {'as made' if same else 'differs - run python -m tools.docx_template'}")
        return 0 if same else 1
    TEMPLATE.write_bytes(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
