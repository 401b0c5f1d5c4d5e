from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PATH = re.compile(r"`((?:soc|rules|collectors|correlator|reports|dashboards|socctl|tools|bench|docs|tests)/[\w./-]*)`")


def test_every_file_that_the_architecture_names_is_there() -> None:
    named = PATH.findall(TEXT)
    # A decision is named by its number.
    missing = [name for name in named if not (ROOT / name).exists() and not list(ROOT.glob(f"{name}*.md"))]
    assert len(named) > 30
    assert missing == []


def test_the_architecture_can_be_read_in_one_sitting() -> None:
    assert len(TEXT.splitlines()) <= 200
