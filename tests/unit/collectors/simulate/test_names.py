"""Simulated senders have names that people understand."""

from __future__ import annotations

import pytest

from collectors.simulate.names import source_name


@pytest.mark.parametrize(
    ("source", "unit", "name"),
    [
        ("fgt-soyte", "Sở Y tế", "Tường lửa, Sở Y tế"),
        ("pc-baongh-03", "Báo Nghệ An", "Máy trạm 03, Báo Nghệ An"),
        ("srv-ketoan", "Sở Nội vụ", "Máy chủ ketoan, Sở Nội vụ"),
        ("portal02", "", "Cổng thông tin 02"),
        ("dc01", "", "Máy chủ miền 01"),
        ("odd", "", "odd"),
    ],
)
def test_a_sender_is_called_by_what_it_is_and_whose(source: str, unit: str, name: str) -> None:
    assert source_name(source, unit) == name
