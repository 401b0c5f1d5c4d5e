"""Randomness that is the same on every machine: one seed, one stream for each named purpose."""

from __future__ import annotations

from hashlib import blake2b
from random import Random


def chance(seed: int, *purpose: str | int) -> Random:
    """A generator of its own for a purpose, so that one part never shifts the draws of another.
    Seeded by a digest: `hash()` differs from process to process."""
    text = "\0".join(str(part) for part in (seed, *purpose))
    return Random(int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big"))  # noqa: S311 - no secrets here
