"""What is wrong with a document: all of it, each with its place, before anybody counts lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

Path = tuple[str | int, ...]


class Severity(StrEnum):
    """Heaviest first: the state of a document is the first of these that it has."""

    FAULT = "fault"
    UNSUPPORTED = "unsupported"
    NEEDS_VALUE = "needs value"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """`path`: keys and indices from the top of the document. `offset`: characters into the value.
    `detail`: what is counted, such as `regex-lookaround` or the name of a placeholder."""

    path: Path
    code: str
    message: str
    severity: Severity = Severity.FAULT
    offset: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document to which problems are noted; `place / "detection"` goes one step in."""

    found: list[Problem] = field(default_factory=list)
    path: Path = ()

    def __truediv__(self, step: str | int) -> Place:
        return Place(self.found, (*self.path, step))

    def fault(self, code: str, message: str, *, offset: int = 0) -> None:
        self.found.append(Problem(self.path, code, message, offset=offset))

    def unsupported(self, construct: str, message: str, *, code: str = "SOC-1121", offset: int = 0) -> None:
        self.found.append(Problem(self.path, code, message, Severity.UNSUPPORTED, offset, construct))

    def needs_value(self, name: str) -> None:
        message = f"placeholder %{name}% has no site value - add it to a values file or to [placeholders]"
        self.found.append(Problem(self.path, "SOC-1140", message, Severity.NEEDS_VALUE, detail=name))

    def warn(self, code: str, message: str) -> None:
        self.found.append(Problem(self.path, code, message, Severity.WARNING))

    @property
    def clean(self) -> bool:
        """No problem heavier than a warning so far."""
        return all(problem.severity is Severity.WARNING for problem in self.found)


def nearest(name: str, known: Iterable[str]) -> str:
    """` - did you mean 'x'?` or nothing."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" - did you mean '{close[0]}'?" if close else ""
