"""The texts of pages: extracts them from code and templates, and keeps the Vietnamese catalogues in step.

A feature's texts lie in `dashboards/FEATURE/locale/vi.po`; what the shell says stands in the shell's alone.
`python -m tools.messages [FEATURE...]` adds new texts (empty, to be translated) and drops those that are gone;
`--check` changes nothing and lists what is missing, gone, empty or fuzzy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "dashboards"
SHELL = "shell"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"**/templates/**.html": {"silent": "false", "newstyle_gettext": "true", "trimmed": "true"}}


def features() -> list[str]:
    """The folders that speak; the files beside them belong to the shell."""
    return sorted(path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists())


@cache
def spoken() -> dict[str, Catalog]:
    """Feature -> every text in its code, without places: line numbers make noise in reviews."""
    found = {name: Catalog(locale="vi", charset="utf-8", fuzzy=False) for name in (SHELL, *features())}
    texts = list(extract_from_dir(SOURCE, METHODS, options_map=OPTIONS, keywords=KEYWORDS))
    for name, _, text, _, _ in texts:
        if _feature(name) == SHELL:
            found[SHELL].add(text)
    for name, _, text, _, _ in texts:
        if found[SHELL].get(text if isinstance(text, str) else text[0]) is None:
            found[_feature(name)].add(text)
    return found


def stored(feature: str) -> Catalog:
    """A feature's catalogue as it is committed."""
    path = catalogue_of(feature)
    if not path.exists():
        return Catalog(locale="vi")
    with path.open("rb") as file:
        return read_po(file, locale="vi")


def catalogue_of(feature: str) -> Path:
    return SOURCE / feature / "locale" / "vi.po"


def faults(wanted: list[str] | None = None) -> Iterator[str]:
    """One line a text that is not in step."""
    for feature in wanted or features():
        said, have = spoken()[feature], stored(feature)
        for message in said:
            if message.id and not _translated(have.get(message.id)):
                yield f"{feature}: no Vietnamese for {message.id!r} - run `python -m tools.messages` and fill it in"
        for message in have:
            if message.id and said.get(message.id) is None:
                yield f"{feature}: nobody says {message.id!r} any more - run `python -m tools.messages`"


def update(feature: str, books: list[Catalog]) -> None:
    """Texts sorted, translations kept, also of a text that moved here from another feature."""
    said = spoken()[feature]
    for message in said:
        known = next((found for book in books if message.id and (found := book.get(message.id))), None)
        if known is not None:
            message.string = known.string
    path = catalogue_of(feature)
    if not any(message.id for message in said):
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, said, width=120, sort_output=True, no_location=True, omit_header=True)


def _feature(name: str) -> str:
    first = Path(name).parts[0]
    return first if (SOURCE / first / "__init__.py").exists() else SHELL


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def main() -> int:
    """`--check` for the tests."""
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")] or features()
    if "--check" not in sys.argv:
        books = [stored(feature) for feature in features()]
        for feature in wanted:
            update(feature, books)
    wrong = list(faults(wanted))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
