"""A word from outside as a member of a closed set."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

Kind = TypeVar("Kind", bound=StrEnum)


def choice(kind: type[Kind], word: object) -> Kind | None:
    """The member of that value, None when there is none."""
    return next((member for member in kind if member.value == word), None)
