"""What may come next in a query that is being typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soc.query import complete
from soc.query.ast import Equals
from soc.query.complete import Part, Place, place_at
from soc.query.parse import parse
from tests.builders import NOON


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("", Place(Part.FIELD, 0, 0, "")),
        ("us", Place(Part.FIELD, 0, 2, "us")),
        ("-us", Place(Part.FIELD, 1, 3, "us")),
        ("(us", Place(Part.FIELD, 1, 3, "us")),
        ("user.name", Place(Part.OPERATOR, 9, 9, "", "user.name")),
        ("user.name:", Place(Part.VALUE, 10, 10, "", "user.name")),
        ("user.name:a", Place(Part.VALUE, 10, 11, "a", "user.name")),
        ('user.name:"hai n', Place(Part.VALUE, 10, 16, "hai n", "user.name")),
        ("source.port>=44", Place(Part.VALUE, 13, 15, "44", "source.port")),
        ("source.port:>=44", Place(Part.VALUE, 14, 16, "44", "source.port")),
        ("user.name:an ho", Place(Part.FIELD, 13, 15, "ho")),
        ('"free te', Place(Part.VALUE, 8, 8, "", "")),
    ],
)
def test_the_place_of_the_cursor(text: str, wanted: Place) -> None:
    assert place_at(text, len(text)) == wanted


def test_the_cursor_may_stand_in_the_middle() -> None:
    assert place_at("us and host.name:x", 2) == Place(Part.FIELD, 0, 2, "us")


@given(st.text(max_size=60), st.integers(0, 60))
def test_any_text_has_a_place(text: str, at: int) -> None:
    found = place_at(text, min(at, len(text)))

    assert 0 <= found.start <= found.end <= len(text)


def test_operators_and_words_fit_the_place() -> None:
    assert ":>=" in complete.operators_of("source.port")
    assert ":>=" not in complete.operators_of("user.name")
    assert complete.joins("", 0) == ("not",)
    assert complete.joins("a and ", 6) == ("not",)
    assert complete.joins("a ", 2) == ("and", "or", "not")


def test_closed_values_are_known_without_any_event() -> None:
    assert "success" in complete.allowed_values("event.outcome")
    assert complete.allowed_values("dns.answers.data") == ()


@pytest.mark.parametrize(
    "typed, name, label, wanted",
    [
        ("user", "user.name", "", 3),
        ("name", "user.name", "", 2),
        ("tai khoan", "user.name", "tài khoản", 2),
        ("khoan", "user.name", "tài khoản", 2),
        ("er.na", "user.name", "", 1),
        ("zzz", "user.name", "tài khoản", 0),
    ],
)
def test_names_are_found_by_name_and_by_label(typed: str, name: str, label: str, wanted: int) -> None:
    assert complete.fits(typed, name, label) == wanted


@given(st.text(min_size=1, max_size=30))
def test_a_written_value_is_read_back_as_itself(value: str) -> None:
    assert parse(f"user.name:{complete.written(value)}", now=NOON) == Equals("user.name", value)


def test_names_begin_with_the_short_ones() -> None:
    names = complete.field_names()

    assert names[0] == "ip"
    assert {"user.name", "source.ip"} <= set(names)
