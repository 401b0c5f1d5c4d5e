"""The papers of a meeting as one HTML file: fonts, drawings and figures inside, no network, no server
(ioc-hub.md 14.2). It opens from a disk when the link is lost.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from re import DOTALL, MULTILINE, sub

from markupsafe import Markup

from dashboards.shell.static import FOLDER

HERE = Path(__file__).resolve().parent
FONTS = (
    ("Be Vietnam Pro", 400, "be-vietnam-pro-latin-400", ""),
    ("Be Vietnam Pro", 600, "be-vietnam-pro-latin-600", ""),
    ("Be Vietnam Pro", 400, "be-vietnam-pro-vietnamese-400", "vi"),
    ("Be Vietnam Pro", 600, "be-vietnam-pro-vietnamese-600", "vi"),
    ("JetBrains Mono", 400, "jetbrains-mono-latin-400", ""),
)
VIETNAMESE = (
    "U+0102-0103, U+0110-0111, U+0128-0129, U+0168-0169, U+01A0-01A1, U+01AF-01B0, U+0300-0301, U+0303-0304, "
    "U+0308-0309, U+0323, U+0329, U+1EA0-1EF9, U+20AB"
)
SHEETS = ("css/tokens.css", "css/figures/meeting.css")
KEYS = (
    "addEventListener('keydown',function(e){var d={ArrowRight:1,PageDown:1,ArrowLeft:-1,PageUp:-1}[e.key];if(!d)return;"
    "e.preventDefault();var s=[].slice.call(document.querySelectorAll('.slide'));"
    "var n=s.findIndex(function(x){return x.getBoundingClientRect().bottom>2});"
    "s[Math.max(0,Math.min(s.length-1,n+d))].scrollIntoView()});"
)


@cache
def inside() -> Markup:
    """What stands in the head: our fonts and sheets, and that nothing may be fetched from anywhere."""
    digest = b64encode(sha256(KEYS.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; font-src data:; script-src 'sha256-{digest}'"
    faces = "".join(_face(*font) for font in FONTS)
    sheets = "\n".join((FOLDER / name).read_text("utf-8") for name in SHEETS)
    plain = (HERE / "package.css").read_text("utf-8")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return Markup(f"{meta}<style>{faces}{_small(sheets)}{_small(plain)}</style>")  # noqa: S704 - files of ours only


def turning() -> Markup:
    """The one script: arrow keys turn the pages."""
    return Markup(f"<script>{KEYS}</script>")  # noqa: S704 - a constant of ours


def _face(family: str, weight: int, name: str, script: str) -> str:
    data = b64encode((FOLDER / "vendor" / "fonts" / f"{name}.woff2").read_bytes()).decode()
    ranged = f"unicode-range:{VIETNAMESE};" if script else ""
    source = f"src:url(data:font/woff2;base64,{data}) format('woff2')"
    return f'@font-face{{font-family:"{family}";font-weight:{weight};{ranged}{source}}}\n'


def _small(text: str) -> str:
    without = sub(r"/\*.*?\*/", "", text, flags=DOTALL)
    return sub(r"^\s+", "", without, flags=MULTILINE)
