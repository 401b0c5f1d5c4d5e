"""The stores of the unit tests."""

from __future__ import annotations

from tests.unit.conftest import clock, data, migrated, state

__all__ = ["clock", "data", "migrated", "state"]
