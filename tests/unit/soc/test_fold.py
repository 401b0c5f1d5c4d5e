from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soc.fold import LETTERS_END, fold, fold_marks


def test_no_letter_with_case_lies_beyond_those_that_are_folded() -> None:
    beyond = "".join(map(chr, range(LETTERS_END, sys.maxunicode + 1)))
    assert beyond.lower() == beyond


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("PowerShell.EXE", "powershell.exe"),
        ("Nguyễn Văn ĐỨC", "nguyễn văn đức"),
        (unicodedata.normalize("NFD", "ĐỨC"), "đức"),
        ("İstanbul", "istanbul"),
        ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
        ("\U00010400", "\U00010428"),
    ],
)
def test_equal_but_for_case_is_equal_when_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_marks_and_the_stroke_of_d_go_for_the_search_box() -> None:
    assert fold_marks("Đường Nguyễn Huệ") == "duong nguyen hue"


@given(st.text())
@settings(deadline=None, max_examples=200)
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)
