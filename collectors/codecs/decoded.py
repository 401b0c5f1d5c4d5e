"""What every body codec answers."""

from __future__ import annotations

from typing import Any

import msgspec

MOST_KEYS = 500


class Decoded(msgspec.Struct):
    """Every key with its value. `overflow`: what was past the limits, as text; `flags` go to `soc.quality`."""

    keys: dict[str, Any]
    flags: tuple[str, ...] = ()
    overflow: str = ""
