"""A faulty query says where it is wrong and what would do there: 50 of 50 (workspace.md bar 23)."""

from __future__ import annotations

import pytest

from soc.errors import QuerySyntaxError
from soc.query.parse import parse
from soc.query.wording import sentence
from tests.builders import NOON
from tests.unit.soc.query.faulty import FAULTY


@pytest.mark.parametrize("text, position", FAULTY, ids=[text for text, _ in FAULTY])
def test_the_column_is_right(text: str, position: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text, now=NOON)

    assert caught.value.position == position
    assert caught.value.length >= 1
    assert sentence(caught.value.faults[0], "vi")


def test_there_are_fifty() -> None:
    assert len({text for text, _ in FAULTY}) == 50
