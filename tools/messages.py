"""The texts of pages: extracts them from code and templates, and keeps the Vietnamese catalogue in step.

`python -m tools.messages` adds new texts to `dashboards/shell/locale/vi.po` (empty, to be translated) and drops
those that are gone; `--check` changes nothing and lists what is missing, gone, empty or fuzzy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "dashboards"
CATALOGUE = SOURCE / "shell" / "locale" / "vi.po"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def extracted() -> Catalog:
    """Every text in the code, without places: line numbers make noise in reviews."""
    found = Catalog(locale="vi", project="provincial-soc", charset="utf-8", fuzzy=False)
    options = {"**/templates/**.html": {"silent": "false", "newstyle_gettext": "true", "trimmed": "true"}}
    for _, _, text, _, _ in extract_from_dir(SOURCE, METHODS, options_map=options, keywords=KEYWORDS):
        found.add(text)
    return found


def stored() -> Catalog:
    """The catalogue as it is committed."""
    if not CATALOGUE.exists():
        return Catalog(locale="vi")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="vi")


def faults() -> Iterator[str]:
    """One line a text that is not in step."""
    wanted, have = extracted(), stored()
    for message in wanted:
        if message.id and not _translated(have.get(message.id)):
            yield f"no Vietnamese for {message.id!r} - run `python -m tools.messages` and fill it in"
    for message in have:
        if message.id and wanted.get(message.id) is None:
            yield f"nobody says {message.id!r} any more - run `python -m tools.messages`"


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def update() -> None:
    """Texts sorted, translations kept."""
    wanted, have = extracted(), stored()
    for message in wanted:
        known = have.get(message.id) if message.id else None
        if known is not None:
            message.string = known.string
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, wanted, width=120, sort_output=True, no_location=True, omit_header=True)


def main() -> int:
    """`--check` for the tests."""
    if "--check" not in sys.argv:
        update()
    wrong = list(faults())
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
