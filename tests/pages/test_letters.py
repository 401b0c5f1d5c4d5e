"""Every Vietnamese letter is drawn by our own fonts, asked of the browser's renderer itself (workspace.md bar 24)."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
VOWELS = "aăâeêioôơuưy"
LETTERS = sorted(
    {
        unicodedata.normalize("NFC", form(vowel) + tone)
        for vowel in VOWELS
        for tone in TONES
        for form in (str.lower, str.upper)
    }
    | set("đĐ₫")
)
"""Twelve vowels with six tones and đ, small and capital, and the sign of the currency: 147."""


@pytest.mark.parametrize(
    "family", [pytest.param("Be Vietnam Pro", id="words"), pytest.param("JetBrains Mono", id="figures")]
)
def test_our_fonts_draw_every_letter(chrome: Browser, origin: str, family: str) -> None:
    page = chrome.new_page()
    page.goto(f"{origin}/sign-in")
    page.evaluate(
        """([text, family]) => {
            const line = document.createElement("p");
            line.id = "letters";
            line.style.fontFamily = `"${family}"`;
            line.textContent = text;
            document.querySelector("main").append(line);
            return Promise.all([document.fonts.load(`16px "${family}"`, text), document.fonts.ready]);
        }""",
        ["".join(LETTERS), family],
    )

    assert len(LETTERS) == 147
    assert fonts_of(page, "#letters") == {family: 147}


def fonts_of(page: Page, selector: str) -> dict[str, int]:
    """Family -> glyphs that it drew; a letter that our font lacks would be counted for the system's."""
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    node = tools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    used: list[dict[str, Any]] = tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    found: dict[str, int] = {}
    for font in used:
        name = str(font["familyName"]) if font["isCustomFont"] else f"system {font['familyName']}"
        found[name] = found.get(name, 0) + int(font["glyphCount"])
    return found
