"""Office files with fixed times and sorted names, so that the same content is the same bytes."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIRST = (1980, 1, 1, 0, 0, 0)
CONTENT_TYPES = "[Content_Types].xml"
CORE = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
UNIX = 3


def steady(office: bytes, at: datetime | None = None) -> bytes:
    """The same archive, whenever it was made; its properties say `at`."""
    time = (at or datetime(2020, 1, 1, tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with ZipFile(io.BytesIO(office)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        # Readers look for the content types first.
        for name in sorted(old.namelist(), key=lambda one: (one != CONTENT_TYPES, one)):
            text = old.read(name)
            if name == CORE:
                text = _TIMES.sub(rb"\g<1>" + time + rb"\g<2>", text)
            info = ZipInfo(name, FIRST)
            info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, UNIX, 0o600 << 16
            new.writestr(info, text)
    return out.getvalue()
