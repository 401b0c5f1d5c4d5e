"""The interval in which a share lies, from few cases (Wilson, 95 of 100)."""

from __future__ import annotations

from math import sqrt

Z = 1.959964


def wilson(right: int, of: int) -> tuple[float, float] | None:
    """Lower and upper bound; None without a case: nothing is known then."""
    if of <= 0:
        return None
    share, square = right / of, Z * Z / of
    middle = share + square / 2
    spread = Z * sqrt(share * (1 - share) / of + square / (4 * of))
    return max((middle - spread) / (1 + square), 0.0), min((middle + spread) / (1 + square), 1.0)
