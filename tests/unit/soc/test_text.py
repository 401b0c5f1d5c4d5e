from __future__ import annotations

import pytest

from soc.text import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Nguyễn Văn Đức", "Nguyễn Văn Đức"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\nb\tc\x9b", "a\\x0ab\\x09c\\x9b"),
        ("exe\u202egpj", "exe\\u202egpj"),
        ("\ud800", "\\ud800"),
    ],
)
def test_control_characters_are_shown_and_never_obeyed(text: str, shown: str) -> None:
    assert visible(text) == shown
