"""The documents that are made from the program: `make docs` writes them, `make check` compares them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from typer.testing import CliRunner

from socctl.commands.config import reference_text
from socctl.main import EXIT_CODES, VERBS, build
from tools.sigma_support import support_text

ROOT = Path(__file__).resolve().parent.parent


def commands_text() -> str:
    """The help of every verb, as a terminal shows it."""
    parts = [
        "# Commands",
        "",
        "Made by `make docs`; compared by `make check`.",
        "`--data DIR`, `--config FILE` and `--lang vi|en` may stand before or after the verb.",
        "`socctl --install-completion bash` (or `zsh`) writes the completion script; it offers rule ids,",
        "sources, fields and units of the running system, from a small file that `socctl names` writes and that it",
        "renews once a minute.",
        "",
        "| exit code | meaning |",
        "|---|---|",
        *(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()),
    ]
    for verb in VERBS:
        parts += ["", f"## {verb}", "", "```", _help(verb), "```"]
    return "\n".join(parts) + "\n"


def codes_text() -> str:
    """Every error code, in English; `socctl explain` has both languages."""
    from soc.codes import explanations

    rows = [
        "# Error codes",
        "",
        "Made by `make docs`; compared by `make check`.",
        "",
        "| code | meaning | what to do |",
    ]
    rows.append("|---|---|---|")
    for code, texts in sorted(explanations().items()):
        rows.append(f"| {code} | {texts['en'].meaning} | {texts['en'].fix} |".replace("\n", " "))
    return "\n".join(rows) + "\n"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/configuration.md": reference_text,
    "docs/commands.md": commands_text,
    "docs/error-codes.md": codes_text,
    "docs/sigma-support.md": support_text,
}


def faults() -> list[str]:
    """Documents that differ from what the program says."""
    return [
        f"{name} is not what the program says - run `make docs`"
        for name, make in DOCUMENTS.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text("utf-8") != make()
    ]


def _help(verb: str) -> str:
    environment = {"COLUMNS": "100", "NO_COLOR": "1", "LC_ALL": "C", "FORCE_COLOR": None, "TERM": "dumb"}
    done = CliRunner(env=environment).invoke(build(verb), [verb, "--help"], prog_name="socctl")
    return "\n".join(line.rstrip() for line in done.output.strip().splitlines())


if __name__ == "__main__":
    for name, make in DOCUMENTS.items():
        (ROOT / name).write_text(make(), "utf-8")
