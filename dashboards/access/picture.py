"""The square picture that a phone reads, as the path of an inline SVG: nothing is asked of anybody outside."""

from __future__ import annotations

from dataclasses import dataclass

from soc.state.factors import address_of

QUIET = 4


@dataclass(frozen=True, slots=True)
class Picture:
    """`size` counts the quiet zone; `path` fills the dark squares."""

    size: int
    path: str


def picture_of(account: str, secret: str) -> Picture:
    import segno

    rows = segno.make_qr(address_of(account, secret), error="m").matrix
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return Picture(len(rows) + 2 * QUIET, path)


def grouped(secret: str) -> str:
    """The secret in groups of four, to be typed by hand."""
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
