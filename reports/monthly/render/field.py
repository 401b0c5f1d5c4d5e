"""An empty signature field where the signer's name stands. Nothing is drawn, nobody is signed for."""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

FIELD = "ChuKySo"
POINTS = 0.75
"""Of a pixel of style sheets."""

ABOVE, TALL = 34.0, 68.0
"""Points from the office of the signer to the field, and its height."""


@dataclass(frozen=True, slots=True)
class Place:
    """Page from 0; left, bottom, right, top in points from the lower left corner."""

    page: int
    box: tuple[int, int, int, int]


def place_of(pages: Any, anchor: str) -> Place | None:
    """Where the block of that id was set; None: this paper has none."""
    for number, page in enumerate(pages):
        if anchor in page.anchors:
            left, top, right, _ = (value * POINTS for value in page.anchors[anchor])
            high = page.height * POINTS - top - ABOVE
            return Place(number, (int(left), int(high - TALL), int(right), int(high)))
    return None


def with_field(pdf: bytes, place: Place) -> bytes:
    """The same PDF gives the same bytes; the field is an update behind it, which leaves its own bytes as they are."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    class Writer(IncrementalPdfFileWriter):
        @classmethod
        def _handle_id(cls, prev: Any) -> Any:
            made = generic.ByteStringObject(sha256(pdf).digest()[:16])
            first = prev.trailer["/ID"][0] if "/ID" in prev.trailer else made
            return generic.ArrayObject([generic.ByteStringObject(getattr(first, "original_bytes", first)), made])

        def _update_meta(self) -> None:
            """What the paper says of itself stays; the time of the machine is no part of it."""

    writer: Any = Writer(io.BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec(FIELD, on_page=place.page, box=place.box))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
