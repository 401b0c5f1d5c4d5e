"""Languages: the texts in code and templates are English; each feature's `locale/vi.po` holds its Vietnamese ones.

Catalogues are compiled in memory when first asked for; `tests` fail on a text without translation.
"""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FEATURES = Path(__file__).parent.parent
LANGUAGES = ("vi", "en")
DEFAULT = "vi"


def N_(text: str) -> str:  # noqa: N802 (gettext's own name for "translate later")
    """Marks a text for the catalogue; the template translates it."""
    return text


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of one language; English is the source text itself."""
    paths = sorted(FEATURES.glob(f"*/locale/{language}.po"))
    if not paths:
        return NullTranslations()
    whole = Catalog(locale=language)
    for path in paths:
        with path.open("rb") as source:
            for message in read_po(source, locale=language):
                whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def known(language: str | None) -> str | None:
    """The language if we speak it."""
    return language if language in LANGUAGES else None
