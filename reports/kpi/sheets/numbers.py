"""Numbers as people write them, made into texts of the contract. A column that mixes both styles is refused whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from reports.kpi.fields import Wrong
from reports.kpi.sheets.columns import NumberStyle

VI = re.compile(r"-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?")
EN = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
FORMS = {NumberStyle.VI: VI, NumberStyle.EN: EN}
SPACES = str.maketrans("", "", " \u00a0\u202f")
FINEST = Decimal("0.000001")


def plain(text: str, style: NumberStyle) -> str:
    """'1.234,50' -> '1234.50'. Raises Wrong."""
    tight = text.translate(SPACES)
    if not FORMS[style].fullmatch(tight):
        example = "1.234,5" if style is NumberStyle.VI else "1,234.5"
        raise Wrong(
            f"{text[:40]!r} không phải số dạng {example}",
            f"{text[:40]!r} is no number such as {example}",
            "KPI-E-NUMBER",
        )
    group, point = (".", ",") if style is NumberStyle.VI else (",", ".")
    return _tidy(tight.replace(group, "").replace(point, "."))


def of_cell(value: float) -> str:
    """A numeric cell as it is: the 15 digits that a spreadsheet keeps, at most six after the point."""
    number = Decimal(format(value, ".15g"))
    if number != number.quantize(FINEST, rounding=ROUND_HALF_EVEN):
        number = number.quantize(FINEST, rounding=ROUND_HALF_EVEN).normalize()
    return _tidy(format(number, "f"))


def styles(texts: Sequence[str]) -> frozenset[NumberStyle]:
    """Which styles a column shows beyond doubt: those that only the one reads."""
    import pandas as pd

    column = pd.Series(list(texts), dtype=str).str.translate(SPACES)
    vi, en = column.str.fullmatch(VI), column.str.fullmatch(EN)
    sure = {NumberStyle.VI: bool((vi & ~en).any()), NumberStyle.EN: bool((en & ~vi).any())}
    return frozenset(style for style, seen in sure.items() if seen)


def _tidy(text: str) -> str:
    """Without leading zeros, which the contract does not take; '-0' is 0."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, rest = digits.partition(".")
    whole = whole.lstrip("0") or "0"
    number = f"{whole}{point}{rest}"
    return number if not number.strip("0.") else f"{sign}{number}"
