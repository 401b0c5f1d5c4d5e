"""The language of messages: `--lang`, `SOC_LANG`, then the locale (C means English)."""

from __future__ import annotations

import os
from collections.abc import Mapping


def language(environment: Mapping[str, str] | None = None) -> str:
    """'vi' or 'en'."""
    values = os.environ if environment is None else environment
    chosen = values.get("SOC_LANG") or values.get("LC_ALL") or values.get("LC_MESSAGES") or values.get("LANG") or ""
    return "vi" if chosen.lower().startswith("vi") else "en"
