"""The rule that raised an alert, read from its file as long as that is still the same text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from correlator.language.attributes import Texts
from correlator.language.correlation import Correlation
from correlator.language.documents import read_documents
from correlator.language.placeholders import SiteValues
from correlator.language.rule import Rule
from correlator.pack import VALUE_SUFFIX, VALUES, site_values
from soc.alert import RuleCard

RULE_MOST = 262_144


def rule_of(card: RuleCard, folders: Sequence[Path]) -> Rule | Correlation | None:
    """The rule that raised the alert, as the engine reads it."""
    for text in _texts(card, folders):
        if hashlib.sha256(text).hexdigest() != card.version:
            continue
        for document in read_documents(text, card.file, _site(folders), everything=True):
            if isinstance(document.content, (Rule, Correlation)) and document.content.id == card.id:
                return document.content
    return None


def _site(folders: Sequence[Path]) -> SiteValues:
    """The values for placeholders that lie beside the rules; the last one given wins."""
    found: dict[str, Sequence[Any]] = {}
    for folder in folders:
        for file in sorted((folder / VALUES).glob(f"*{VALUE_SUFFIX}")):
            found |= site_values(file.read_bytes(), str(file))[0]
    return found


def _texts(rule: RuleCard, folders: Sequence[Path]) -> Iterator[bytes]:
    """The rule's file under each folder, its path told from the folder or from beside it; never one outside."""
    for folder in folders if rule.file else ():
        for base in (folder, folder.parent):
            path = (base / rule.file).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file() and path.stat().st_size <= RULE_MOST:
                yield path.read_bytes()


def guide_of(rule: Rule | Correlation, language: str) -> Texts:
    """The steps in the reader's language, in the other one where that is empty."""
    said = rule.attributes
    first, second = (said.vi, said.en) if language == "vi" else (said.en, said.vi)
    return first if first.check or first.act else second
