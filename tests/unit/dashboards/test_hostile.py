"""Text from logs is shown as it is, and what hides in it becomes visible."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.shell.hostile import SHOWN, Piece, pieces, plain, shown, text_of
from dashboards.shell.render import environment


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("abc\u202eexe.txt", ["U+202E"]),
        ("a\u200bb\ufeff", ["U+200B", "U+FEFF"]),
        ("\x00\x1b[31m", ["NUL", "ESC"]),
        ("line\r\nnext\t", ["CR", "LF", "TAB"]),
        ("\ue000\u2066", ["U+E000", "U+2066"]),
        ("\x7f\x85", ["U+007F", "U+0085"]),
        ("Sở Tài chính", []),
    ],
)
def test_hidden_characters_are_drawn_as_codes(text: str, codes: list[str]) -> None:
    assert [piece.text for piece in pieces(text) if piece.code] == codes


@settings(deadline=None, max_examples=200)
@given(st.text())
def test_no_text_reaches_the_page_with_a_hidden_character(text: str) -> None:
    drawn = "".join(piece.text for piece in pieces(text))

    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Cn"} for char in drawn)


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="<>&\"'`={}/ aé\u202e"))
def test_a_template_never_gives_birth_to_a_tag_or_attribute(text: str) -> None:
    template = environment("en").from_string(
        '{% import "shell/text.html" as text with context %}<p title="{{ plain(v) }}">{{ text.hostile(v) }}</p>'
    )
    html = template.render(v=text)

    assert html.count("<") == html.count("<p") + html.count("</p") + html.count("<span") + html.count("</span")
    assert html.count('"') == 2 + 2 * html.count("class=") + 2 * html.count("translate=")


def test_long_values_are_cut_and_the_rest_is_kept() -> None:
    it = shown("x" * 70_000)

    assert (sum(len(piece.text) for piece in it.pieces), it.length) == (SHOWN, 70_000)
    assert sum(len(piece.text) for piece in it.rest) == 65_536 - SHOWN


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (4624, "4624"),
        (["a", "b"], "a, b"),
        ([1, None], "[1,null]"),
        ({"a": 1}, '{"a":1}'),
        ("Ho\u0300a", "Hòa"),
    ],
)
def test_each_value_has_one_spelling(value: object, text: str) -> None:
    assert text_of(value) == text


def test_plain_text_is_cut_with_dots() -> None:
    assert plain("a\nb" + "c" * 200, 4) == "a⟦LF⟧bc…"


def test_pieces_keep_order() -> None:
    assert list(pieces("a\u200bb")) == [Piece("a"), Piece("U+200B", code=True), Piece("b")]


def test_what_matched_is_pointed_out_and_hidden_characters_stay_visible() -> None:
    it = shown("ip=203.0.113.3\u200b x=203.0.113.33", marks=("203.0.113.3", "203.0.113.33"))

    assert it.pieces == (
        Piece("ip="),
        Piece("203.0.113.3", mark=True),
        Piece("U+200B", code=True),
        Piece(" x="),
        Piece("203.0.113.33", mark=True),
    )
