from __future__ import annotations

import pytest

from tools import shape


def test_the_house_is_in_shape() -> None:
    assert shape.faults() == []


@pytest.mark.parametrize(
    "text,fault",
    [
        ("x = 1\n" * 351, "351 lines"),
        ("# Long because of the table\n" + "x = 1\n" * 600, "601 lines"),
        ("def f():\n" + "    x = 1\n" * 40, "function f has 41 lines"),
        ("try:\n    x = 1\nexcept:\n    pass\n", "bare except"),
    ],
)
def test_what_is_out_of_shape_is_found(text: str, fault: str) -> None:
    assert fault in shape.of_text(text, "a.py")[0]


def test_a_reason_allows_a_longer_file() -> None:
    assert shape.of_text("# Long because of the table\n" + "x = 1\n" * 500, "a.py") == []
