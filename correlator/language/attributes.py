"""What every Sigma document says about itself: title, id, level, author, texts in two languages, and our `soc` key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from correlator.language.problems import Place, nearest
from soc.alert import Level, RuleCard
from soc.logsource import LogSource

MAX_TITLE = 256
NO_AUTHOR = "author not stated"
STATUSES = ("stable", "test", "experimental", "deprecated", "unsupported")
NOT_LOADED = ("deprecated", "unsupported")
LISTS = ("tags", "references", "falsepositives", "fields")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document stands: the pack, the path shown to people, its number in the file, the text's SHA-256."""

    pack: str
    path: str
    number: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """What our rules say beyond Sigma, in one language."""

    title: str = ""
    meaning: str = ""
    check: tuple[str, ...] = ()
    act: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attributes:
    """`entities` and `data`: of the custom key `soc`. `custom`: every other key that Sigma does not define."""

    card: RuleCard
    name: str
    status: str
    entities: tuple[str, ...]
    data: tuple[str, ...]
    vi: Texts
    en: Texts
    licence: str
    references: tuple[str, ...]
    has_level: bool
    pack: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """What others may call it: its id, and its name if it has one."""
        return (self.card.id, self.name) if self.name else (self.card.id,)


def read_attributes(document: Mapping[str, Any], place: Place, origin: Origin) -> Attributes:
    """Reads them all; what is wrong is noted and filled with something harmless."""
    if "action" in document:
        (place / "action").fault("SOC-1141", "`action` is gone - write each document in full, or a correlation rule")
    title = _title(document, place)
    _check_lists(document, place)
    own = _section(document, "soc", place)
    vi, en = (_texts(document, language, place) for language in ("vi", "en"))
    references = _texts_in(document.get("references"))
    card = RuleCard(
        id=_id(document, place, origin),
        title=title,
        level=_level(document, place),
        author=printable(_author(document, place)) or NO_AUTHOR,
        link=next((text for text in references if text.startswith(("https://", "http://"))), ""),
        tags=_texts_in(document.get("tags")),
        file=origin.path,
        version=origin.version,
        title_vi=vi.title,
        meaning_vi=vi.meaning,
        meaning_en=en.meaning,
    )
    return Attributes(
        card=card,
        name=_text(document, "name", place),
        status=_choice(document, "status", STATUSES, place),
        entities=_texts_in(own.get("entities")),
        data=_texts_in(own.get("data")),
        vi=vi,
        en=en,
        licence=_text(document, "license", place),
        references=references,
        has_level="level" in document,
        pack=origin.pack,
    )


def read_logsource(document: Mapping[str, Any], place: Place) -> LogSource:
    """At least one of product, category, service; `definition` and other keys are text for people."""
    section = document.get("logsource")
    where = place / "logsource"
    if section is None:
        place.fault("SOC-1106", "no logsource - state product, category or service")
        return LogSource()
    if not isinstance(section, dict):
        where.fault("SOC-1107", "logsource must be a map with product, category or service")
        return LogSource()
    stated: dict[str, str] = {}
    for key in ("product", "category", "service"):
        value = section.get(key)
        if value is None and key not in section:
            continue
        if not isinstance(value, str) or not value:
            (where / key).fault("SOC-1107", f"logsource {key} must be text")
        else:
            stated[key] = value
    if not stated and not any(key in section for key in ("product", "category", "service")):
        where.fault("SOC-1106", "logsource states nothing - state product, category or service")
    return LogSource(**stated)


def printable(text: str) -> str:
    """Text of a rule without control characters: it is shown to people."""
    return "".join(char if char.isprintable() else " " for char in text).strip()


def _title(document: Mapping[str, Any], place: Place) -> str:
    title = document.get("title")
    if not isinstance(title, str) or not title.strip():
        where = place / "title" if "title" in document else place
        where.fault("SOC-1106", "no title - say in one line what the rule finds")
        return ""
    if len(title) > MAX_TITLE:
        (place / "title").fault("SOC-1107", f"the title has {len(title)} characters, more than {MAX_TITLE}")
    return printable(title)


def _id(document: Mapping[str, Any], place: Place, origin: Origin) -> str:
    written = document.get("id")
    if isinstance(written, str) and written.strip():
        return written.strip()
    if written is not None:
        (place / "id").fault("SOC-1107", "the id must be text (a UUID)")
    derived = str(uuid5(NAMESPACE_URL, f"{origin.pack}/{origin.path}#{origin.number}"))
    place.warn("SOC-1172", f"no id - {derived} is derived from the place of the file; write one that stays")
    return derived


def _author(document: Mapping[str, Any], place: Place) -> str:
    author = document.get("author")
    if isinstance(author, list) and all(isinstance(each, str) for each in author):
        return ", ".join(author)
    if author is not None and not isinstance(author, str):
        (place / "author").fault("SOC-1107", "author must be text")
        return ""
    return author or ""


def _level(document: Mapping[str, Any], place: Place) -> Level:
    written = _choice(document, "level", tuple(Level), place)
    return Level(written) if written else Level.MEDIUM


def _choice(document: Mapping[str, Any], key: str, choices: tuple[str, ...], place: Place) -> str:
    value = document.get(key)
    if value is None:
        return ""
    if value not in choices:
        known = ", ".join(choices)
        (place / key).fault("SOC-1107", f"{key} '{value}' is none of {known}{nearest(str(value), choices)}")
        return ""
    return str(value)


def _text(document: Mapping[str, Any], key: str, place: Place) -> str:
    value = document.get(key)
    if value is not None and not isinstance(value, str):
        (place / key).fault("SOC-1107", f"{key} must be text - quote it")
        return ""
    return value or ""


def _check_lists(document: Mapping[str, Any], place: Place) -> None:
    for key in LISTS:
        value = document.get(key)
        if value is not None and not isinstance(value, (list, str)):
            (place / key).fault("SOC-1107", f"{key} must be a list of texts")


def _section(document: Mapping[str, Any], key: str, place: Place) -> Mapping[str, Any]:
    value = document.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        (place / key).fault("SOC-1107", f"{key} must be a map")
        return {}
    return value


def _texts(document: Mapping[str, Any], language: str, place: Place) -> Texts:
    section = _section(document, language, place)
    return Texts(
        title=printable(str(section.get("title") or "")),
        meaning=str(section.get("meaning") or "").strip(),
        check=_texts_in(section.get("check")),
        act=_texts_in(section.get("act")),
    )


def _texts_in(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(printable(str(each)) for each in value if each is not None) if isinstance(value, list) else ()
