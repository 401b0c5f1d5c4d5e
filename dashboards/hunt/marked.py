"""A faulty question with its faults pointed out: the text in pieces, and one sentence for each fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from soc.errors import QueryFault
from soc.query.wording import sentence


@dataclass(frozen=True, slots=True)
class Piece:
    """`column` counts from 1 and stands on the pieces that are marked; an empty marked piece is a missing thing."""

    text: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One fault in words."""

    column: int
    text: str


def marked(text: str, faults: Sequence[QueryFault]) -> tuple[Piece, ...]:
    """Every fault begins a marked piece at its column; of two that overlap the first is drawn."""
    pieces: list[Piece] = []
    at = 0
    for fault in sorted(faults):
        start = min(fault.position, len(text))
        if start < at:
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        at = min(start + fault.length, len(text))
        pieces.append(Piece(text[start:at], start + 1))
    return (*pieces, Piece(text[at:])) if at < len(text) else tuple(pieces)


def lines(faults: Sequence[QueryFault], language: str) -> list[FaultLine]:
    return [FaultLine(fault.position + 1, sentence(fault, language)) for fault in sorted(faults)]
