"""Colours meet WCAG contrast in both themes, computed from the token file itself."""

from __future__ import annotations

import re

import pytest

from dashboards.shell.static import FOLDER

TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (FOLDER / "css" / "tokens.css").read_text("utf-8")
    )
}
SURFACES = ("surface-0", "surface-1", "surface-2", "surface-3")
TEXTS = ("text", "text-muted", "accent", "level-critical", "level-high", "level-medium", "level-low", "level-info")
STATES = ("state-ok", "state-late", "state-lost", "state-unknown")
SOFT = (
    ("level-high", "high-soft"),
    ("level-medium", "medium-soft"),
    ("accent", "accent-soft"),
    ("state-ok", "ok-soft"),
    ("on-accent", "accent"),
    ("on-critical", "level-critical"),
    ("text", "critical-soft"),
)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str, theme: int) -> float:
    lower, higher = sorted((luminance(TOKENS[one][theme]), luminance(TOKENS[other][theme])))
    return (higher + 0.05) / (lower + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("colour", "ground"), [(text, ground) for text in (*TEXTS, *STATES) for ground in SURFACES] + list(SOFT)
)
def test_text_can_be_read(colour: str, ground: str, theme: int) -> None:
    assert contrast(colour, ground, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", SURFACES)
def test_borders_and_focus_can_be_seen(ground: str, theme: int) -> None:
    assert min(contrast(mark, ground, theme) for mark in ("line-strong", "focus")) >= 2.95
