"""Thirty files that somebody might send instead of figures, each with a word that the answer must hold."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import xlsxwriter

HEAD = "kpi_id;unit_id;period_type;period_start;period_end;dimensions;value;numerator;denominator;status;reason"
LINE = "doc_total;so-tai-chinh;day;2026-11-23;2026-11-23;;10;;;official;"


def a_csv(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines]).encode()


def a_book(*rows: tuple[object, ...], **parts: bytes) -> bytes:
    """A workbook with the head and these rows; `parts`: members added to the archive."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate((tuple(HEAD.split(";")), *rows)):
        for place, value in enumerate(row):
            sheet.write(number, place, value)
    book.close()
    if not parts:
        return out.getvalue()
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A good workbook with one member replaced."""
    source, out = zipfile.ZipFile(io.BytesIO(a_book(GOOD))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            archive.writestr(entry.filename, content if entry.filename == name else source.read(entry))
    return out.getvalue()


GOOD = tuple(LINE.split(";"))
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 999 + b'">]><worksheet>&b;&b;</worksheet>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet>&b;</worksheet>'


def _lying() -> bytes:
    """A member that says it is small and is not."""
    data = bytearray(with_part(SHEET, b"<worksheet>" + b" " * 5_000_000))
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(SHEET.encode()))
    data[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(data)


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "trống"),
    "blanks": (lambda: b" \r\n \r\n", "trống"),
    "pdf": (lambda: b"%PDF-1.7 x", "không phải CSV"),
    "gzip": (lambda: b"\x1f\x8b\x08" + b"x" * 40, "không phải CSV"),
    "web page saved as xls": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "không phải CSV"),
    "old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "mật khẩu"),
    "with a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1EncryptedPackage", "mật khẩu"),
    "with macros": (lambda: a_book(GOOD, xl__vbaProject__bin=b"x"), "macro"),
    "macro sheet": (lambda: a_book(GOOD, **{"xl__macrosheets__sheet1.xml": b"<x/>"}), "macro"),
    "torn archive": (lambda: a_book(GOOD)[:-200], "hỏng"),
    "some zip": (lambda: a_zip({"a.txt": b"x"}), "hỏng"),
    "word document": (lambda: a_zip({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "hỏng"),
    "zip bomb": (lambda: with_part(SHEET, b" " * 120_000_000), "quá lớn"),
    "dense bomb": (lambda: with_part(SHEET, b" " * 30_000_000), "quá lớn"),
    "lying size": (_lying, "hỏng"),
    "many members": (lambda: a_zip({f"xl/worksheets/{n}.xml": b"" for n in range(2_100)}), "quá lớn"),
    "entity bomb": (lambda: with_part(SHEET, LAUGHS), "hỏng"),
    "outside entity": (lambda: with_part(SHEET, OUTSIDE), "hỏng"),
    "broken sheet": (lambda: with_part(SHEET, b"<worksheet><sheetData><row"), "hỏng"),
    "too large": (lambda: a_csv(*[LINE] * 170_000), "10 MiB"),
    "too many rows": (lambda: a_csv(*["doc_total;x;day;;;;1"] * 51_000), "50.000"),
    "windows-1258": (lambda: a_csv(f"{LINE}số liệu".replace("ố", "o")).replace(b"s", b"\xf5"), "CSV UTF-8"),
    "TCVN3": (lambda: HEAD.encode() + b"\r\ndoc_total;S\xeb T\xb5i ch\xddnh;day", "CSV UTF-8"),
    "UTF-16 without mark": (lambda: a_csv(LINE).decode().encode("utf-16-le"), "CSV UTF-8"),
    "torn UTF-16": (lambda: b"\xff\xfe" + a_csv(LINE).decode().encode("utf-16-le")[:-1], "CSV UTF-8"),
    "open quote": (lambda: a_csv('"doc_total;so-tai-chinh'), "ngoặc kép"),
    "no names of columns": (lambda: a_csv(LINE, head="a;b;c"), "tên cột"),
    "missing columns": (lambda: a_csv(LINE, head="kpi_id;value"), "Thiếu cột"),
    "column twice": (lambda: a_csv(LINE, head=HEAD + ";value"), "Cột lặp"),
    "figure twice": (lambda: a_csv(LINE, LINE.replace(";10;", ";11;")), "nhiều dòng"),
}


def a_zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
