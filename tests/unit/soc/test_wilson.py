from __future__ import annotations

import pytest

from soc.wilson import wilson


def test_without_a_case_nothing_is_known() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (20, 20, 0.8389, 1.0)]
)
def test_the_interval_is_the_published_one(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == pytest.approx((low, high), abs=1e-4)
