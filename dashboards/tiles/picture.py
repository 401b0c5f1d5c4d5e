"""One tile as an SVG that stands alone: for another system's page, a slide, a print. Ink only, no styles, no scripts.

A missing figure is hatched, a failed one framed twice: the reading is the same in grey.
"""

from __future__ import annotations

from datetime import datetime
from textwrap import wrap

from markupsafe import Markup, escape

from dashboards.shell.i18n import catalogue
from dashboards.tiles.words import ARROWS, FRESHNESS, STANDINGS
from reports.tiles import Freshness, Standing, Tile
from reports.wording import clock

WIDTH, HEIGHT = 320, 190
HATCH = Markup(
    '<pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M-1 1 1-1M0 6 6 0M5 7 7 5" stroke="currentColor" stroke-width="1" opacity=".55"/></pattern>'
)


def draw(tile: Tile, language: str, now: datetime) -> str:
    """The whole document; every word of it is escaped."""
    said = catalogue(language).gettext
    title, sentence = tile.title.of(language), tile.sentence.of(language)
    mark, word = STANDINGS[tile.standing]
    lines = wrap(sentence, 44)[:3]
    parts = [
        Markup('<rect x=".5" y=".5" width="319" height="189" rx="4" fill="none" stroke="currentColor"/>'),
        _text(16, 28, title, weight=600),
        _value(tile, language, said("no figure")),
        _text(16, 100, said(word) if mark else "", size=12),
        _text(130, 100, _change(tile, language), size=12),
        *(_text(16, 122 + 17 * n, line, size=13) for n, line in enumerate(lines)),
        _text(16, 178, _age(tile, language, now), size=12),
        _text(304, 178, tile.owner.of(language), size=12, anchor="end"),
    ]
    if tile.standing is Standing.FAILED:
        parts.append(Markup('<rect x="4" y="4" width="312" height="182" rx="3" fill="none" stroke="currentColor"/>'))
    return str(
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{0}" height="{1}" viewBox="0 0 {0} {1}"'
            ' font-family="Be Vietnam Pro, sans-serif" aria-labelledby="t d"><title id="t">{2}</title>'
            '<desc id="d">{3}</desc><defs>{4}</defs>{5}</svg>'
        ).format(WIDTH, HEIGHT, title, sentence, HATCH, Markup("").join(parts))
    )


def _value(tile: Tile, language: str, missing: str) -> Markup:
    if tile.shown is None:
        box = Markup('<rect x="16" y="46" width="288" height="30" rx="4" fill="url(#h)" stroke="currentColor"/>')
        return box + Markup('<rect x="24" y="51" width="140" height="20" fill="Canvas"/>') + _text(30, 66, missing)
    shown = tile.shown.of(language)
    struck = tile.freshness is Freshness.LOST
    figure = _text(16, 72, shown, size=28, family="JetBrains Mono, monospace", struck=struck)
    return figure + _text(28 + 17 * len(shown), 72, tile.aside.of(language), size=12)


def _change(tile: Tile, language: str) -> str:
    return f"{ARROWS[tile.change.arrow]} {tile.change.words.of(language)}".strip() if tile.change else ""


def _age(tile: Tile, language: str, now: datetime) -> str:
    if tile.as_of is None:
        return catalogue(language).gettext(FRESHNESS[tile.freshness][1])
    return clock(tile.as_of, now).of(language)


def _text(
    x: int,
    y: int,
    words: str,
    *,
    size: int = 14,
    weight: int = 400,
    anchor: str = "start",
    family: str = "",
    struck: bool = False,
) -> Markup:
    if not words:
        return Markup("")
    more = Markup(' font-family="{}"').format(family) if family else Markup("")
    more += Markup(' text-decoration="line-through"') if struck else Markup("")
    return Markup(
        '<text x="{}" y="{}" font-size="{}" font-weight="{}" text-anchor="{}" fill="currentColor"{}>{}</text>'
    ).format(x, y, size, weight, anchor, more, escape(words))
