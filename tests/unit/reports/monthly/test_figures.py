"""A figure is what its rows say, and the same rows say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.monthly.figures import Asked, Book, Reduce, Row, Rows, again

AS_OF = datetime(2026, 11, 15, 1, tzinfo=UTC)
COLUMNS = ("id", "level", "minutes")
ROWS = Rows.of(
    COLUMNS,
    [("a", "high", 30), ("b", "high", None), ("c", "low", 10), ("d", "critical", 50), ("e", "high", 20)],
)


def a_book(rows: Rows = ROWS) -> tuple[Book, Asked]:
    book = Book(lambda asked: rows, AS_OF)
    return book, book.ask("alerts@1", period="month:2026-09-15")


@pytest.mark.parametrize(
    ("reduce", "options", "value", "shown"),
    [
        (Reduce.COUNT, {"where": {"level": "high"}}, 3, "3"),
        (Reduce.COUNT, {"where": {"level": ("high", "low")}}, 4, "4"),
        (Reduce.SUM, {"of": "minutes"}, 110, "110"),
        (Reduce.DISTINCT, {"of": "level"}, 3, "3"),
        (Reduce.SHARE, {"also": {"level": "high"}, "places": 1}, 60, "60.0"),
        (Reduce.MEDIAN, {"of": "minutes"}, 25, "25"),
        (Reduce.P90, {"of": "minutes"}, 50, "50"),
        (Reduce.ONE, {"of": "minutes", "where": {"id": "c"}}, 10, "10"),
    ],
)
def test_what_a_figure_makes_of_its_rows(reduce: Reduce, options: dict[str, object], value: int, shown: str) -> None:
    book, asked = a_book()
    figure = book.add("x", asked, reduce, **options)  # type: ignore[arg-type]

    assert figure.value == value
    assert str(figure.shown) == shown


def test_a_share_of_nothing_is_no_cases_and_never_zero() -> None:
    book, asked = a_book()
    figure = book.add("x", asked, Reduce.SHARE, where={"level": "none"}, also={"id": "a"})

    assert (figure.value, figure.shown, figure.parts, figure.reason) == (None, None, (0, 0), "no_cases")


def test_one_of_two_rows_is_no_value() -> None:
    book, asked = a_book()

    assert book.add("x", asked, Reduce.ONE, of="minutes", where={"level": "high"}).reason == "not_one_row"


def test_an_id_stands_for_one_figure() -> None:
    book, asked = a_book()
    book.add("x", asked)
    assert book.add("x", asked) == book.fig("x")

    with pytest.raises(ValueError, match="two different figures"):
        book.add("x", asked, where={"level": "high"})
    with pytest.raises(KeyError):
        book.fig("y")


def test_a_query_is_read_once() -> None:
    asked_for: list[Asked] = []
    book = Book(lambda asked: asked_for.append(asked) or ROWS, AS_OF)  # type: ignore[func-returns-value]
    book.add("x", book.ask("alerts@1", day="1"))
    book.add("y", book.ask("alerts@1", day="1"), where={"level": "low"})
    book.add("z", book.ask("alerts@1", day="2"))

    assert len(asked_for) == 2
    assert len({asked.key for asked in asked_for}) == 2


CELLS = st.tuples(st.text(max_size=3), st.sampled_from(["low", "high"]), st.none() | st.integers(-5, 100))


@given(st.lists(CELLS, max_size=30), st.randoms(use_true_random=False), st.sampled_from(Reduce))
def test_order_changes_nothing(rows: list[Row], rng: object, reduce: Reduce) -> None:
    mixed = list(rows)
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    book, asked = a_book(Rows.of(COLUMNS, rows))
    figure = book.add("x", asked, reduce, of="minutes", also={"level": "high"})
    other = again(figure, Rows.of(COLUMNS, mixed))

    assert other == figure
    assert other.value_hash == figure.value_hash


@given(st.lists(CELLS, min_size=1, max_size=30))
def test_a_row_more_is_seen_in_the_hash(rows: list[Row]) -> None:
    assert Rows.of(COLUMNS, rows).hash != Rows.of(COLUMNS, [*rows, ("new", "low", 1)]).hash


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_median_and_p90_lie_between_the_ends(numbers: list[int]) -> None:
    rows: list[Row] = [(str(n), "low", value) for n, value in enumerate(numbers)]
    book, asked = a_book(Rows.of(COLUMNS, rows))
    median = book.add("m", asked, Reduce.MEDIAN, of="minutes").value
    p90 = book.add("p", asked, Reduce.P90, of="minutes").value

    assert median is not None
    assert p90 is not None
    assert min(numbers) <= median <= p90 <= max(numbers)
    assert sum(Decimal(n) <= p90 for n in numbers) >= 0.9 * len(numbers)
