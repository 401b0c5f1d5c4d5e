"""The template for a unit and a period: ids hidden and locked, cells for input alone open (XlsxWriter)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.kpi.definitions import Kpi
from reports.kpi.sheets.columns import DEFINED_NAME, IDS, INPUT, Marker
from reports.wording import EMPTY, Text
from soc.observation import Dimensions, Status
from soc.period import Period

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

STATUSES = [str(one) for one in (Status.ESTIMATED, Status.PRELIMINARY, Status.OFFICIAL, Status.MISSING)]
SHOWN = ("Chỉ tiêu", "Phân tổ", "Đơn vị tính")
CAPTIONS = {
    "value": "Giá trị",
    "numerator": "Tử số",
    "denominator": "Mẫu số",
    "status": "Trạng thái",
    "reason": "Lý do, ghi chú",
}
GUIDE = (
    "Chỉ nhập vào các ô màu trắng. Không thêm, xóa hoặc đổi tên cột.",
    "Số: nhập số bình thường, ví dụ 96,4. Không dùng định dạng phần trăm.",
    "Chỉ tiêu tỷ lệ cần cả tử số và mẫu số; giá trị phải khớp với hai số này.",
    "Không có số liệu: chọn trạng thái 'missing' và ghi lý do.",
    "Không phát sinh: để trống giá trị, tử số 0, mẫu số 0.",
    "Sửa số đã gửi: nhập số mới và ghi lý do ở cột cuối.",
    "Dòng để trống được bỏ qua.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure that is asked for."""

    kpi: Kpi
    unit: str
    period: Period
    dimensions: Dimensions = ()
    words: Text = EMPTY


def write(lines: Sequence[Line], marker: Marker, title: str) -> bytes:
    """The workbook; nothing in it is a formula or a link."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    formats = {
        "locked": book.add_format({"locked": True, "bg_color": "#eef1f4"}),
        "head": book.add_format({"locked": True, "bold": True, "bg_color": "#d9e2ec"}),
        "open": book.add_format({"locked": False}),
    }
    sheet = book.add_worksheet("So lieu")
    _figures(sheet, lines, formats)
    guide = book.add_worksheet("Hướng dẫn")
    guide.set_column(0, 0, 100)
    for number, text in enumerate((title, *GUIDE)):
        guide.write_string(number, 0, text)
    book.define_name(DEFINED_NAME, f'="{marker.text}"')
    book.close()
    return out.getvalue()


def _figures(sheet: Worksheet, lines: Sequence[Line], formats: dict[str, Format]) -> None:
    names = (*IDS, *("",) * len(SHOWN), *INPUT)
    captions = (*("",) * len(IDS), *SHOWN, *(CAPTIONS[name] for name in INPUT))
    for place, (caption, name) in enumerate(zip(captions, names, strict=True)):
        sheet.write_string(0, place, caption, formats["head"])
        sheet.write_string(1, place, name, formats["locked"])
    for number, line in enumerate(lines, 2):
        for place, text in enumerate(_fixed(line)):
            sheet.write_string(number, place, text, formats["locked"])
        for place in range(len(names) - len(INPUT), len(names)):
            sheet.write_blank(number, place, None, formats["open"])
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.set_column(0, len(IDS) - 1, 10, None, {"hidden": True})
    sheet.set_column(len(IDS), len(IDS), 60)
    sheet.set_column(len(IDS) + 1, len(names) - 1, 16)
    sheet.freeze_panes(2, len(IDS) + 1)
    status = names.index("status")
    rule: dict[str, Any] = {"validate": "list", "source": STATUSES}
    sheet.data_validation(2, status, max(2, len(lines) + 1), status, rule)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _fixed(line: Line) -> tuple[str, ...]:
    period, dimensions = line.period, ";".join(f"{name}={value}" for name, value in line.dimensions)
    ids = (line.kpi.id, line.unit, str(period.type), period.start.isoformat(), period.end.isoformat(), dimensions)
    return (*ids, line.kpi.title.vi, line.words.vi, line.kpi.unit_text.vi)
