"""Every command that a text tells people to run is there."""

from __future__ import annotations

import re
from pathlib import Path

import typer
import typer.main

from socctl.main import VERBS, build

ROOT = Path(__file__).parent.parent.parent.parent
TEXTS = ["dashboards/**/*.py", "dashboards/**/*.html", "dashboards/**/*.po", "soc/**/*.py", "soc/codes/*.yml"]
TEXTS += ["collectors/**/*.py", "correlator/**/*.py", "reports/**/*.py", "socctl/**/*.py", "docs/*.md", "README.md"]
CALL = re.compile(r"(?:[`(/]|: |[Rr]un |and |bằng |chạy |^)socctl ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)


def subcommands(verb: str) -> set[str]:
    """Of a verb that has some."""
    group = typer.main.get_command(build(verb)).commands[verb]  # type: ignore[attr-defined]
    return set(getattr(group, "commands", {}))


def test_every_command_named_in_a_text_exists() -> None:
    named = {
        (match[1], match[2] or "", f"{path.relative_to(ROOT)}")
        for pattern in TEXTS
        for path in sorted(ROOT.glob(pattern))
        for match in CALL.finditer(path.read_text("utf-8"))
    }
    groups = {verb: subcommands(verb) for verb in {verb for verb, _, _ in named} if verb in VERBS}
    wrong = {
        one for one in named if one[0] not in VERBS or (groups[one[0]] and one[1] and one[1] not in groups[one[0]])
    }

    assert len(named) > 20
    assert wrong == set()
