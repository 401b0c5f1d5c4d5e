"""`posture-report/1`: the report as JSON and back; the same report gives the same bytes. Figures lie beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from reports.monthly.figures import Asked, Change, Figure, Reduce, Row, Rows
from reports.monthly.model import (
    Block,
    Box,
    Chart,
    Circulation,
    Cover,
    Missing,
    Paragraph,
    Report,
    Section,
    Table,
    Withheld,
)
from soc.period import Period, PeriodType, Reporting
from soc.report import ReportState

FORMAT = "posture-report/1"
KINDS: Mapping[str, type[Any]] = {
    "paragraph": Paragraph,
    "missing": Missing,
    "table": Table,
    "chart": Chart,
    "box": Box,
    "withheld": Withheld,
}
NAMES = {made: name for name, made in KINDS.items()}


def report_json(report: Report) -> bytes:
    """Without the figures themselves; their ids stand where they are printed."""
    made = _plain(report)
    del made["figures"]
    return _bytes({"format": FORMAT, **made}, indent=True)


def read_report(text: bytes, figures: Mapping[str, Figure]) -> Report:
    """The report of a package. Raises ValueError or KeyError for what is no such file."""
    row = msgspec.json.decode(text)
    if row.get("format") != FORMAT:
        raise ValueError(f"format '{row.get('format')}' is not '{FORMAT}'")
    changes = {id: Change(**one) for id, one in row["changes"].items()}
    period = row["period"]
    return Report(
        kind=row["kind"],
        period=Period(PeriodType(period["type"]), _day(period["start"]), _day(period["end"])),
        reporting=Reporting(row["reporting"]),
        label=row["label"],
        unit=row["unit"],
        as_of=datetime.fromisoformat(row["as_of"]),
        state=ReportState(row["state"]),
        circulation=Circulation(row["circulation"]),
        cover=msgspec.convert(row["cover"], Cover),
        summary=_blocks(row["summary"]),
        sections=tuple(_section(one) for one in row["sections"]),
        annexes=tuple(_section(one) for one in row["annexes"]),
        figures=figures,
        changes=changes,
        versions=row["versions"],
        incomplete=tuple(row["incomplete"]),
    )


def figure_lines(figures: Iterable[Figure]) -> bytes:
    """One figure a line, by id."""
    return b"".join(_bytes(_figure(one)) + b"\n" for one in sorted(figures, key=lambda one: one.id))


def read_figures(text: bytes) -> dict[str, Figure]:
    """Raises ValueError or KeyError for what is no such file."""
    made = (_read_figure(msgspec.json.decode(line)) for line in text.splitlines())
    return {one.id: one for one in made}


def rows_csv(rows: Rows) -> bytes:
    """A text stands in quotes of its own, so that none is taken for a formula, and nothing differs from ''."""
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([_cell(value) for value in row] for row in rows.rows)
    return out.getvalue().encode()


def read_rows(text: bytes) -> Rows:
    """Raises ValueError for what is no such file."""
    import csv
    import io

    csv.field_size_limit(16 * 1024**2)
    lines = iter(csv.reader(io.StringIO(text.decode(), newline="")))
    columns = tuple(next(lines, ()))
    made: list[Row] = [tuple(_value(cell) for cell in line) for line in lines]
    return Rows(columns, tuple(made))


def _cell(value: str | int | None) -> str:
    if value is None:
        return ""
    return msgspec.json.encode(value).decode()


def _value(cell: str) -> str | int | None:
    found: str | int | None = msgspec.json.decode(cell, type=str | int) if cell else None
    return found


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "id": one.id,
        "query": one.asked.query,
        "params": dict(one.asked.params),
        "as_of": one.asked.as_of.astimezone(UTC).isoformat(),
        "rows": one.asked.key,
        "where": _plain(one.where),
        "reduce": one.reduce.value,
        "of": one.of,
        "also": _plain(one.also),
        "places": one.places,
        "value": None if one.value is None else str(one.value),
        "parts": one.parts,
        "n": one.n,
        "reason": one.reason,
        "rows_hash": one.rows_hash,
        "value_hash": one.value_hash,
    }


def _read_figure(row: Mapping[str, Any]) -> Figure:
    asked = Asked(row["query"], row["params"], datetime.fromisoformat(row["as_of"]))
    parts = row["parts"]
    made = Figure(
        id=row["id"],
        asked=asked,
        where=_tuples(row["where"]),
        reduce=Reduce(row["reduce"]),
        of=row["of"],
        also=_tuples(row["also"]),
        places=row["places"],
        value=None if row["value"] is None else Decimal(row["value"]),
        parts=None if parts is None else (parts[0], parts[1]),
        n=row["n"],
        rows_hash=row["rows_hash"],
        reason=row["reason"],
    )
    if made.value_hash != row["value_hash"]:
        raise ValueError(f"figure '{made.id}' does not match its own hash")
    return made


def _tuples(where: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in where.items()}


def _section(row: Mapping[str, Any]) -> Section:
    parts = tuple(_section(one) for one in row["parts"])
    return Section(row["number"], row["title"], _blocks(row["blocks"]), parts, row["people"])


def _blocks(rows: Iterable[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(_block(row) for row in rows)


def _block(row: Mapping[str, Any]) -> Block:
    plain = {name: value for name, value in row.items() if name != "kind"}
    if row["kind"] == "box":
        return Box(row["title"], _blocks(row["blocks"]))  # type: ignore[arg-type]  # a box holds paragraphs only
    if row["kind"] == "chart":
        return msgspec.convert({**plain, "kind": plain.pop("drawn")}, Chart)
    found: Block = msgspec.convert(plain, KINDS[row["kind"]])
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return _record(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if hasattr(value, "isoformat") else value


def _record(value: Any) -> dict[str, Any]:
    made = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    name = NAMES.get(type(value))
    if name == "chart":
        made["drawn"] = made.pop("kind")
    return made if name is None else {"kind": name, **made}


def _bytes(value: Any, *, indent: bool = False) -> bytes:
    text = msgspec.json.encode(value, order="sorted")
    return msgspec.json.format(text, indent=1) if indent else text


def _day(text: str) -> Any:
    return datetime.fromisoformat(text).date()
