"""Figures in a DOCX: a hidden bookmark around each printed one. Read again when the edited file comes back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from zipfile import BadZipFile, ZipFile

from reports.monthly.model import Report
from reports.monthly.printed import pieces, texts_of
from soc.errors import SocError

PREFIX = "_f"
"""A leading underscore hides a bookmark."""

DIGITS = 16
BYTES_MOST = 64 * 1024**2
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN = "word/document.xml"


class NoDocument(SocError):
    """What came back is no DOCX of ours that can be read."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A figure that the edited file prints in another way. `now` None: it is printed nowhere any more."""

    figure: str
    was: str
    now: str | None


def bookmark(figure: str, number: int) -> str:
    """At most 40 letters, unique in the file."""
    return f"{PREFIX}{_digest(figure)}_{number}"


def drifted(office: bytes, report: Report) -> tuple[Drift, ...]:
    """What an edited DOCX says otherwise than the report that it was made from. Raises NoDocument."""
    printed: dict[str, set[str]] = {}
    for name, text in _marked(office):
        printed.setdefault(name[len(PREFIX) :].partition("_")[0], set()).add(" ".join(text.split()))
    found = []
    for figure in sorted({one.figure for one in pieces(report, whole=False)}):
        known, now = texts_of(report, figure), printed.get(_digest(figure), set())
        was = max(known, key=len, default="")
        if not now:
            found.append(Drift(figure, was, None))
        found += [Drift(figure, was, one) for one in sorted(now - {" ".join(one.split()) for one in known})]
    return tuple(found)


def _marked(office: bytes) -> Iterator[tuple[str, str]]:
    """Bookmark and the text inside it, in the order of the file."""
    from lxml import etree  # type: ignore[import-untyped]  # has no stubs

    try:
        with ZipFile(io.BytesIO(office)) as archive:
            if archive.getinfo(MAIN).file_size > BYTES_MOST:
                raise NoDocument(f"{MAIN} is longer than {BYTES_MOST} bytes", code="SOC-1906")
            text = archive.read(MAIN)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(text, parser)
    except (BadZipFile, KeyError, etree.XMLSyntaxError, OSError, RuntimeError) as error:
        raise NoDocument(f"no DOCX that can be read: {error}", code="SOC-1906") from error
    opened: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for element in root.iter():
        id = element.get(f"{W}id", "") if isinstance(element.tag, str) else ""
        if element.tag == f"{W}bookmarkStart" and element.get(f"{W}name", "").startswith(PREFIX):
            opened[id], names[id] = [], element.get(f"{W}name", "")
        elif element.tag == f"{W}bookmarkEnd" and id in opened:
            yield names[id], "".join(opened.pop(id))
        elif element.tag == f"{W}t":
            for some in opened.values():
                some.append(element.text or "")


def _digest(figure: str) -> str:
    return sha256(figure.encode()).hexdigest()[:DIGITS]
