"""The text of one rule: its meaning in words, its guide, and the document as it stands in its file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from correlator.board import RuleRow
from correlator.explain import correlation_words, form_words
from correlator.language.correlation import Correlation
from correlator.language.documents import read_documents
from correlator.language.rule import Rule
from correlator.link import Linked
from correlator.wording import condition_words
from dashboards.rules.waits import waits_for
from dashboards.services import Services
from dashboards.shell.formats import Translate
from dashboards.shell.labels import FIELDS, TACTICS
from soc.attack import attack_table

MOST = 262_144


_PLACE = re.compile(r"\{([^{}]{1,100})\}")


@dataclass(frozen=True, slots=True)
class RuleText:
    """`condition` and `parts` in words; `yaml` is the whole file, empty when it is not at hand."""

    condition: str = ""
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    check: tuple[str, ...] = ()
    act: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    yaml: str = ""


def read(services: Services, row: RuleRow, language: str) -> RuleText:
    """From the rule's own file, and only if it lies in a folder of rules."""
    data = _bytes(Path(row.card.file), services.settings.rules)
    if data is None:
        return RuleText()
    yaml = data.decode("utf-8", "replace")
    for document in read_documents(data, row.card.file, {}):
        content = document.content
        if content is None or content.attributes.card.id != row.card.id:
            continue
        said = content.attributes
        guide = said.vi if language == "vi" and said.vi.check else said.en
        told = RuleText(check=guide.check, act=guide.act, references=said.references, yaml=yaml)
        if isinstance(content, Rule):
            selections = content.detection.selections.items()
            parts = tuple((name, tuple(form_words(form, language, 0))) for name, form in selections)
            return replace(told, condition=condition_words(content.detection.tree, language), parts=parts)
        if isinstance(content, Correlation):
            said_of = waits_for(content, language) or correlation_words(Linked(content, content.rules), language)
            return replace(told, condition=said_of)
    return RuleText(yaml=yaml)


def tag_words(tags: Iterable[str], translate: Translate) -> list[str]:
    """Tactics and techniques by name, other tags as they are."""
    table, found = attack_table(), []
    for tag in tags:
        name = tag.removeprefix("attack.")
        technique = table.technique(name)
        known = f"{technique.id} {technique.name}" if technique else translate(TACTICS[name]) if name in TACTICS else ""
        found.append(known or tag if tag != name else tag)
    return found


def runs(text: str, translate: Translate) -> list[tuple[str, bool]]:
    """The sentence of a rule that speaks of no alert yet: a place is the word of its field, in a query three dots; True
    marks a query."""
    return [
        (_PLACE.sub("…" if place % 2 else lambda found: _place(found[1], translate), run), bool(place % 2))
        for place, run in enumerate(text.split("`"))
        if run
    ]


def _place(name: str, translate: Translate) -> str:
    return f"({translate(FIELDS[name]) if name in FIELDS else name})"


def _bytes(path: Path, folders: tuple[Path, ...]) -> bytes | None:
    """The file's text, when it is small and lies in a folder of rules."""
    try:
        real = path.resolve()
        if not any(real.is_relative_to(folder.resolve()) for folder in folders) or real.stat().st_size > MOST:
            return None
        return real.read_bytes()
    except OSError:
        return None
