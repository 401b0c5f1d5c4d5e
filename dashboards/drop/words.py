"""How far a file is, as mark and words."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.shell.i18n import N_
from soc.codes import explanations
from soc.state.tables.figures import DropState

STATES = {
    DropState.WAITING: ("due", N_("waits for the worker")),
    DropState.READING: ("in_progress", N_("is being read")),
    DropState.JUDGING: ("in_progress", N_("is being judged by the rules")),
    DropState.DONE: ("ok", N_("done")),
    DropState.FAILED: ("failed", N_("could not be read to its end")),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What of a file could not be checked: `meaning` and `fix` are ours, `name` and `detail` come from the file."""

    name: str
    meaning: str
    fix: str
    detail: str


def trouble(name: str, why: str, language: str) -> Trouble:
    """`why` begins with a code, which is said in the reader's words."""
    code, _, detail = why.partition(": ")
    known = explanations().get(code)
    if known is None:
        return Trouble(name, "", "", why)
    said = known[language]
    return Trouble(name, said.meaning, said.fix.replace("`", ""), f"{code} {detail}".replace(f"{name}: ", ""))
