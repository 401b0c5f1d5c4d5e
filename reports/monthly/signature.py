"""The signed PDF that comes back: ours with a signature behind it and nothing else? Nothing is fetched."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from soc.errors import SocError

BYTES_MOST = 64 * 1024**2
UNREADABLE = "SOC-1908"


class NoSignedPdf(SocError):
    """What came back is no PDF that can be read."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What is known of a signed file. `ours`: it begins with the very bytes that were issued. `intact`: nobody has
    touched what was signed. `unchanged`: nothing was written behind the signature but what belongs to it.
    `trusted`: its certificate leads to one of the authorities that the operator names."""

    ours: bool
    signatures: int
    intact: bool = False
    unchanged: bool = False
    trusted: bool = False
    signer: str = ""
    at: datetime | None = None

    @property
    def good(self) -> bool:
        return self.ours and self.signatures == 1 and self.intact and self.unchanged


def checked(signed: bytes, issued: bytes, authorities: Sequence[Path] = ()) -> Signed:
    """Raises NoSignedPdf."""
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    if len(signed) > BYTES_MOST:
        raise NoSignedPdf(f"longer than {BYTES_MOST} bytes", code=UNREADABLE)
    ours = signed.startswith(issued)
    try:
        found = PdfFileReader(io.BytesIO(signed)).embedded_signatures
        if len(found) != 1:
            return Signed(ours, len(found))
        load: Any = load_certs_from_pemder
        roots = list(load([str(path) for path in authorities]))
        context = ValidationContext(trust_roots=roots, allow_fetching=False)
        status = validate_pdf_signature(found[0], context)
    except (PdfError, SignatureValidationError, ValueError, KeyError, OSError, RecursionError) as error:
        raise NoSignedPdf(f"no signed PDF that can be read: {error}", code=UNREADABLE) from error
    return Signed(
        ours=ours,
        signatures=1,
        intact=bool(status.intact and status.valid),
        unchanged=bool(status.docmdp_ok) and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION,
        trusted=bool(status.trusted),
        signer=str(status.signing_cert.subject.human_friendly),
        at=status.signer_reported_dt,
    )
