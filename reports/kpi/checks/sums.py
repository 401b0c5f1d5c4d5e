"""Do the parts of a breakdown give the whole, and the months the year to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports.kpi.checks.numbers import figure
from reports.wording import Text
from soc.observation import Dimensions

UNKNOWN = frozenset({"unknown", "chua_xac_dinh", "other"})
"""Values that close a breakdown: with one of them, the parts are all there."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What adds up of a figure: its value, or both parts of a ratio."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    def of(self, *, ratio: bool) -> tuple[Decimal, ...] | None:
        """None when nothing is known."""
        found = (self.numerator, self.denominator) if ratio else (self.value,)
        return None if None in found else tuple(one for one in found if one is not None)


def mismatches(
    figures: Mapping[Dimensions, Amount], *, ratio: bool, all_values: Mapping[str, frozenset[str]], together: bool
) -> Iterator[tuple[str, Text]]:
    """Breakdowns of one figure that do not add up: the dimension, and what to say. Too much is always wrong, too
    little only when the parts are all there: named in full, closed by a rest, or sent `together` with the whole."""
    whole = figures[()].of(ratio=ratio) if () in figures else None
    if whole is None:
        return
    for name in sorted({dimensions[0][0] for dimensions in figures if len(dimensions) == 1}):
        parts = {key[0][1]: one.of(ratio=ratio) for key, one in figures.items() if len(key) == 1 and key[0][0] == name}
        known = [part for part in parts.values() if part is not None]
        if not known or len(known) < len(parts):
            continue
        sums = tuple(sum(column) for column in zip(*known, strict=True))
        complete = together or bool(UNKNOWN & set(parts)) or all_values.get(name, frozenset(("?",))) <= set(parts)
        if any(part > all_of or (complete and part < all_of) for part, all_of in zip(sums, whole, strict=True)):
            yield name, _told(name, sums, whole)


def _told(name: str, sums: tuple[Decimal | int, ...], whole: tuple[Decimal, ...]) -> Text:
    some = [figure(Decimal(one)) for one in sums]
    all_of = [figure(one) for one in whole]
    vi = f"tổng các phần theo '{name}' là {_joined(some, 'vi')}, cả chỉ tiêu là {_joined(all_of, 'vi')}"
    return Text(vi, f"the parts by '{name}' sum to {_joined(some, 'en')}, the whole is {_joined(all_of, 'en')}")


def _joined(figures: list[Text], language: str) -> str:
    return " / ".join(one.of(language) for one in figures)
