"""Value translations of the log-source table."""

from __future__ import annotations

from typing import Any

import pytest

from soc.logsource import ABSENT
from soc.logsources.translate import TRANSLATIONS


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("account", ("CB", "an", "CB", "binh"), "CB\\an"),
        ("account", ("-", "-", "CB", "binh"), "CB\\binh"),
        ("account", (ABSENT, "an", ABSENT, ABSENT), "an"),
        ("account", (ABSENT, "-", ABSENT, ""), ABSENT),
        ("integrity", ("S-1-16-4096",), ["S-1-16-4096", "Low"]),
        ("integrity", ("S-1-16-1",), "S-1-16-1"),
        ("integrity", (ABSENT,), ABSENT),
        ("protocol", (17,), "udp"),
        ("protocol", ("99",), "99"),
        ("protocol", (ABSENT,), ABSENT),
        ("initiated", (" Inbound",), "false"),
        ("initiated", ("sideways",), "sideways"),
        ("operation", ("%%1906",), "DeleteValue"),
        ("operation", (ABSENT,), ABSENT),
        ("registry_path", ("\\REGISTRY\\USER\\S-1", ABSENT), ["\\REGISTRY\\USER\\S-1", "HKU\\S-1"]),
        ("registry_path", ("SOFTWARE", "x"), "SOFTWARE\\x"),
        ("registry_path", (ABSENT, "x"), ABSENT),
    ],
)
def test_values_become_what_rules_expect(name: str, values: tuple[Any, ...], expected: object) -> None:
    assert TRANSLATIONS[name](values) == expected
