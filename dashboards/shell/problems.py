"""One line of a form's error summary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the id of the field the line leads to; empty for the form as a whole."""

    field: str
    text: str
