"""A mapping file as values that know their line, and the codes of what can be wrong with it."""

from __future__ import annotations

from soc import document
from soc.document import Faults, Node
from soc.errors import MappingError

WRONG_WORD = "SOC-1220"
WRONG_FORM = "SOC-1221"
UNKNOWN_FIELD = "SOC-1222"
WRONG_TYPE = "SOC-1223"
ILLEGAL_PAIR = "SOC-1224"
UNREACHABLE = "SOC-1225"
BAD_PATTERN = "SOC-1226"
NO_SAMPLES = "SOC-1227"

__all__ = ["Faults", "Node", "read"]


def read(text: str, path: str) -> Node:
    """The tree of one file; raises MappingError when it is no YAML map."""
    faults = Faults(path, WRONG_WORD, WRONG_FORM, MappingError)
    return document.read(text, faults, what="a mapping file is a map - start with `mapping: 1`")
