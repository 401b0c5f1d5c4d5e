"""One measurement: work done, processor seconds, and the decode of the same bytes by orjson beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Figure:
    """`count` things in `seconds` of processor time; `orjson_seconds` for the same bytes (0: they are no JSON)."""

    name: str
    count: int
    unit: str
    seconds: float
    orjson_seconds: float = 0.0
    bar: str = ""

    @property
    def rate(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0

    @property
    def ratio(self) -> float:
        return self.seconds / self.orjson_seconds if self.orjson_seconds else 0.0

    def __str__(self) -> str:
        ratio = f"{self.ratio:8.1f} x orjson" if self.ratio else " " * 17
        return f"{self.name:<44}{self.rate:>12,.0f} {self.unit}/s {ratio}   {self.bar}"


def cpu(work: Callable[[], object]) -> float:
    """Processor seconds of this process that the work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def decode_seconds(lines: Sequence[bytes]) -> float:
    """The best of three decodes of these lines."""

    def decode() -> None:
        for line in lines:
            orjson.loads(line)

    return min(cpu(decode) for _ in range(3))
