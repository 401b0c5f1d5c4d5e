"""Browsers by the names that people use: `Chrome 156, Linux` instead of a line of tokens. Nothing is trusted of it."""

from __future__ import annotations

import re

BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/(\d{1,4})")),
    ("Cốc Cốc", re.compile(r"\bcoc_coc_browser/(\d{1,4})")),
    ("Opera", re.compile(r"\bOPR/(\d{1,4})")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d{1,4})")),
    ("Chrome", re.compile(r"\b(?:Headless)?(?:Chrome|CriOS|Chromium)/(\d{1,4})")),
    ("Safari", re.compile(r"\bVersion/(\d{1,4})[\d.]{0,10} (?:Mobile/\S{1,12} )?Safari/")),
)
"""The most telling sign first: most browsers claim to be several."""

SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
LONGEST = 40


def browser_name(agent: str) -> str:
    """What is not known stays as it was sent, cut; templates pass it through `plain`."""
    found = ((name, sign.search(agent)) for name, sign in BROWSERS)
    known = next((f"{name} {match[1]}" for name, match in found if match), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (known, system) if part) if known else agent[:LONGEST]
