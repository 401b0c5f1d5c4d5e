"""Every text has its Vietnamese, and no text hides from the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from babel.messages.catalog import Message

from dashboards.shell.i18n import DEFAULT, catalogue, known
from tests.corpus import reference
from tools import messages

TEMPLATES = sorted(messages.SOURCE.glob("*/templates/*.html"))
KEYS = set("abcegjknoprstuvwxz")
UNITS = {"MB", "MiB", "s"}
FORMATS = {"JSON", "SVG", "SHA", "OpenAPI", "Python", "curl"}
NAMES = {"UTC", "ATT", "CK", "Tiếng", "Việt", "English", "Enter", "Esc", "Ctrl", "CB", "pid"}
OURS_ONLY = NAMES | FORMATS | KEYS | UNITS


def test_no_text_is_without_translation_and_none_is_left_over() -> None:
    assert list(messages.faults()) == []


def test_unknown_languages_are_english_text() -> None:
    assert catalogue("de").gettext("Take") == "Take"
    assert catalogue(DEFAULT).gettext("Take") == "Tiếp nhận"
    assert (known("vi"), known("de"), known(None)) == ("vi", None, None)


def everything() -> Iterator[Message]:
    return (message for feature in messages.features() for message in messages.stored(feature))


def test_a_text_has_one_translation() -> None:
    """A text that two features say must mean the same in both."""
    found: dict[object, set[object]] = {}
    for message in everything():
        found.setdefault(str(message.id), set()).add(str(message.string))

    assert {text: said for text, said in found.items() if text and len(said) > 1} == {}


def test_placeholders_survive_translation() -> None:
    for message in everything():
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
            wanted = set(re.findall(r"%\((\w+)\)", ids[-1]))
            assert all(set(re.findall(r"%\((\w+)\)", text)) == wanted for text in texts), message.id


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_templates_say_nothing_outside_the_catalogue(path: Path) -> None:
    text = re.sub(r"_class %}\w+\{%", "", path.read_text("utf-8"))
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<svg.*?</svg>", " ", text, flags=re.S)
    words = set(re.findall(r"[^\W\d_]+", re.sub(r"<[^>]*>|&\w+;", " ", text)))

    assert words <= OURS_ONLY


def test_no_text_uses_a_word_that_sounds_wrong() -> None:
    terms = yaml.load(reference("glossary-vi.yml").read_text("utf-8"), Loader=yaml.CSafeLoader)["terms"]
    avoided = {word for term in terms for word in term.get("avoid", ())}
    texts = [str(text) for message in everything() for text in ([message.string] if message.id else [])]

    # IOC is the operations centre in our texts; the glossary avoids it for indicators only.
    found = [(word, text) for word in avoided - {"IOC"} for text in texts if word.lower() in text.lower()]

    assert found == []
