"""What was typed into a form of the registers, and what a fresh form shows."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.requests import Request

from dashboards.access.viewer import Viewer
from dashboards.errors import Refused
from dashboards.registers import fields
from dashboards.registers.books import Book
from dashboards.registers.service import BYTES_MOST, listing
from dashboards.shell.render import services_of
from soc.access import Right
from soc.alert import Level
from soc.errors import NotFound

FIELDS_MOST, TEXT_MOST = 40, 1_000_000
KEYS = ("id", "system", "code", "found_on", "unit", "day", "given_by", "address", "by", "scanned_on")
"""Columns by which a record is found when its form is opened."""
SEVERITY = {Level.CRITICAL: "serious", Level.HIGH: "high", Level.MEDIUM: "medium"}


async def typed_of(request: Request, *, file: str = "") -> dict[str, str]:
    """The fields of a form as text, several of one name with commas; the one named `file` is read as UTF-8 text.
    Raises Refused over the limits."""
    form = await request.form(max_files=1, max_fields=FIELDS_MOST, max_part_size=TEXT_MOST)
    typed: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if name == file:
                typed[name] = _text(await value.read(BYTES_MOST + 1))
        else:
            typed[name] = f"{typed[name]}, {value}" if name in typed else value
    await form.close()
    return typed


def fresh(request: Request, viewer: Viewer, book: Book, alert: str) -> dict[str, str]:
    """Empty; the record whose key stands in the address; or what an alert says. Raises NotFound for an alert that the
    viewer does not see."""
    if alert:
        return fields.for_form(book.fields, _from_alert(request, viewer, alert))
    asked = {name: value for name, value in request.query_params.items() if name in KEYS and name in book.columns}
    if not asked:
        return {}
    rows = listing(services_of(request), viewer, book.name)
    found = next((row for row in rows if all(row[name] == value for name, value in asked.items())), None)
    return fields.for_form(book.fields, found or asked)


def _from_alert(request: Request, viewer: Viewer, alert_id: str) -> dict[str, str]:
    with services_of(request).state.read() as tx:
        alert = tx.alerts.get(alert_id, viewer.scope(Right.TRIAGE))
    if alert.unit not in viewer.units.units:
        raise NotFound
    return {
        "unit": alert.unit,
        "title": alert.rule.title_vi or alert.rule.title,
        "severity": SEVERITY.get(alert.level, "low"),
        "t0": fields.written(alert.raised_at),
    }


def _text(data: bytes) -> str:
    """A byte that is no UTF-8 makes the file no CSV of ours, which the reader of files says better."""
    if len(data) > BYTES_MOST:
        raise Refused(f"the file is larger than {BYTES_MOST} bytes", code="SOC-1840", status=413)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "\x00"
