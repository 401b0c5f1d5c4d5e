"""A tile as data, for `/ioc/v1/tiles` and exports: numbers as decimal strings, times in RFC 3339, both languages."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from reports.kpi.board import BoardTile
from reports.kpi.compare import Comparison
from reports.kpi.drill import Part, Parts
from reports.kpi.tile import KpiTile
from reports.wording import EMPTY, Text
from soc.period import Period


def board_body(one: BoardTile) -> dict[str, Any]:
    return {"service": one.row.service, "subsystem": one.row.subsystem} | tile_body(one.tile)


def tile_body(tile: KpiTile) -> dict[str, Any]:
    """The same bytes for the same tile; what these eyes may not see is not there."""
    return {
        "id": tile.id,
        "kpi_id": tile.kpi.id,
        "level": tile.level,
        "dimensions": dict(tile.dimensions),
        "title": _text(tile.title),
        "value": _number(tile.value),
        "shown": _text(tile.shown),
        "unit": _text(tile.unit),
        "grade": tile.grade.value,
        "grade_words": _text(tile.grade_words),
        "state": tile.state.value,
        "state_words": _text(tile.state_words),
        "struck": tile.struck,
        "sentence": _text(tile.sentence),
        "lack": tile.lack.value if tile.lack else None,
        "period": _period(tile.period),
        "period_words": _text(tile.period_words),
        "cumulative": tile.cumulative.value,
        "comparisons": [_comparison(one) for one in tile.comparisons],
        "coverage": _coverage(tile),
        "responsible": {"unit_id": tile.responsible, "name": _text(tile.responsible_name)},
        "times": {
            "read_at": _time(tile.times.read_at),
            "age_seconds": None if tile.times.age is None else int(tile.times.age.total_seconds()),
            "next_due": _time(tile.times.next_due),
            "grace_until": _time(tile.times.grace_until),
            "lost_since": _time(tile.times.lost_since),
        },
        "definition": _definition(tile),
        "origin": _origin(tile),
        "points": [_number(one) for one in tile.points],
    }


def parts_body(parts: Parts) -> dict[str, Any]:
    """Rows and total of a drill-down, and what is to be said of them."""
    return {
        "total": _number(parts.total.value),
        "numerator": _number(parts.total.numerator),
        "denominator": _number(parts.total.denominator),
        "equal": parts.equal,
        "why": [{"code": why.value, "words": _text(words)} for why, words in zip(parts.why, parts.words, strict=True)],
        "rows": [_part(row) for row in parts.rows],
    }


def _part(row: Part) -> dict[str, Any]:
    return {
        "name": row.name,
        "value": _number(row.amount.value),
        "numerator": _number(row.amount.numerator),
        "denominator": _number(row.amount.denominator),
        "counted": row.counted,
        "late_seconds": None if row.late_by is None else int(row.late_by.total_seconds()),
        "observations": list(row.basis),
    }


def _definition(tile: KpiTile) -> dict[str, Any]:
    return {
        "formula": _text(tile.kpi.formula),
        "numerator": _number(tile.numerator),
        "denominator": _number(tile.denominator),
        "versions": list(tile.origin.versions),
        "target": _number(tile.kpi.target),
        "target_unproved": tile.target_unproved,
        "sensitivity": tile.kpi.sensitivity.value,
    }


def _origin(tile: KpiTile) -> dict[str, Any]:
    origin = tile.origin
    restated = origin.restated
    return {
        "sources": list(origin.sources),
        "status": origin.status.value if origin.status else None,
        "revision": origin.revision,
        "restated": restated and {"code": restated.code, "reason": restated.reason, "old": _text(restated.old)},
        "held": list(origin.held),
        "observations": list(origin.basis),
        "pilots": list(origin.pilots),
    }


def _coverage(tile: KpiTile) -> dict[str, Any] | None:
    found = tile.coverage
    if found is None:
        return None
    late = [
        {"unit_id": one.unit, "seconds": None if one.by is None else int(one.by.total_seconds())} for one in found.late
    ]
    return {"fresh": found.fresh, "expected": found.expected, "late": late, "words": _text(tile.coverage_words)}


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "basis": one.basis.value,
        "base": _number(one.base),
        "difference": _number(one.difference),
        "per_cent": _number(one.per_cent),
        "arrow": one.arrow.value,
        "better": one.better,
        "words": _text(one.words),
    }


def _period(period: Period | None) -> dict[str, Any] | None:
    if period is None:
        return None
    found: dict[str, Any] = {"type": period.type.value, "start": f"{period.start}", "end": f"{period.end}"}
    return found | {"at": _time(period.at)} if period.at else found


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None or text == EMPTY else {"vi": text.vi, "en": text.en}


def _number(value: Decimal | None) -> str | None:
    """At most six decimals, as the contract has them."""
    if value is None:
        return None
    return format(value if value == value.to_integral_value() else round(value, 6).normalize(), "f")


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
