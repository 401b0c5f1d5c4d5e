"""The HTML as PDF/A-3u, in a process of its own; letters from the package alone (posture-and-reports.md 6)."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Any

from reports.monthly.render.field import place_of, with_field
from soc.errors import SocError

FACES = (
    ("Tinos-Regular.ttf", "normal", "normal"),
    ("Tinos-Bold.ttf", "bold", "normal"),
    ("Tinos-Italic.ttf", "normal", "italic"),
    ("Tinos-BoldItalic.ttf", "bold", "italic"),
)
SIGNING = "signing"
"""The id of the block of the signer."""

NO_PANGO = "Pango is missing (Debian package libpango-1.0-0): the PDF was not written"


class NoPango(SocError):
    """The library that sets the letters is not there; all other formats are."""


def pdf(html: str) -> bytes:
    """Raises NoPango. The same HTML gives the same bytes."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise NoPango(NO_PANGO, code="SOC-1901") from error
    fonts = FontConfiguration()
    with as_file(files("reports") / "fonts") as folder:
        faces = "".join(
            f"@font-face {{ font-family: Tinos; font-weight: {weight}; font-style: {style}; "
            f"src: url({(folder / name).as_uri()}); }}"
            for name, weight, style in FACES
        )
        fetcher = _only_below(f"{folder.as_uri()}/")
        style = CSS(string=faces, font_config=fonts, url_fetcher=fetcher)
        options = {"pdf_variant": "pdf/a-3u", "pdf_tags": True, "srgb": True}
        document = HTML(string=html, url_fetcher=fetcher, base_url=folder.as_uri())
        pages = document.render(stylesheets=[style], font_config=fonts, **options)
        made: bytes = pages.write_pdf(**options)
        place = place_of(pages.pages, SIGNING)
        return made if place is None else with_field(made, place)


def _only_below(root: str) -> Any:
    """Fetches files of the package and what stands in the text itself; nothing else, whatever a log line says."""
    from weasyprint.urls import URLFetcher

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith((root, "data:")):
                raise ValueError(f"{url} is not fetched")
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols=("file", "data"), allow_redirects=False)
