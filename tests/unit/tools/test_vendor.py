"""The browser files in the tree are those of the table."""

from __future__ import annotations

import json

from tools import vendor


def test_every_vendored_file_is_what_the_table_says() -> None:
    assert vendor.faults() == []


def test_the_shipped_table_is_the_tool_s() -> None:
    assert json.loads(vendor.TABLE.read_text("utf-8")) == vendor.table()
