"""Chance that anybody can repeat: every draw is a function of the seed and of the names of what is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b

WHOLE = Decimal(2**32)
ONE = Decimal(1)
MOST_RARE = 4
"""Of a rare thing on one day: more would look like a jump."""


@dataclass(frozen=True, slots=True)
class Chance:
    """One world's dice."""

    seed: int

    def share(self, *names: object) -> Decimal:
        """In [0, 1)."""
        text = "\x1f".join((str(self.seed), *map(str, names)))
        return Decimal(int.from_bytes(blake2b(text.encode(), digest_size=4).digest())) / WHOLE

    def around(self, spread: Decimal, *names: object) -> Decimal:
        """1, give or take `spread`; no tails, so that what is normal never looks like a jump."""
        return ONE + spread * (2 * self.share(*names) - 1)

    def rare(self, mean: Decimal, *names: object) -> int:
        """How often a rare thing happens (Poisson), at most a few times."""
        left, term = self.share(*names), (-mean).exp()
        for count in range(MOST_RARE):
            left -= term
            if left < 0:
                return count
            term *= mean / (count + 1)
        return MOST_RARE

    def picks(self, percent: int, *names: object) -> bool:
        """Whether these names are among so many of a hundred."""
        return self.share("pick", *names) * 100 < percent
