"""A small province for the simulator's tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from soc.organisation_file import tree_from
from soc.unit import UnitTree

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""Eight o'clock in the province, a Tuesday."""


def province(count: int = 7) -> UnitTree:
    """`count` units with a /24 each."""
    units = [{"id": f"unit_{number}", "name_vi": f"Đơn vị {number}"} for number in range(count)]
    networks = [{"network": f"10.{number + 1}.0.0/24", "unit": f"unit_{number}"} for number in range(count)]
    return tree_from({"units": units, "networks": networks})


@pytest.fixture(scope="session")
def units() -> UnitTree:
    return province()
