"""Reading and writing the registers for pages and programs: one entry, a whole file, an export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from dashboards.access.viewer import Viewer
from dashboards.errors import Invalid, Refused
from dashboards.registers import fields
from dashboards.registers.books import BOTNET, ENDPOINTS, SCANS, SOURCES, SYSTEMS, WEAKNESSES, Book, Effect, Hand
from dashboards.registers.fields import World
from dashboards.registers.incident_book import INCIDENTS, too_late
from dashboards.services import Services
from dashboards.shell.i18n import N_
from soc import sheet
from soc.access import Right, Scope
from soc.errors import NotFound

if TYPE_CHECKING:
    from soc.state.store import Tx

BOOKS = {one.name: one for one in (SYSTEMS, SOURCES, INCIDENTS, SCANS, WEAKNESSES, ENDPOINTS, BOTNET)}
ROWS_MOST, BYTES_MOST = 1_000, 500_000
CHUNK = 50
"""Rows of one transaction: others write in between."""
NOT_CSV = N_("The file is no CSV in UTF-8 with a head line: export the register and use that as a template.")
TOO_LARGE = N_("The file has more than 1,000 rows or 500 kB: cut it into several.")
NO_COLUMN = N_("A column is missing that every row needs.")


@dataclass(frozen=True, slots=True)
class RowReceipt:
    """One row of a file: what it would do, or what is wrong with it. `line`: of the file, the head is line 1."""

    line: int
    told: str
    effect: Effect | None
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileReceipt:
    """All rows of a file. `unknown`: columns that are not read. `saved`: whether the good rows were written."""

    book: Book
    rows: tuple[RowReceipt, ...]
    unknown: tuple[str, ...] = ()
    saved: bool = False

    @property
    def bad(self) -> int:
        return sum(bool(row.faults) for row in self.rows)

    def count(self, effect: Effect) -> int:
        return sum(row.effect is effect for row in self.rows)


def book_of(name: str) -> Book:
    """Raises NotFound."""
    if name not in BOOKS:
        raise NotFound
    return BOOKS[name]


def writer_scope(viewer: Viewer, book: Book) -> Scope:
    """Raises Refused for those who may not write this book anywhere."""
    if not viewer.may(book.right):
        raise Refused(f"your roles do not include '{book.right}'")
    return viewer.scope(book.right)


def listing(services: Services, viewer: Viewer, name: str) -> list[dict[str, str]]:
    """Every record of the book that the viewer sees, as its columns."""
    book = book_of(name)
    with services.state.read() as tx:
        return [_row(book, one) for one in book.rows(tx, viewer.scope(Right.READ_REGISTERS))]


def enter(services: Services, viewer: Viewer, name: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Writes one entry; answers its values. Raises Refused, Invalid."""
    book = book_of(name)
    hand = _hand(services, viewer, book)
    with services.state.write() as tx:
        said, _, faults = _judge(tx, book, hand, typed, world_of(tx, services, viewer, hand.scope))
        if faults:
            raise Invalid(faults)
        book.save(tx, hand, said)
    return said


def judge(
    services: Services, viewer: Viewer, book: Book, typed: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of an entry and what is wrong with it; writes nothing."""
    hand = _hand(services, viewer, book)
    with services.state.read() as tx:
        said, _, faults = _judge(tx, book, hand, typed, world_of(tx, services, viewer, hand.scope))
    return said, faults


def take_file(services: Services, viewer: Viewer, name: str, text: str, *, save: bool) -> FileReceipt:
    """What every row does; with `save`, the good ones are written. Raises Refused, and Invalid for what is no file."""
    book = book_of(name)
    hand = _hand(services, viewer, book)
    head, rows = _parsed(book, text)
    receipts: list[RowReceipt] = []
    for start in range(0, len(rows), CHUNK):
        with services.state.write() if save else services.state.read() as tx:
            world = world_of(tx, services, viewer, hand.scope)
            receipts += [_take(tx, book, hand, row, world, save=save) for row in rows[start : start + CHUNK]]
    return FileReceipt(book, tuple(receipts), tuple(one for one in head if one not in book.columns), save)


def export(services: Services, viewer: Viewer, name: str) -> str:
    """The book as CSV that no spreadsheet takes for formulas; written in the audit log."""
    book = book_of(name)
    rows = listing(services, viewer, name)
    text = "".join(sheet.lines(book.columns, ([row[column] for column in book.columns] for row in rows)))
    after = {"rows": len(rows), "sha256": sha256(text.encode()).hexdigest()}
    with services.state.write() as tx:
        tx.audit.append(viewer.actor, "register.export", name, at=services.clock.now(), after=after)
    return text


def world_of(tx: Tx, services: Services, viewer: Viewer, scope: Scope) -> World:
    """What a writer over that scope may name."""
    systems = {one.id: one.unit for one in tx.systems.all(scope) if not one.retired}
    sources = frozenset(one.id for one in tx.sources.all(scope))
    return World(services.units, viewer.day, scope.sees, systems, sources)


def _hand(services: Services, viewer: Viewer, book: Book) -> Hand:
    return Hand(viewer.actor, services.clock.now(), writer_scope(viewer, book))


def _take(tx: Tx, book: Book, hand: Hand, row: tuple[int, dict[str, str]], world: World, *, save: bool) -> RowReceipt:
    line, typed = row
    said, effect, faults = _judge(tx, book, hand, typed, world)
    if save and not faults and effect is not Effect.SAME:
        book.save(tx, hand, said)
    told = ", ".join(typed.get(one.name, "") for one in book.fields if one.required)
    return RowReceipt(line, told[:200], None if faults else effect, faults)


def _judge(
    tx: Tx, book: Book, hand: Hand, typed: Mapping[str, str], world: World
) -> tuple[dict[str, Any], Effect, dict[str, str]]:
    """The values of a row, what it would do, and what is wrong with it."""
    said, faults = fields.read(book.fields, typed, world)
    if faults:
        return said, Effect.NEW, faults
    effect, found = book.weigh(tx, hand.scope, said)
    return said, effect, found | (too_late(said, hand) if book.name == INCIDENTS.name else {})


def _parsed(book: Book, text: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The head, and every row that is not empty with its line. Raises Invalid."""
    if len(text.encode()) > BYTES_MOST:
        raise Invalid({"file": TOO_LARGE})
    lines = text.removeprefix(sheet.BOM).splitlines()
    if not lines or "\x00" in text:
        raise Invalid({"file": NOT_CSV})
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    try:
        reader = csv.reader(io.StringIO(text.removeprefix(sheet.BOM), newline=""), delimiter=separator, strict=True)
        head = [name.strip().lower() for name in next(reader)]
        rows = list(_rows(reader, head))
    except (csv.Error, StopIteration) as error:
        raise Invalid({"file": NOT_CSV}) from error
    if any(one.required and one.name not in head for one in book.fields):
        raise Invalid({"file": NO_COLUMN})
    if len(rows) > ROWS_MOST:
        raise Invalid({"file": TOO_LARGE})
    return head, rows


def _rows(reader: Any, head: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Text as it stands; the apostrophe that our own export put before a formula goes again."""
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, {name: _bare(cell) for name, cell in zip(head, cells, strict=False)}


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(sheet.DANGEROUS) else cell


def _row(book: Book, one: Mapping[str, Any]) -> dict[str, str]:
    return {name: fields.written(one[name]) for name in book.columns}
